//! `number-as-string`: a number as a string.
//!
//! Rule: A number becomes a string of its digits.
//!
//! Rationale: Strictly typed clients cannot read it; others add it up wrongly.
//!
//! Example:
//!
//! ```text
//! - "status": 400
//! + "status": "400"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::NUMBER_AS_STRING,
    method: Method::Response(Part::Value, propose),
    source: include_str!("number_as_string.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let number = site.value.as_number();
    number.map(|number| Edit::value(number.to_string(), "replaced by a string")).into_iter().collect()
}
