//! `item-removed`: a list without its last item.
//!
//! Rule: The last item of a list of at least two is removed.
//!
//! Rationale: Pages that are one item short are a classic fault at boundaries.
//!
//! Example:
//!
//! ```text
//! - "details": ["a", "b"]
//! + "details": ["a"]
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.4.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ITEM_REMOVED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("item_removed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let items = site.value.as_array().filter(|items| items.len() > 1);
    let shorter = |items: &Vec<Value>| items[..items.len() - 1].to_vec();
    items.map(|items| Edit::value(shorter(items), "shortened by its last item")).into_iter().collect()
}
