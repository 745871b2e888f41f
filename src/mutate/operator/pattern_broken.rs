//! `pattern-broken`: a string that violates `pattern`.
//!
//! Rule: A character is put before the string, so that it no longer matches the declared `pattern`.
//!
//! Rationale: A pattern is often the only thing the contract says about an identifier.
//!
//! Example:
//!
//! ```text
//! - "phone": "+14155552671"
//! + "phone": "~+14155552671"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.3.3.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::PATTERN_BROKEN,
    method: Method::Response(Part::Value, propose),
    source: include_str!("pattern_broken.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let (Some(text), Some(_)) = (site.text(), &site.facts.pattern) else { return Vec::new() };
    vec![Edit::value(format!("~{text}"), "changed to violate its pattern")]
}
