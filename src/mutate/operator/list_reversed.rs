//! `list-reversed`: a list in reverse order.
//!
//! Rule: The items of a list are reversed.
//!
//! Rationale: Clients that show the newest first depend on the order.
//!
//! Example:
//!
//! ```text
//! - "items": [1, 2]
//! + "items": [2, 1]
//! ```
//!
//! Reference: RFC 8259 §5: an array is an ordered sequence.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::LIST_REVERSED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("list_reversed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(items) = site.value.as_array() else { return Vec::new() };
    let reversed: Vec<Value> = items.iter().rev().cloned().collect();
    (reversed != *items).then(|| Edit::value(reversed, "reversed")).into_iter().collect()
}
