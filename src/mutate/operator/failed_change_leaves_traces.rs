//! `failed-change-leaves-traces`: a request that is refused changes the state.
//!
//! Rule: If the operation responds with a status from 400, the `store` of a rule is applied all the same.
//!
//! Rationale: A target that writes before it validates refuses the request and keeps the change.
//!
//! Example:
//!
//! ```text
//! POST, refused; then GET
//! - HTTP/1.1 404
//! + HTTP/1.1 200
//! ```
//!
//! Reference: RFC 9110 §15.5: the request was not fulfilled.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::FAILED_CHANGE_LEAVES_TRACES,
    method: Method::Behaviour(propose),
    source: include_str!("failed_change_leaves_traces.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules = site.rules.iter().enumerate().filter(|(_, rule)| rule.has_update);
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::UpdatesOnError, "applied although the request is refused")
    };
    rules.map(edit).collect()
}
