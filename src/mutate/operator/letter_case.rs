//! `letter-case`: a string in another letter case.
//!
//! Rule: A string with upper-case letters becomes lower case, any other upper case.
//!
//! Rationale: Identifiers and codes are compared letter by letter.
//!
//! Example:
//!
//! ```text
//! - "status": "ACTIVE"
//! + "status": "active"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.2.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::LETTER_CASE,
    method: Method::Response(Part::Value, propose),
    source: include_str!("letter_case.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(text) = site.text() else { return Vec::new() };
    let lower = text.to_lowercase();
    let other = if lower == text { text.to_uppercase() } else { lower };
    (other != text).then(|| Edit::value(other, "changed in letter case")).into_iter().collect()
}
