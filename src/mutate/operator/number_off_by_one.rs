//! `number-off-by-one`: a number that is one too large.
//!
//! Rule: One is added to a number.
//!
//! Rationale: Counters, pages and months begin at 0 or at 1.
//!
//! Example:
//!
//! ```text
//! - "month": 1
//! + "month": 2
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.2.

use serde_json::Value;

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::NUMBER_OFF_BY_ONE,
    method: Method::Response(Part::Value, propose),
    source: include_str!("number_off_by_one.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let whole = site.value.as_i64().and_then(|number| number.checked_add(1)).map(Value::from);
    let next = whole.or_else(|| site.value.as_f64().map(|number| Value::from(number + 1.0)));
    next.map(|number| Edit::value(number, "increased by one")).into_iter().collect()
}
