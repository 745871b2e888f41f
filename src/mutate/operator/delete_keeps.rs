//! `delete-keeps`: a deletion is confirmed and not made.
//!
//! Rule: The `store` of a rule deletes nothing.
//!
//! Rationale: Few cases request a resource after they have deleted it.
//!
//! Example:
//!
//! ```text
//! DELETE, then GET
//! - HTTP/1.1 404
//! + HTTP/1.1 200
//! ```
//!
//! Reference: RFC 9110 §9.3.5.

use crate::mock::mutation::{RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator =
    Operator { id: rules::DELETE_KEEPS, method: Method::Behaviour(propose), source: include_str!("delete_keeps.rs") };

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules = site.rules.iter().enumerate().filter(|(_, rule)| rule.has_update && site.operation.method == "DELETE");
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::KeepsDeleted, "nothing deleted")
    };
    rules.map(edit).collect()
}
