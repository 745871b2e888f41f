//! `condition-never-true`: a rule never applies.
//!
//! Rule: The condition `when` of a rule is never true. Rules that respond with 401, 403, 404, 409, 410 or 412 have
//! operators of their own.
//!
//! Rationale: The case that the rule describes is handled like every other.
//!
//! Example:
//!
//! ```text
//! when: request.body.amount > 1000
//! - HTTP/1.1 202
//! + HTTP/1.1 200
//! ```
//!
//! Reference: `signoff schema mock-rules`, `when`.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::CONDITION_NEVER_TRUE,
    method: Method::Behaviour(propose),
    source: include_str!("condition_never_true.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules =
        site.rules.iter().enumerate().filter(|(_, rule)| {
            rule.is_conditional() && !matches!(rule.status, Some(401 | 403 | 404 | 409 | 410 | 412))
        });
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::NeverApplies, "never applied")
    };
    rules.map(edit).collect()
}
