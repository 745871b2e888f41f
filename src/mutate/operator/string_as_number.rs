//! `string-as-number`: a string as a number.
//!
//! Rule: A string of digits becomes that number, any other string becomes 0.
//!
//! Rationale: Postal codes and identifiers lose their leading zeros so.
//!
//! Example:
//!
//! ```text
//! - "postal_code": "94105"
//! + "postal_code": 94105
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STRING_AS_NUMBER,
    method: Method::Response(Part::Value, propose),
    source: include_str!("string_as_number.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let number = |text: &str| text.parse::<i64>().unwrap_or_default();
    site.value.as_str().map(|text| Edit::value(number(text), "replaced by a number")).into_iter().collect()
}
