//! `boolean-flipped`: the opposite boolean.
//!
//! Rule: true becomes false, false becomes true.
//!
//! Rationale: The response conforms to the contract and states the opposite.
//!
//! Example:
//!
//! ```text
//! - "active": true
//! + "active": false
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::BOOLEAN_FLIPPED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("boolean_flipped.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    site.value.as_bool().map(|flag| Edit::value(!flag, "flipped")).into_iter().collect()
}
