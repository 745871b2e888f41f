//! `string-too-short`: a string shorter than `minLength`.
//!
//! Rule: The string is cut to one character less than the declared `minLength`. Without the keyword there is no mutant.
//!
//! Rationale: A truncated identifier or code is still a string.
//!
//! Example:
//!
//! ```text
//! - "currency": "USD"
//! + "currency": "US"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.3.2.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STRING_TOO_SHORT,
    method: Method::Response(Part::Value, propose),
    source: include_str!("string_too_short.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let (Some(text), Some(least)) = (site.text(), site.facts.length.0) else { return Vec::new() };
    let length = usize::try_from(least).unwrap_or_default().saturating_sub(1);
    let cut: String = text.chars().take(length).collect();
    (cut != text).then(|| Edit::value(cut, "shortened below minLength")).into_iter().collect()
}
