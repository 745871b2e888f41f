//! `repeat-refused`: the same request again is refused.
//!
//! Rule: A rule of an idempotent method with a `store` refuses a request that was received before.
//!
//! Rationale: Clients repeat idempotent requests after a time-out, and must get the same result.
//!
//! Example:
//!
//! ```text
//! PUT twice
//! - HTTP/1.1 200
//! + HTTP/1.1 409
//! ```
//!
//! Reference: RFC 9110 §9.2.2.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::REPEAT_REFUSED,
    method: Method::Behaviour(propose),
    source: include_str!("repeat_refused.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let is_idempotent = matches!(site.operation.method.as_str(), "PUT" | "DELETE");
    let rules = site.rules.iter().enumerate().filter(|(_, rule)| rule.has_update && is_idempotent);
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::RefusesRepeat, "the same request again refused")
    };
    rules.map(edit).collect()
}
