//! `future-time`: a time that is a year too late.
//!
//! Rule: An instant of RFC 3339 becomes 365 days later.
//!
//! Rationale: A wrong time zone or unit puts times into the future.
//!
//! Example:
//!
//! ```text
//! - "created_at": "2025-02-13T19:08:07Z"
//! + "created_at": "2026-02-13T19:08:07Z"
//! ```
//!
//! Reference: RFC 3339 §5.6.

use crate::mutate::naming::shifted;
use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::FUTURE_TIME,
    method: Method::Response(Part::Value, propose),
    source: include_str!("future_time.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let shifted = site.text().and_then(|text| shifted(text, 365));
    shifted.map(|text| Edit::value(text, "replaced by a time a year later")).into_iter().collect()
}
