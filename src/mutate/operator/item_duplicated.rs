//! `item-duplicated`: a list with one item twice.
//!
//! Rule: The last item of a list is repeated.
//!
//! Rationale: A join that matches twice duplicates rows.
//!
//! Example:
//!
//! ```text
//! - "details": ["a"]
//! + "details": ["a", "a"]
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.4.3.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ITEM_DUPLICATED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("item_duplicated.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some((items, last)) = site.value.as_array().and_then(|items| Some((items, items.last()?))) else {
        return Vec::new();
    };
    let longer: Vec<Value> = items.iter().chain([last]).cloned().collect();
    vec![Edit::value(longer, "given its last item twice")]
}
