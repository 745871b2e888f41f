//! Summary of a value, as the actual side of a diff shows it, and as messages quote it.

use std::borrow::Cow;

use serde_json::Value;

/// Maximum length of a value that is printed, in bytes.
const MAX_VALUE: usize = 4_000;

/// Returns the value as compact JSON of at most 4,000 bytes, else its kind and size: `a string of 5000 characters`. It is never
/// cut, because redaction would not recognise half a secret.
pub(crate) fn json(value: &Value) -> String {
    let mut writer = Bounded { bytes: Vec::new() };
    let whole = serde_json::to_writer(&mut writer, value).ok().and_then(|()| String::from_utf8(writer.bytes).ok());
    whole.unwrap_or_else(|| match value {
        Value::String(text) => format!("a string of {} characters", text.chars().count()),
        Value::Array(items) => format!("a list of {} items", items.len()),
        Value::Object(members) => format!("an object of {} properties", members.len()),
        // Numbers and literals are never that long.
        scalar => scalar.to_string(),
    })
}

/// Returns text as a JSON string, or its size where it is too long.
pub(super) fn text(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    match text.len() {
        0..=MAX_VALUE => json(&Value::from(String::from_utf8_lossy(text))),
        bytes => format!("a text of {bytes} bytes"),
    }
}

/// Returns a name that a peer chose, or its size where it is too long.
pub(super) fn name(name: &str) -> Cow<'_, str> {
    match name.len() {
        0..=MAX_VALUE => name.into(),
        bytes => format!("a name of {bytes} bytes").into(),
    }
}

/// Whether text is too long to be quoted.
pub(super) fn is_long(text: &str) -> bool {
    text.len() > MAX_VALUE
}

/// A writer that fails beyond [`MAX_VALUE`] bytes, so that a huge value is not serialised as a whole.
struct Bounded {
    bytes: Vec<u8>,
}

impl std::io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + more.len() > MAX_VALUE {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_whole_or_only_described() {
        assert_eq!(super::json(&json!({ "a": [1, "é"] })), r#"{"a":[1,"é"]}"#);
        assert_eq!(super::json(&json!("😀".repeat(1_001))), "a string of 1001 characters");
        assert_eq!(super::json(&json!(vec![0; 3_000])), "a list of 3000 items");
        assert_eq!(text([b'x'; 300]).len(), 302);
        assert_eq!(text([b'x'; MAX_VALUE + 1]), "a text of 4001 bytes");
        assert_eq!(name("né"), "né");
        assert_eq!(name(&"n".repeat(MAX_VALUE + 1)), "a name of 4001 bytes");
    }
}
