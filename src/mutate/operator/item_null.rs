//! `item-null`: a list with null as a further item.
//!
//! Rule: null is added at the end of a list.
//!
//! Rationale: A record that could not be loaded often becomes null in the list.
//!
//! Example:
//!
//! ```text
//! - "details": ["a"]
//! + "details": ["a", null]
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ITEM_NULL,
    method: Method::Response(Part::Value, propose),
    source: include_str!("item_null.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(items) = site.value.as_array() else { return Vec::new() };
    let longer: Vec<Value> = items.iter().cloned().chain([Value::Null]).collect();
    vec![Edit::value(longer, "given a null item")]
}
