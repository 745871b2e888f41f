//! `number-negated`: a number with the other sign.
//!
//! Rule: A number other than 0 is negated.
//!
//! Rationale: A debit becomes a credit.
//!
//! Example:
//!
//! ```text
//! - "amount": 34000
//! + "amount": -34000
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.2.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::NUMBER_NEGATED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("number_negated.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let whole = site.value.as_i64().and_then(i64::checked_neg).map(Value::from);
    let negated = whole.or_else(|| site.value.as_f64().map(|number| Value::from(-number)));
    let is_other = |negated: &Value| negated != site.value;
    negated.filter(is_other).map(|number| Edit::value(number, "negated")).into_iter().collect()
}
