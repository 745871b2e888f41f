//! `status-declared`: another status that the operation declares.
//!
//! Rule: The status of every response becomes another one that the operation declares, one mutant per declared status.
//!
//! Rationale: The response of one outcome under the status of another is a frequent mistake: 200 for a refusal, 404 for a
//! conflict.
//!
//! Example:
//!
//! ```text
//! - HTTP/1.1 409
//! + HTTP/1.1 400
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.16 (Responses Object).

use crate::contract::StatusKey;
use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STATUS_DECLARED,
    method: Method::Response(Part::Message, propose),
    source: include_str!("status_declared.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let exact = |status: &StatusKey| match status {
        StatusKey::Exact(status) => Some(*status),
        StatusKey::Range(_) | StatusKey::Default => None,
    };
    let statuses = site.operation.responses.iter().filter_map(|declared| exact(&declared.status));
    let others = statuses.filter(|status| *status != site.response.status);
    let edit = |status: u16| {
        Edit::new(Change::Status(status), format!("status replaced by {status}")).variant(status.to_string())
    };
    others.map(edit).collect()
}
