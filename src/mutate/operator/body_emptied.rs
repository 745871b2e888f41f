//! `body-emptied`: the body is empty.
//!
//! Rule: The body of every response has no bytes; `content-type` stays.
//!
//! Rationale: A target that loses the body still sends status and headers.
//!
//! Example:
//!
//! ```text
//! - {"id": 7}
//! + (empty)
//! ```
//!
//! Reference: RFC 9110 §6.4.

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::BODY_EMPTIED,
    method: Method::Response(Part::Message, propose),
    source: include_str!("body_emptied.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let has_body = !site.response.body.is_empty();
    has_body.then(|| Edit::new(Change::Body(Vec::new()), "body emptied")).into_iter().collect()
}
