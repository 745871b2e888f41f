//! `enum-undeclared`: a value that `enum` does not declare.
//!
//! Rule: A value of an `enum` becomes one that the contract does not list.
//!
//! Rationale: Clients generated from the contract cannot represent it.
//!
//! Example:
//!
//! ```text
//! - "status": "ACTIVE"
//! + "status": "SIGNOFF_UNDECLARED"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.2.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ENUM_UNDECLARED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("enum_undeclared.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let is_enum = site.facts.enums.contains(site.value);
    let other = if site.value.is_string() { Value::from("SIGNOFF_UNDECLARED") } else { Value::from(987_654_321) };
    is_enum.then(|| Edit::value(other, "replaced by an undeclared value")).into_iter().collect()
}
