//! The result of converting content that is not JSON.

use serde_json::Value;

use crate::contract::Shape;
use crate::document::InexactNumbers;

use super::reading::Readings;

/// Content after conversion.
pub(super) enum Converted {
    /// A value to validate, and its numbers that are not represented exactly.
    Value(Value, InexactNumbers<'static>),
    /// A value to validate that may be read in several ways.
    Ambiguous(Box<Readings>),
    /// Content that always conforms to its schema.
    Anything,
    /// Content that is not what its media type says: the keyword of the breach, and why.
    Malformed(&'static str, String),
    /// Content beyond a limit: which.
    BeyondLimits(String),
    /// Content that no schema can be applied to: why.
    Unsupported(String),
}

/// Parses text as a number or boolean where the schema allows those and no string; else it is a string.
pub(super) fn scalar(shape: &Shape, text: impl AsRef<str> + Into<String>) -> Value {
    read(shape, text.as_ref()).unwrap_or_else(|| Value::String(text.into()))
}

/// The number or boolean.
fn read(shape: &Shape, text: &str) -> Option<Value> {
    let value: Value = if shape.string { None } else { serde_json::from_str(text.trim()).ok() }?;
    (value.is_number() || value.is_boolean()).then_some(value)
}

/// Other values than `first` that the text may mean where the schema allows several types.
pub(super) fn other_scalars(shape: &Shape, text: &str, first: &Value) -> Vec<Value> {
    // The text may be large: it is copied where it is another value only.
    let is_first = first.as_str() == Some(text);
    let string = || (!is_first).then(|| Value::String(text.to_owned()));
    let alternatives = shape.primitives().into_iter();
    let values = alternatives.filter_map(|shape| read(&shape, text).or_else(string));
    values.filter(|other| other != first).collect()
}
