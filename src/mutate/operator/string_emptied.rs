//! `string-emptied`: an empty string.
//!
//! Rule: The string becomes empty.
//!
//! Rationale: Missing data is often an empty string, which conforms to most schemas.
//!
//! Example:
//!
//! ```text
//! - "first_name": "John"
//! + "first_name": ""
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.3.2.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STRING_EMPTIED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("string_emptied.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    site.text().map(|_| Edit::value("", "emptied")).into_iter().collect()
}
