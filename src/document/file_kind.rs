//! What kind of file a value is, for a message about a file in the place of another.

use serde_json::Value;

/// The kinds of files that users write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// An OpenAPI document.
    Document,
    /// A case file.
    Cases,
    /// A configuration.
    Configuration,
}

impl FileKind {
    /// Recognises the file that `value` is the content of, by keys that the other kinds do not have.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let has = |key: &str| value.get(key).is_some();
        // In a configuration, `cases` is a path.
        let has_cases =
            value.get("cases").and_then(Value::as_array).is_some_and(|cases| cases.iter().any(Value::is_object));
        match () {
            () if has("openapi") || has("swagger") => Some(Self::Document),
            () if has_cases => Some(Self::Cases),
            () if value.get("spec").is_some_and(Value::is_string) || has("targets") => Some(Self::Configuration),
            () => None,
        }
    }

    /// Its name with an article.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Document => "an OpenAPI document",
            Self::Cases => "a case file",
            Self::Configuration => "a configuration of signoff",
        }
    }

    /// How to pass it on the command line.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Document => "pass it with --spec FILE",
            Self::Cases => "pass it with --cases FILE",
            Self::Configuration => "pass it with --config FILE",
        }
    }
}
