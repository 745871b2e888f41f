//! How an expectation of one location of a body is written: as a value, a schema, or an expression.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::pointer::Pointer;

/// Whether case files read the name as an operator or an expression.
fn is_special_name(name: &str) -> bool {
    name.starts_with('$') || name.contains("${")
}

/// Whether an expectation of the value at `at` would have a special name.
pub(super) fn is_special(at: &Pointer, body: &Value) -> bool {
    at.tokens().any(|token| is_special_name(&token)) || at.of(body).is_some_and(has_special_name)
}

fn has_special_name(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_special_name),
        Value::Object(properties) => {
            properties.iter().any(|(name, value)| is_special_name(name) || has_special_name(value))
        }
        _ => false,
    }
}

/// The first location of `wanted` in `value`.
pub(super) fn find(value: &Value, wanted: &Value) -> Option<Pointer> {
    if value == wanted {
        return Some(Pointer::root());
    }
    let below = |(token, value): (String, &Value)| Some(Pointer::root().join(token).concat(&find(value, wanted)?));
    match value {
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).find_map(below),
        Value::Object(properties) => properties.iter().map(|(name, value)| (name.clone(), value)).find_map(below),
        _ => None,
    }
}

/// `response.body.error["existing-link"][0]`.
pub(super) fn expression(root: &str, at: &Pointer, body: &Value) -> Option<String> {
    let (mut text, mut value) = (root.to_owned(), body);
    for token in at.tokens() {
        let is_name = !token.is_empty()
            && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !token.starts_with(|c: char| c.is_ascii_digit());
        value = match value {
            Value::Array(items) => {
                text += &format!("[{token}]");
                items.get(token.parse::<usize>().ok()?)?
            }
            Value::Object(properties) => {
                text += &if is_name { format!(".{token}") } else { format!("[{}]", Value::from(&*token)) };
                properties.get(&*token)?
            }
            _ => return None,
        };
    }
    Some(text)
}

/// `value` at `at`, in objects; in a list, the items before and after are any.
pub(super) fn nested(at: &Pointer, body: &Value, value: Value) -> Value {
    let tokens: Vec<String> = at.tokens().map(Cow::into_owned).collect();
    let parents = parents(&tokens, body);
    tokens.into_iter().zip(parents).rev().fold(value, |inner, (token, parent)| match parent {
        Value::Array(items) => {
            let any = || json!({ "$any": true });
            let index = token.parse::<usize>().unwrap_or_default();
            let items = (0..items.len()).map(|n| if n == index { inner.clone() } else { any() });
            Value::Array(items.collect())
        }
        _ => json!({ token: inner }),
    })
}

/// The schema of the parent of `at`, by which the property or the item at `at` is required.
pub(super) fn required(at: &Pointer, body: &Value) -> Value {
    match at.parent().and_then(|parent| parent.of(body)) {
        Some(Value::Array(items)) => json!({ "minItems": items.len() }),
        _ => json!({ "required": [at.last()] }),
    }
}

/// `schema` for the parent of `at`, as a schema of the whole body.
pub(super) fn below(at: &Pointer, body: &Value, schema: Value) -> Value {
    let tokens: Vec<String> = at.tokens().map(Cow::into_owned).collect();
    let before = tokens.split_last().map(|(_, before)| before).unwrap_or_default();
    let parents = parents(before, body);
    before.iter().zip(parents).rev().fold(schema, |inner, (token, parent)| match parent {
        Value::Array(_) => json!({ "items": inner }),
        _ => json!({ "properties": { token.as_str(): inner } }),
    })
}

/// The values that contain those at the end of each token.
fn parents<'v>(tokens: &[String], body: &'v Value) -> Vec<&'v Value> {
    let mut parents = vec![body];
    for token in tokens {
        let next = parents.last().and_then(|parent| match parent {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            parent => parent.get(token),
        });
        parents.push(next.unwrap_or(&Value::Null));
    }
    parents
}
