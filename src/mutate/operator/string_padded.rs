//! `string-padded`: a string with white space around it.
//!
//! Rule: A space is added before and after the string.
//!
//! Rationale: Columns of fixed width are padded so. Comparisons fail, schemas seldom do.
//!
//! Example:
//!
//! ```text
//! - "city": "Paris"
//! + "city": " Paris "
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.3.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STRING_PADDED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("string_padded.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    site.text().map(|text| Edit::value(format!(" {text} "), "padded with white space")).into_iter().collect()
}
