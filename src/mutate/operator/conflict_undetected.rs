//! `conflict-undetected`: a conflict with the current state is not detected.
//!
//! Rule: A rule that responds with 409 or 412 never applies.
//!
//! Rationale: Without the check, the second of two requests silently overwrites the first.
//!
//! Example:
//!
//! ```text
//! the same link again
//! - HTTP/1.1 409
//! + HTTP/1.1 200
//! ```
//!
//! Reference: RFC 9110 §15.5.10, §15.5.13.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::CONFLICT_UNDETECTED,
    method: Method::Behaviour(propose),
    source: include_str!("conflict_undetected.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules = site
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.is_conditional() && matches!(rule.status, Some(409 | 412)));
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::NeverApplies, "a conflict not detected")
    };
    rules.map(edit).collect()
}
