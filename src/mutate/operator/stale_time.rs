//! `stale-time`: a time that is a year too early.
//!
//! Rule: An instant of RFC 3339 becomes 365 days earlier.
//!
//! Rationale: A cached response, or one in which a change did not update the time, looks like this.
//!
//! Example:
//!
//! ```text
//! - "updated_at": "2025-02-13T19:08:07Z"
//! + "updated_at": "2024-02-14T19:08:07Z"
//! ```
//!
//! Reference: RFC 3339 §5.6.

use crate::mutate::naming::shifted;
use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STALE_TIME,
    method: Method::Response(Part::Value, propose),
    source: include_str!("stale_time.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let shifted = site.text().and_then(|text| shifted(text, -365));
    shifted.map(|text| Edit::value(text, "replaced by a time a year earlier")).into_iter().collect()
}
