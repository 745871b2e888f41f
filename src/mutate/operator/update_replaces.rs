//! `update-replaces`: a partial update replaces the whole.
//!
//! Rule: The `store` of a rule replaces what it should merge with, so that properties that were not sent are lost.
//!
//! Rationale: PUT where PATCH was meant deletes what the client did not repeat.
//!
//! Example:
//!
//! ```text
//! PATCH { "last_name": "King" }, then GET
//! - "first_name": "Ada"
//! + (missing)
//! ```
//!
//! Reference: RFC 7396 §2; RFC 5789 §2.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::UPDATE_REPLACES,
    method: Method::Behaviour(propose),
    source: include_str!("update_replaces.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules = site.rules.iter().enumerate().filter(|(_, rule)| rule.has_update);
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::ReplacesState, "what it should merge with replaced")
    };
    rules.map(edit).collect()
}
