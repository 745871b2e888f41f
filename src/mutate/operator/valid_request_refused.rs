//! `valid-request-refused`: a request that conforms to the contract is refused.
//!
//! Rule: The mock treats every valid request of the operation as invalid.
//!
//! Rationale: Suites that only send invalid requests pass on a target that is out of order.
//!
//! Example:
//!
//! ```text
//! request  { "first_name": "Ada" }
//! - HTTP/1.1 200
//! + HTTP/1.1 400
//! ```
//!
//! Reference: RFC 9110 §15.5.1.

use crate::mock::mutation::BehaviourFault;
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::VALID_REQUEST_REFUSED,
    method: Method::Behaviour(propose),
    source: include_str!("valid_request_refused.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let at = format!("{} {}", site.operation.method, site.operation.path);
    vec![BehaviourEdit { fault: BehaviourFault::RefuseValid, at, phrase: "every valid request refused".to_owned() }]
}
