//! `object-emptied`: an object without properties.
//!
//! Rule: The object loses all properties.
//!
//! Rationale: A mapping that fails often yields an empty object.
//!
//! Example:
//!
//! ```text
//! - "metadata": { "a": 1 }
//! + "metadata": {}
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.5.

use serde_json::Map;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::OBJECT_EMPTIED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("object_emptied.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let has_properties = site.value.as_object().is_some_and(|object| !object.is_empty());
    has_properties.then(|| Edit::value(Map::new(), "emptied")).into_iter().collect()
}
