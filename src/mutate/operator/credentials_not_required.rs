//! `credentials-not-required`: a request without credentials is accepted.
//!
//! Rule: The mock handles requests of the operation that have no `authorization` as if they had valid credentials.
//!
//! Rationale: An operation that was left out of the security configuration is open to everybody.
//!
//! Example:
//!
//! ```text
//! request without authorization
//! - HTTP/1.1 401
//! + HTTP/1.1 200
//! ```
//!
//! Reference: RFC 9110 §15.5.2; OWASP API Security Top 10 2023, API2.

use crate::mock::mutation::BehaviourFault;
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::CREDENTIALS_NOT_REQUIRED,
    method: Method::Behaviour(propose),
    source: include_str!("credentials_not_required.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let edit = || BehaviourEdit {
        fault: BehaviourFault::AcceptMissingCredentials,
        at: "security".to_owned(),
        phrase: "requests without credentials accepted".to_owned(),
    };
    let is_secured = !site.operation.security.is_empty()
        && site.operation.security.iter().all(|alternative| !alternative.schemes.is_empty());
    is_secured.then(edit).into_iter().collect()
}
