//! `list-unwrapped`: a list without its brackets.
//!
//! Rule: A list becomes its first item.
//!
//! Rationale: Serialisers that do not know that a value is a list, such as those of XML, write a single item without one.
//!
//! Example:
//!
//! ```text
//! - "details": ["a"]
//! + "details": "a"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::LIST_UNWRAPPED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("list_unwrapped.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let first = site.value.as_array().and_then(|items| items.first());
    first.map(|item| Edit::value(item.clone(), "replaced by its first item")).into_iter().collect()
}
