//! Names of members that a table gives (`"${member}": …`) are filled in before `base` is merged, so that they meet the members
//! they mean.

use serde_json::{Map, Value};

use crate::expression::{Scope, Template};

use super::row::Row;

/// Whether a name anywhere in `value` is a template.
pub fn any(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| name.contains("${") || any(value)),
        Value::Array(items) => items.iter().any(any),
        _ => false,
    }
}

/// `value` with every name filled in that reads columns of `row` alone; `scope` holds the row. A name that would meet another
/// of the same object stays as it is, to be complained of when it is expanded.
pub fn fill(value: &Value, row: &Row, scope: &Scope) -> Value {
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
    // What a cell holds is data: it must not be read as a template again.
    Some(filled.replace("${", "$${"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::row;
    use super::*;

    #[test]
    fn names_are_filled_in_by_the_row() {
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
