//! Values that parts of an expression evaluate to.

use std::borrow::Cow;

use serde_json::Value;

use super::digest;
use super::instant::Instant;

/// A value within an expression; borrowed from the scope or the expression until something changes it.
#[derive(Debug, Clone)]
pub(super) enum Operand<'v> {
    Json(Cow<'v, Value>),
    Instant(Instant),
    /// The result of a function on bytes; only an argument of another function receives it as bytes.
    Bytes(Vec<u8>),
    Omit,
}

impl<'v> Operand<'v> {
    /// Bytes as a string of hexadecimal digits; anything else unchanged.
    pub(super) fn without_bytes(self) -> Self {
        match self {
            Self::Bytes(bytes) => Value::from(digest::hex(&bytes)).into(),
            other => other,
        }
    }

    /// The bytes of a string in UTF-8, or those that a function returned; none for other types.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            other => other.text().map(str::as_bytes),
        }
    }

    /// The string; none for other types.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Json(value) => value.as_str(),
            _ => None,
        }
    }

    /// The value as JSON: instants as strings, bytes as hexadecimal digits; `None` for `omit`.
    pub(super) fn json(self) -> Option<Cow<'v, Value>> {
        match self {
            Self::Json(value) => Some(value),
            Self::Instant(instant) => Some(Cow::Owned(Value::from(instant.to_string()))),
            Self::Bytes(bytes) => Some(Cow::Owned(Value::from(digest::hex(&bytes)))),
            Self::Omit => None,
        }
    }

    /// The value as owned JSON; `None` for `omit`.
    pub(super) fn into_json(self) -> Option<Value> {
        self.json().map(Cow::into_owned)
    }

    /// The type of the value, as messages name it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Instant(_) => "an instant",
            Self::Bytes(_) => "bytes",
            Self::Omit => "`omit`",
            Self::Json(value) => kind(value),
        }
    }

    /// Whether the value is true as in minijinja: `false`, null, 0 and empty values are not.
    pub(super) fn is_true(&self) -> bool {
        let Self::Json(value) = self else { return !matches!(self, Self::Omit) };
        match value.as_ref() {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        }
    }
}

impl<'v> From<&'v Value> for Operand<'v> {
    fn from(value: &'v Value) -> Self {
        Self::Json(Cow::Borrowed(value))
    }
}

impl From<Value> for Operand<'_> {
    fn from(value: Value) -> Self {
        Self::Json(Cow::Owned(value))
    }
}

/// The type of a JSON value, as messages name it.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value within a string: strings without quotes, the rest as JSON.
pub(super) fn in_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// Like [`in_text`], for an owned value.
pub(super) fn into_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Approximate memory of a value in bytes.
pub(crate) fn size(value: &Value) -> usize {
    let held = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| MEMBER + name.len() + size(value)).sum(),
    };
    size_of::<Value>() + held
}

/// Bytes of an object's property, without its name and value.
const MEMBER: usize = 64;
