//! `above-maximum`: a number above `maximum`.
//!
//! Rule: A number becomes one more than the declared `maximum` or `exclusiveMaximum`. Without these there is no mutant.
//!
//! Rationale: Clients store it in a field of the declared range.
//!
//! Example:
//!
//! ```text
//! - "month": 1
//! + "month": 13
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.2.2.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ABOVE_MAXIMUM,
    method: Method::Response(Part::Value, propose),
    source: include_str!("above_maximum.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let (true, Some(most)) = (site.value.is_number(), site.facts.range.1) else { return Vec::new() };
    vec![Edit::value(whole(most.floor() + 1.0), "raised above its maximum")]
}

/// A whole number as JSON writes it: 13, not 13.0.
#[expect(clippy::cast_possible_truncation, reason = "a number beyond the range of integers stays a float")]
fn whole(number: f64) -> Value {
    if number.abs() < 9e15 { Value::from(number as i64) } else { Value::from(number) }
}
