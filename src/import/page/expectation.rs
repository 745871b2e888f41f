//! A response as a case expects it.

use serde_json::{Map, Value, json};

use crate::case::literal_text;
use crate::contract::ParameterIn;

use super::super::curl::IsSensitive;

/// The body in the format of case files: verbatim, but sensitive values may be any.
pub(super) fn expected_body(body: &Value, is_sensitive: IsSensitive<'_>) -> Value {
    match body {
        Value::String(text) => literal_text(text).into(),
        Value::Array(items) => items.iter().map(|item| expected_body(item, is_sensitive)).collect(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let is_hidden = (value.is_string() || value.is_number()) && is_sensitive(ParameterIn::Query, name);
                let value = if is_hidden { json!({ "$any": true }) } else { expected_body(value, is_sensitive) };
                (literal_text(name), value)
            };
            let looks_like_an_operator = members.keys().any(|name| name.starts_with('$'));
            let members: Map<_, _> = members.iter().map(member).collect();
            if looks_like_an_operator { json!({ "$literal": members }) } else { members.into() }
        }
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_verbatim_unless_they_are_sensitive() {
        let body = json!({ "id": "${a}", "token": "t", "items": [{ "$any": "b" }] });
        let expected = expected_body(&body, &|_, name| name == "token");
        assert_eq!(
            expected,
            json!({ "id": "$${a}", "token": { "$any": true }, "items": [{ "$literal": { "$any": "b" } }] })
        );
    }
}
