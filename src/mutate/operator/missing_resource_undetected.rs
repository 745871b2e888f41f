//! `missing-resource-undetected`: a resource that does not exist is treated as if it did.
//!
//! Rule: A rule that responds with 404 or 410 never applies.
//!
//! Rationale: Handlers that skip the look-up create or change what is not there.
//!
//! Example:
//!
//! ```text
//! POST /v2/customers/unknown
//! - HTTP/1.1 404
//! + HTTP/1.1 200
//! ```
//!
//! Reference: RFC 9110 §15.5.5.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::MISSING_RESOURCE_UNDETECTED,
    method: Method::Behaviour(propose),
    source: include_str!("missing_resource_undetected.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules = site
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.is_conditional() && matches!(rule.status, Some(404 | 410)));
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::NeverApplies, "a resource that does not exist not detected")
    };
    rules.map(edit).collect()
}
