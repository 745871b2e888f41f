//! The result of converting content that is not JSON.

use serde_json::Value;

use crate::contract::Shape;

use super::reading::Readings;

/// Content after conversion.
pub(super) enum Converted {
    /// A value to validate.
    Value(Value),
    /// A value to validate that may be read in several ways.
    Ambiguous(Readings),
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
pub(super) fn scalar(shape: &Shape, text: &str) -> Value {
    let read = if shape.string { None } else { serde_json::from_str(text.trim()).ok() };
    read.filter(|value: &Value| value.is_number() || value.is_boolean())
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Other values than `first` that the text may mean where the schema allows several types.
pub(super) fn other_scalars(shape: &Shape, text: &str, first: &Value) -> Vec<Value> {
    let values = shape.alternatives().into_iter().filter(Shape::is_primitive).map(|shape| scalar(&shape, text));
    values.filter(|other| other != first).collect()
}
