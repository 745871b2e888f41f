//! A problem of an input, with its source line and a remedy.

use std::fmt;

use crate::place::Snippet;
use crate::severity::Severity;

/// Something wrong with an input: the document, a case file, the configuration or an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The kebab-case id of the rule that was broken, where it is one of those of `signoff check`.
    pub rule: Option<&'static str>,
    /// What is wrong: a lower-case fragment, expected before actual.
    pub message: String,
    /// Where, when it is in a file.
    pub at: Option<Snippet>,
    /// What to do about it.
    pub help: Option<Box<str>>,
}

impl Problem {
    /// An error without a place (an argument, a file that cannot be read).
    pub fn new(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, rule: None, message: message.into(), at: None, help: None }
    }

    /// The same problem, shown at `snippet`.
    #[must_use]
    pub fn at(mut self, snippet: Snippet) -> Self {
        self.at = Some(snippet);
        self
    }

    /// The same problem, of the rule `id`.
    #[must_use]
    pub fn rule(mut self, id: &'static str) -> Self {
        self.rule = Some(id);
        self
    }

    /// The same problem with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into_boxed_str());
        self
    }

    /// The same problem, no longer failing anything.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(snippet) = &self.at {
            write!(f, "{}: ", snippet.place)?;
        }
        f.write_str(&self.message)?;
        self.help.iter().try_for_each(|help| write!(f, " ({help})"))
    }
}
