//! `list-emptied`: a list without items.
//!
//! Rule: The list loses all items.
//!
//! Rationale: A query with a wrong filter yields an empty list, which conforms to most schemas.
//!
//! Example:
//!
//! ```text
//! - "items": [{ … }]
//! + "items": []
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.4.2.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::LIST_EMPTIED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("list_emptied.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let has_items = site.value.as_array().is_some_and(|items| !items.is_empty());
    has_items.then(|| Edit::value(Vec::<Value>::new(), "emptied")).into_iter().collect()
}
