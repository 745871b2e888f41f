//! `header-changed`: a response header has another value.
//!
//! Rule: A character is added to the value of one header; of a number, one is added.
//!
//! Rationale: A case that checks only that the header exists does not notice a wrong value.
//!
//! Example:
//!
//! ```text
//! - x-total-count: 3
//! + x-total-count: 4
//! ```
//!
//! Reference: RFC 9110 §5.5.

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::HEADER_CHANGED,
    method: Method::Response(Part::Header, propose),
    source: include_str!("header_changed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(text) = site.text() else { return Vec::new() };
    let changed = text.parse::<i64>().map_or_else(|_| format!("{text}x"), |number| number.wrapping_add(1).to_string());
    vec![Edit::new(Change::Header(site.name.to_owned(), changed), "replaced by another value")]
}
