//! `wrapped-in-list`: a value inside a list.
//!
//! Rule: The value becomes a list with the value as its only item.
//!
//! Rationale: Some serialisers turn a single value into a list as soon as several are possible.
//!
//! Example:
//!
//! ```text
//! - "address": { … }
//! + "address": [{ … }]
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::WRAPPED_IN_LIST,
    method: Method::Response(Part::Value, propose),
    source: include_str!("wrapped_in_list.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let is_list = site.value.is_array();
    (!is_list).then(|| Edit::value(vec![site.value.clone()], "wrapped in a list")).into_iter().collect()
}
