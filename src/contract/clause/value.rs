//! Values in clauses, in one spelling: `VALUE` of `= VALUE`.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde_json::Value;

use super::token::write_string;

/// A JSON value. Equal values have the same spelling: compact JSON, properties sorted by name, integers without a fraction, characters
/// escaped that are not visible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClauseValue(Arc<str>);

impl ClauseValue {
    /// The value in its one spelling.
    pub(crate) fn new(value: &Value) -> Self {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = write(&mut text, value);
        Self(text.into())
    }

    /// Parses JSON; none where it is not JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(|value| Self::new(&value))
    }
}

impl fmt::Display for ClauseValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn write(out: &mut String, value: &Value) -> fmt::Result {
    match value {
        Value::String(text) => write_string(out, text),
        Value::Number(number) => match number.as_f64() {
            // The largest integers that every reader of JSON has (RFC 8259 §6).
            Some(float) if !number.is_i64() && float.fract() == 0.0 && float.abs() < 9.0e15 => {
                write!(out, "{float:.0}")
            }
            _ => write!(out, "{number}"),
        },
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write(out, item)?;
            }
            out.push(']');
            Ok(())
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_string(out, name)?;
                out.push(':');
                write(out, value)?;
            }
            out.push('}');
            Ok(())
        }
        literal => write!(out, "{literal}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_have_one_spelling() {
        let check = |value: Value, expect: &str| {
            let spelt = ClauseValue::new(&value);
            assert_eq!(spelt.to_string(), expect);
            assert_eq!(ClauseValue::parse(expect), Some(spelt));
        };
        check(json!({ "b": 1.0, "a": [null, true, -0.5] }), r#"{"a":[null,true,-0.5],"b":1}"#);
        check(json!("a\nb\u{202e}\"\\é"), r#""a\u000ab\u202e\"\\é""#);
        check(json!(18_446_744_073_709_551_615_u64), "18446744073709551615");
        check(json!(1e300), "1e+300");
        assert_eq!(ClauseValue::parse("1 2"), None);
    }
}
