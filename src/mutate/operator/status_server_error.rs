//! `status-server-error`: 500 instead of the status.
//!
//! Rule: The status of every response becomes 500; the rest is unchanged.
//!
//! Rationale: A target that fails after it has done its work looks like this.
//!
//! Example:
//!
//! ```text
//! - HTTP/1.1 200
//! + HTTP/1.1 500
//! ```
//!
//! Reference: RFC 9110 §15.6.1.

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STATUS_SERVER_ERROR,
    method: Method::Response(Part::Message, propose),
    source: include_str!("status_server_error.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let is_other = site.response.status != 500;
    is_other.then(|| Edit::new(Change::Status(500), "status replaced by 500")).into_iter().collect()
}
