//! `content-type-removed`: `content-type` is missing.
//!
//! Rule: The header `content-type` is removed from every response that has one.
//!
//! Rationale: Without it, clients guess how to read the body.
//!
//! Example:
//!
//! ```text
//! - content-type: application/json
//! + (missing)
//! ```
//!
//! Reference: RFC 9110 §8.3.

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::CONTENT_TYPE_REMOVED,
    method: Method::Response(Part::Message, propose),
    source: include_str!("content_type_removed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let is_typed = site.response.headers.get("content-type").is_some();
    let edit = || Edit::new(Change::RemoveHeader("content-type".to_owned()), "content-type removed");
    is_typed.then(edit).into_iter().collect()
}
