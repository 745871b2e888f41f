//! `value-null`: null instead of the value.
//!
//! Rule: The value becomes null.
//!
//! Rationale: Absent values are often serialised as null, which many clients do not expect.
//!
//! Example:
//!
//! ```text
//! - "phone": "+14155552671"
//! + "phone": null
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::VALUE_NULL,
    method: Method::Response(Part::Value, propose),
    source: include_str!("value_null.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let is_other = !site.value.is_null();
    is_other.then(|| Edit::value(Value::Null, "replaced by null")).into_iter().collect()
}
