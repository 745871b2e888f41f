//! The expectation that would notice a survivor: lines for the `expect` of a case that receives such a response.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::case::literal;
use crate::pointer::Pointer;

use super::difference::Difference;
use super::groups::Member;
use super::measured::Expectation;
use super::sensitive::Sensitive;
use super::worker::Suite;

/// Longest value that is written into an expectation, in characters of JSON.
const MAX_VALUE: usize = 200;

/// The expectation for the case of `member`, to notice a change at `difference`. None if only a hidden value could state it.
pub(crate) fn kill(
    suite: &Suite<'_>,
    member: &Member<'_>,
    difference: &Difference,
    sensitive: &Sensitive,
) -> Option<Expectation> {
    let response = &member.sent.exchange.response;
    let body = member.sent.body.as_ref();
    if body.is_some_and(has_special_name) {
        return None;
    }
    let (key, value) = match difference {
        Difference::Status => ("status", response.status.into()),
        Difference::Header(name) => {
            let value = response.headers.get(name);
            let value = value.map_or(Value::Null, |value| literal(&Value::from(value)));
            if sensitive.hides_header(name) || sensitive.occurs_in(&value.to_string()) {
                return None;
            }
            // `expect.headers` ignores parameters of the media type that it does not state.
            if name == "content-type" {
                let line = response.headers.get(name)?;
                ("assert", json!([format!("response.headers[\"content-type\"] == {}", Value::from(line))]))
            } else {
                ("headers", json!({ name.as_str(): value }))
            }
        }
        Difference::Body => match body {
            Some(Value::Object(_)) => ("body", json!({})),
            Some(_) | None => return None,
        },
        Difference::Value(at, false) => match body.and_then(|body| at.of(body)) {
            Some(_) => ("schema", below(at, body?, required(at, body?))),
            None => {
                let parent = at.parent().and_then(|parent| parent.of(body?)).and_then(Value::as_object)?;
                let names: Vec<&String> = parent.keys().collect();
                ("schema", below(at, body?, json!({ "propertyNames": { "enum": names } })))
            }
        },
        Difference::Value(at, true) => value_line(member, at, body?, sensitive)?,
    };
    Some(Expectation {
        case: suite.unmutated.cases.get(member.sent.case)?.clone(),
        expect: Map::from_iter([(key.to_owned(), value)]),
    })
}

/// Whether a property has a name that case files read as an operator or an expression.
fn has_special_name(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_special_name),
        Value::Object(properties) => properties
            .iter()
            .any(|(name, value)| name.starts_with('$') || name.contains("${") || has_special_name(value)),
        _ => false,
    }
}

/// The line that states the value at `at`: a literal, else its equality with a value of the request.
fn value_line(member: &Member<'_>, at: &Pointer, body: &Value, sensitive: &Sensitive) -> Option<(&'static str, Value)> {
    let value = at.of(body)?;
    let is_hidden = sensitive.hides(member.sent.operation, at) || sensitive.occurs_in(&value.to_string());
    let is_constant = member.aligned.is_constant(at);
    if is_constant && !is_hidden && value.to_string().len() <= MAX_VALUE {
        let value = match literal(value) {
            Value::Object(properties) => json!({ "$exact": properties }),
            value => value,
        };
        return Some(("body", nested(at, body, value)));
    }
    let response = expression("response.body", at, body)?;
    let request: Option<Value> =
        member.sent.exchange.request.body.as_ref().and_then(|body| serde_json::from_slice(body).ok());
    if let Some((whole, found)) = request.as_ref().and_then(|whole| Some((whole, find(whole, value)?))) {
        let sent = expression("request.body", &found, whole)?;
        return Some(("assert", json!([format!("{response} == {sent}")])));
    }
    if let Value::Array(items) = value {
        return Some(("assert", json!([format!("{response} | length == {}", items.len())])));
    }
    if let Some(text) = value.as_str()
        && member.sent.exchange.request.path().split('/').any(|segment| segment == text)
    {
        return Some(("assert", json!([format!("{response} in request.url")])));
    }
    None
}

/// The first location of `wanted` in `value`.
fn find(value: &Value, wanted: &Value) -> Option<Pointer> {
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
fn expression(root: &str, at: &Pointer, body: &Value) -> Option<String> {
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
fn nested(at: &Pointer, body: &Value, value: Value) -> Value {
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
fn required(at: &Pointer, body: &Value) -> Value {
    match at.parent().and_then(|parent| parent.of(body)) {
        Some(Value::Array(items)) => json!({ "minItems": items.len() }),
        _ => json!({ "required": [at.last()] }),
    }
}

/// `schema` for the parent of `at`, as a schema of the whole body.
fn below(at: &Pointer, body: &Value, schema: Value) -> Value {
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
