//! `format-broken`: a string that violates `format`.
//!
//! Rule: A string with a declared `format` becomes one that no such format allows.
//!
//! Rationale: Clients parse dates, UUIDs and URLs, and fail on other strings.
//!
//! Example:
//!
//! ```text
//! - "created_at": "2025-02-13T19:08:07Z"
//! + "created_at": "13.02.2025 <no format>"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §7.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::FORMAT_BROKEN,
    method: Method::Response(Part::Value, propose),
    source: include_str!("format_broken.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let (Some(_), Some(format)) = (site.text(), &site.facts.format) else { return Vec::new() };
    vec![Edit::value("13.02.2025 <no format>", format!("changed to violate the format {format}"))]
}
