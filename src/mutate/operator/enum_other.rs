//! `enum-other`: another declared value of `enum`.
//!
//! Rule: A value of an `enum` becomes another one that the contract lists, one mutant per value (at most eight).
//!
//! Rationale: The response conforms to the contract and states the opposite of what happened.
//!
//! Example:
//!
//! ```text
//! - "status": "ACTIVE"
//! + "status": "INACTIVE"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.2.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ENUM_OTHER,
    method: Method::Response(Part::Value, propose),
    source: include_str!("enum_other.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    if !site.facts.enums.contains(site.value) {
        return Vec::new();
    }
    let others = site.facts.enums.iter().filter(|value| *value != site.value).take(8);
    others.map(|value| Edit::value(value.clone(), format!("replaced by {value}")).variant(value.to_string())).collect()
}
