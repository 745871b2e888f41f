//! Values as text in URLs, headers and forms.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes every reserved character.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A scalar as text: strings without quotes, anything else as JSON.
pub(super) fn scalar(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Array(_) | Value::Object(_) => Err(format!("expected a string, number or boolean, found {value}")),
        scalar => Ok(scalar.to_string()),
    }
}

/// Writes `name=value`, repeated for each item of a list.
pub(super) fn plain(name: &str, value: &Value) -> Result<String, String> {
    let one = |value: &Value| Ok(format!("{}={}", encoded(name), encoded(&scalar(value)?)));
    match value {
        Value::Array(items) => Ok(items.iter().map(one).collect::<Result<Vec<_>, String>>()?.join("&")),
        value => one(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn undeclared_query_values_are_plain() {
        let check = |value: Value, expect: Result<&str, &str>| {
            assert_eq!(plain("a b", &value), expect.map(str::to_owned).map_err(str::to_owned));
        };
        check(json!("x&y=é"), Ok("a%20b=x%26y%3D%C3%A9"));
        check(json!([1, true]), Ok("a%20b=1&a%20b=true"));
        check(json!([]), Ok(""));
        check(json!({"x": 1}), Err("expected a string, number or boolean, found {\"x\":1}"));
    }
}
