//! Where the text of parameters is read, and what is read there.

use serde_json::Value;

use crate::http::Headers;

/// Where the text of parameters stands in a message.
#[derive(Debug, Clone, Copy)]
pub struct Wire<'a> {
    /// Path parameters as the router gives them: name and encoded text.
    pub path: &'a [(String, String)],
    /// The query without its `?`, still encoded.
    pub query: Option<&'a str>,
    /// The header lines; cookies are read from `Cookie`.
    pub headers: &'a Headers,
}

/// What the wire holds of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// It is not there.
    Absent,
    /// It is there without a value, which `allowEmptyValue` permits: there is nothing to judge.
    Empty,
    /// Its value, read by the types that its schema declares. Text that is none of them stays a string, so that the schema
    /// says `type`.
    Value(Value),
    /// Its text is not laid out as its style or media type asks.
    Malformed {
        /// Why, as a fragment.
        why: String,
        /// What stands under its name, as it came; none where its parts stand under names of their own.
        text: Option<String>,
    },
}
