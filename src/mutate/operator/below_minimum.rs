//! `below-minimum`: a number below `minimum`.
//!
//! Rule: A number becomes one less than the declared `minimum` or `exclusiveMinimum`. Without these there is no mutant.
//!
//! Rationale: Negative counts and amounts are what such bounds are for.
//!
//! Example:
//!
//! ```text
//! - "account_tenure": 13
//! + "account_tenure": -1
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.2.4.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::BELOW_MINIMUM,
    method: Method::Response(Part::Value, propose),
    source: include_str!("below_minimum.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let (true, Some(least)) = (site.value.is_number(), site.facts.range.0) else { return Vec::new() };
    vec![Edit::value(whole(least.ceil() - 1.0), "lowered below its minimum")]
}

/// A whole number as JSON writes it: -1, not -1.0.
#[expect(clippy::cast_possible_truncation, reason = "a number beyond the range of integers stays a float")]
fn whole(number: f64) -> Value {
    if number.abs() < 9e15 { Value::from(number as i64) } else { Value::from(number) }
}
