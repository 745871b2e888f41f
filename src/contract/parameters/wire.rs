//! Source and result of parsing a parameter.

use serde_json::Value;

use crate::http::Headers;

/// The parts of a message that contain parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wire<'a> {
    /// Path parameters as the router gives them: name and encoded text.
    pub path: &'a [(String, String)],
    /// The query without its `?`, still encoded.
    pub query: Option<&'a str>,
    /// The header lines; cookies are read from `Cookie`.
    pub headers: &'a Headers,
}

/// Result of parsing one parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Parsed {
    /// The parameter is absent.
    Absent,
    /// It has no value, which `allowEmptyValue` permits: nothing is validated.
    Empty,
    /// Its value, converted to the types that its schema declares. Other text stays a string, so that validation reports
    /// `type`.
    Value(Value),
    /// It is serialised in a way that OpenAPI does not define: nothing is validated. The reason, as a sentence fragment.
    Undefined(String),
    /// Its text does not have the form that its style or media type requires.
    Malformed {
        /// The reason, as a sentence fragment.
        why: String,
        /// The text as received; none if its parts have names of their own (exploded objects).
        text: Option<String>,
    },
}
