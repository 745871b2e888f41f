//! `property-removed`: a property is missing.
//!
//! Rule: The property is removed from every object that has it. Items of lists and undeclared properties have operators of
//! their own: `item-removed`, `list-emptied`, `object-emptied`.
//!
//! Rationale: A required property that is missing violates the schema. Of an optional one that the target always returns,
//! only a case can notice it.
//!
//! Example:
//!
//! ```text
//! - "updated_at": "2025-02-13T19:08:07.000Z"
//! + (missing)
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.5.3.

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::PROPERTY_REMOVED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("property_removed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    site.is_property.then(|| Edit::new(Change::Remove, "removed")).into_iter().collect()
}
