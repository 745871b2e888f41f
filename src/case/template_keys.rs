//! Property names that contain templates (`"${member}": …`) are expanded before `base` is merged, so that they replace the
//! properties of `base` with the same name.

use serde_json::{Map, Value};

use crate::expression::{Scope, Template};

use super::row::Row;

/// Whether any property name in `value` is a template.
pub(super) fn any(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| name.contains("${") || any(value)),
        Value::Array(items) => items.iter().any(any),
        _ => false,
    }
}

/// Expands every property name that reads only columns of `row`; `scope` holds the row. A name that would equal another one
/// of the same object is left as it is, and reported later.
pub(super) fn fill(value: &Value, row: &Row, scope: &Scope) -> Value {
    match value {
        Value::Object(members) => {
            let mut filled = Map::new();
            for (name, value) in members {
                let own =
                    name_of(name, row, scope).filter(|own| !members.contains_key(own) && !filled.contains_key(own));
                filled.insert(own.unwrap_or_else(|| name.clone()), fill(value, row, scope));
            }
            Value::Object(filled)
        }
        Value::Array(items) => items.iter().map(|item| fill(item, row, scope)).collect(),
        scalar => scalar.clone(),
    }
}

fn name_of(name: &str, row: &Row, scope: &Scope) -> Option<String> {
    let template = Template::parse(name).ok().filter(|_| name.contains("${"))?;
    let names = template.names();
    let is_row_alone = !names.is_empty() && names.iter().all(|name| row.contains_key(name.root()));
    let filled = template.expand_text(scope).ok().flatten().filter(|_| is_row_alone)?;
    // A cell is data: it must not be read as a template again.
    Some(filled.replace("${", "$${"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::row;
    use super::*;

    #[test]
    fn property_names_are_expanded_from_the_row() {
        let row: Row = [("member".to_owned(), json!("email")), ("odd".to_owned(), json!("${x}"))].into();
        let check = |value: Value, expect: Value| {
            assert_eq!(fill(&value, &row, &row::scope(&row)).to_string(), expect.to_string());
        };
        check(json!({"a": [{"${member}": "${member}"}]}), json!({"a": [{"email": "${member}"}]}));
        check(json!({"${odd}": 1}), json!({"$${x}": 1}));
        check(json!({"${member}": 1, "email": 2}), json!({"${member}": 1, "email": 2}));
        check(json!({"${customer}": 1}), json!({"${customer}": 1}));
    }
}
