//! `other-id`: the identifier of another resource.
//!
//! Rule: An identifier (a property named `id`, or ending in `id` or `ids`, or of format uuid) becomes another one that was
//! received at the same location, else one that differs in its last character.
//!
//! Rationale: The response of another customer conforms to the contract, and is the worst fault an API can have.
//!
//! Example:
//!
//! ```text
//! - "customer_id": "CSMR-v1-123"
//! + "customer_id": "CSMR-v1-124"
//! ```
//!
//! Reference: OWASP API Security Top 10 2023, API1 (broken object level authorisation).

use serde_json::Value;

use crate::mutate::naming::is_identifier;
use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::OTHER_ID,
    method: Method::Response(Part::Value, propose),
    source: include_str!("other_id.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let is_id = is_identifier(site.name) || site.facts.format.as_deref() == Some("uuid");
    if !is_id {
        return Vec::new();
    }
    let received = site.facts.observed.iter().find(|value| *value != site.value && same_type(value, site.value));
    let other = received.cloned().or_else(|| altered(site.value));
    other.map(|other| Edit::value(other, "replaced by the id of another resource")).into_iter().collect()
}

fn same_type(one: &Value, other: &Value) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// The identifier with another last character.
fn altered(value: &Value) -> Option<Value> {
    if let Some(number) = value.as_i64() {
        return number.checked_add(1).map(Value::from);
    }
    let mut text = value.as_str()?.to_owned();
    let last = text.pop()?;
    text.push(if last == '0' { '1' } else { '0' });
    Some(text.into())
}
