//! `body-truncated`: the body ends early.
//!
//! Rule: The second half of the body is missing.
//!
//! Rationale: Truncated JSON is what a client receives of a target that fails while it writes.
//!
//! Example:
//!
//! ```text
//! - {"id": 7}
//! + {"id"
//! ```
//!
//! Reference: RFC 8259 §2.

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::BODY_TRUNCATED,
    method: Method::Response(Part::Message, propose),
    source: include_str!("body_truncated.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let bytes = &site.response.body;
    let half = bytes.len() / 2;
    (half > 0).then(|| Edit::new(Change::Body(bytes[..half].to_vec()), "body truncated")).into_iter().collect()
}
