//! `boolean-as-string`: a boolean as a string.
//!
//! Rule: true becomes "true", false becomes "false".
//!
//! Rationale: In many languages every string that is not empty is true.
//!
//! Example:
//!
//! ```text
//! - "active": false
//! + "active": "false"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::BOOLEAN_AS_STRING,
    method: Method::Response(Part::Value, propose),
    source: include_str!("boolean_as_string.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let flag = site.value.as_bool();
    flag.map(|flag| Edit::value(flag.to_string(), "replaced by a string")).into_iter().collect()
}
