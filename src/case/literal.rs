//! Text that contains `${` literally.

use serde_json::Value;

/// Escapes `text` so that nothing in it is read as an expression.
pub(crate) fn literal_text(text: &str) -> String {
    text.replace("${", "$${")
}

/// Escapes every string and name in `value`.
pub(crate) fn literal(value: &Value) -> Value {
    match value {
        Value::String(text) => literal_text(text).into(),
        Value::Array(items) => items.iter().map(literal).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (literal_text(name), literal(value))).collect(),
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_contain_no_expressions() {
        assert_eq!(literal(&json!({ "${a}": ["costs ${5}", 3] })), json!({ "$${a}": ["costs $${5}", 3] }));
    }
}
