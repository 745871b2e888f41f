//! `write-lost`: a change is confirmed and lost.
//!
//! Rule: A rule responds as usual, and its `store` does nothing. Where the `store` of a `DELETE` only deletes, this is `delete-keeps`.
//!
//! Rationale: The response of a change that was rolled back looks like that of one that was made.
//!
//! Example:
//!
//! ```text
//! PATCH, then GET
//! - "first_name": "Ada"
//! + "first_name": "John"
//! ```
//!
//! Reference: `signoff schema mock-rules`, `store`; RFC 9110 §9.3.4.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator =
    Operator { id: rules::WRITE_LOST, method: Method::Behaviour(propose), source: include_str!("write_lost.rs") };

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let is_other = |rule: &RuleOutline| rule.only_deletes && site.operation.method == "DELETE";
    let rules = site.rules.iter().enumerate().filter(|(_, rule)| rule.has_update && !is_other(rule));
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::LosesUpdate, "the change lost")
    };
    rules.map(edit).collect()
}
