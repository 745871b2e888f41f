//! `condition-always-true`: a rule always applies.
//!
//! Rule: The condition `when` of a rule is always true.
//!
//! Rationale: A check that is too strict refuses what it should accept.
//!
//! Example:
//!
//! ```text
//! when: request.path.customer_id not in state.customers
//! - HTTP/1.1 200
//! + HTTP/1.1 404
//! ```
//!
//! Reference: `signoff schema mock-rules`, `when`.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::CONDITION_ALWAYS_TRUE,
    method: Method::Behaviour(propose),
    source: include_str!("condition_always_true.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules = site.rules.iter().enumerate().filter(|(_, rule)| rule.is_conditional());
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::AlwaysApplies, "always applied")
    };
    rules.map(edit).collect()
}
