//! `property-added`: an undocumented property.
//!
//! Rule: The object has one more property, `signoff_undocumented`, which the contract does not declare.
//!
//! Rationale: Schemas allow further properties unless they say otherwise, so only an exact expectation notices data that
//! should not leak.
//!
//! Example:
//!
//! ```text
//!   "id": 7,
//! + "signoff_undocumented": true
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.5; JSON Schema 2020-12 Core §10.3.2.3.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::PROPERTY_ADDED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("property_added.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(object) = site.value.as_object() else { return Vec::new() };
    let mut object = object.clone();
    object.insert("signoff_undocumented".to_owned(), true.into());
    vec![Edit::value(object, "given an undocumented property")]
}
