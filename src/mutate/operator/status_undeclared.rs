//! `status-undeclared`: another status that the operation does not declare.
//!
//! Rule: The status of every response becomes 418, or 499 where the operation declares 418; the rest is unchanged.
//!
//! Rationale: A client that switches on the status takes a branch that does not exist.
//!
//! Example:
//!
//! ```text
//! - HTTP/1.1 200
//! + HTTP/1.1 418
//! ```
//!
//! Reference: RFC 9110 §15; OpenAPI 3.1 §4.8.16 (Responses Object).

use crate::contract::StatusKey;
use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STATUS_UNDECLARED,
    method: Method::Response(Part::Message, propose),
    source: include_str!("status_undeclared.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let declared = |status: u16| site.operation.responses.iter().any(|one| one.status == StatusKey::Exact(status));
    let status = if declared(418) { 499 } else { 418 };
    vec![Edit::new(Change::Status(status), format!("status replaced by {status}"))]
}
