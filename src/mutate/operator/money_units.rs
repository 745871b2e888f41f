//! `money-units`: an amount in another unit.
//!
//! Rule: A number whose property is named like an amount of money (`amount`, `price`, `total`, `balance`, `cost`, `fee`) is
//! multiplied by 100.
//!
//! Rationale: Cents for euros conform to every schema.
//!
//! Example:
//!
//! ```text
//! - "price": 25
//! + "price": 2500
//! ```
//!
//! Reference: ISO 4217 defines the minor units of currencies.

use serde_json::Value;

use crate::mutate::naming::is_money;
use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::MONEY_UNITS,
    method: Method::Response(Part::Value, propose),
    source: include_str!("money_units.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    if !is_money(site.name) {
        return Vec::new();
    }
    let whole = site.value.as_i64().and_then(|number| number.checked_mul(100)).map(Value::from);
    let other = whole.or_else(|| site.value.as_f64().map(|number| Value::from(number * 100.0)));
    let is_other = |other: &Value| other != site.value;
    other.filter(is_other).map(|number| Edit::value(number, "multiplied by 100")).into_iter().collect()
}
