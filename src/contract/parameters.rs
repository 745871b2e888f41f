//! Parameters both ways: a value into its text on the wire, and the text back into a value to judge.

use serde_json::Value;

use super::Parameter;

/// The text of a path segment, header or cookie value, or the `name=value&…` part of a query, percent-encoded for its place.
/// Errors name the style that cannot hold the value.
pub fn serialize(parameter: &Parameter, value: &Value) -> Result<String, String> {
    let _ = (parameter, value);
    todo!()
}
