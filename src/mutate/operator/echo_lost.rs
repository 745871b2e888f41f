//! `echo-lost`: a value of the request that the response does not repeat.
//!
//! Rule: A string or number that equals one of the request becomes another value of the same type.
//!
//! Rationale: A target that answers with old or default values has not done what was asked.
//!
//! Example:
//!
//! ```text
//! request  "first_name": "Ada"
//! - "first_name": "Ada"
//! + "first_name": "Adb"
//! ```
//!
//! Reference: RFC 9110 §9.3.4: a representation in a response describes the state of the resource.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ECHO_LOST,
    method: Method::Response(Part::Value, propose),
    source: include_str!("echo_lost.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let body: Option<Value> = site.request.body.as_ref().and_then(|body| serde_json::from_slice(body).ok());
    let is_sent = body.as_ref().is_some_and(|body| contains(body, site.value));
    if !is_sent {
        return Vec::new();
    }
    altered(site.value).map(|other| Edit::value(other, "replaced by another value than was sent")).into_iter().collect()
}

fn contains(value: &Value, wanted: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| contains(item, wanted)),
        Value::Object(properties) => properties.values().any(|value| contains(value, wanted)),
        leaf => leaf == wanted,
    }
}

/// Another value of the same type: the next number, or the string with its last character replaced.
fn altered(value: &Value) -> Option<Value> {
    if let Some(number) = value.as_i64() {
        return number.checked_add(2).map(Value::from);
    }
    let mut text = value.as_str()?.to_owned();
    let last = text.pop()?;
    text.push(match last {
        '9' => '0',
        c if c.is_ascii_alphanumeric() => {
            char::from_u32(u32::from(c) + 1).filter(char::is_ascii_alphanumeric).unwrap_or('a')
        }
        _ => 'b',
    });
    Some(text.into())
}
