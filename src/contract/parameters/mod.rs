//! Parameters both ways: a value into its text on the wire, and the text back into a value to judge.

use serde_json::Value;

use crate::http::Headers;

use super::Parameter;

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
    /// Its text is not laid out as its style asks; why, as a fragment.
    Malformed(String),
}

/// The text of a path segment or header; for a query the `name=value&…` part, for a cookie `name=value` (several joined by
/// `; `). Percent-encoded for its place. Errors name the style that cannot hold the value.
pub fn serialize(parameter: &Parameter, value: &Value) -> Result<String, String> {
    let _ = (parameter, value);
    todo!()
}

/// Reads the value of `parameter` from the wire. `siblings` are all parameters of the operation (empty for a response): an
/// exploded object takes only the query names that no sibling declares.
pub fn parse(parameter: &Parameter, siblings: &[Parameter], wire: &Wire<'_>) -> Parsed {
    let _ = (parameter, siblings, wire);
    todo!()
}

/// The query names of the wire that none of `parameters` declares, decoded, each once.
pub fn undeclared(parameters: &[Parameter], wire: &Wire<'_>) -> Vec<String> {
    let _ = (parameters, wire);
    todo!()
}
