//! `write-only-returned`: a `writeOnly` property in the response.
//!
//! Rule: The object has a property that the contract declares as `writeOnly`, one mutant per property.
//!
//! Rationale: Passwords and card numbers are declared so because they must not come back.
//!
//! Example:
//!
//! ```text
//!   "email": "ada@example.com",
//! + "password": "sample"
//! ```
//!
//! Reference: OpenAPI 3.0 §4.7.24.2; JSON Schema 2020-12 Validation §9.4.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::WRITE_ONLY_RETURNED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("write_only_returned.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(object) = site.value.as_object() else { return Vec::new() };
    let missing = site.facts.write_only.iter().filter(|(name, _)| !object.contains_key(*name));
    let edit = |(name, value): (&String, &Value)| {
        let mut object = object.clone();
        object.insert(name.clone(), value.clone());
        Edit::value(object, format!("given the writeOnly property `{name}`")).variant(name)
    };
    missing.map(edit).collect()
}
