//! `violation-accepted`: a request that violates the contract is accepted.
//!
//! Rule: A violation of one keyword at one location of the request is not noticed by the mock, one mutant per keyword and
//! location.
//!
//! Rationale: Validation is written field by field, and forgotten field by field.
//!
//! Example:
//!
//! ```text
//! request  { "metadata": "none" }
//! - HTTP/1.1 400
//! + HTTP/1.1 200
//! ```
//!
//! Reference: JSON Schema 2020-12 Validation; RFC 9110 §15.5.1.

use crate::mock::mutation::BehaviourFault;
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::VIOLATION_ACCEPTED,
    method: Method::Behaviour(propose),
    source: include_str!("violation_accepted.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let edit = |(keyword, at): &(String, String)| BehaviourEdit {
        fault: BehaviourFault::AcceptViolation(keyword.clone(), at.clone()),
        at: if matches!(keyword.as_str(), "json" | "content-type") {
            // The case file names no location for these.
            format!("violates {keyword}")
        } else {
            format!("violates {keyword} {at}")
        },
        phrase: "accepted".to_owned(),
    };
    site.refusals.iter().map(edit).collect()
}
