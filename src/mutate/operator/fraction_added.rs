//! `fraction-added`: an integer with a fraction.
//!
//! Rule: A half is added to an integer.
//!
//! Rationale: Amounts in minor units have no fraction; a client that expects integers fails or rounds.
//!
//! Example:
//!
//! ```text
//! - "ltv_amount": 34000
//! + "ltv_amount": 34000.5
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::FRACTION_ADDED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("fraction_added.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let number = site.value.as_i64().and_then(|number| i32::try_from(number).ok());
    number.map(|number| Edit::value(f64::from(number) + 0.5, "given a fraction")).into_iter().collect()
}
