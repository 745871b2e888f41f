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
use crate::mutate::refusals::Refusal;
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::VIOLATION_ACCEPTED,
    method: Method::Behaviour(propose),
    source: include_str!("violation_accepted.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let edit = |Refusal { keyword, location }: &Refusal| BehaviourEdit {
        fault: BehaviourFault::AcceptViolation(keyword, location.clone()),
        at: match location {
            Some(location) => format!("violates {keyword} {location}"),
            None => format!("violates {keyword}"),
        },
        phrase: "accepted".to_owned(),
    };
    site.refusals.iter().map(edit).collect()
}
