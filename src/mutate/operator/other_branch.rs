//! `other-branch`: a value of another branch of `oneOf` or `anyOf`.
//!
//! Rule: The value becomes one of another declared branch, one mutant per branch (at most eight). A branch to which the value conforms
//! already is left out.
//!
//! Rationale: The response conforms to the contract and describes another kind of thing.
//!
//! Example:
//!
//! ```text
//! - "ticket": { "kind": "event", "event_id": 7 }
//! + "ticket": { "kind": "general" }
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation; JSON Schema 2020-12 Core §10.2.1.

use serde_json::Value;

use crate::contract::Anchor;
use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::OTHER_BRANCH,
    method: Method::Response(Part::Value, propose),
    source: include_str!("other_branch.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let is_own = |branch: &Anchor, value: &Value| {
        let is_of_branch = site.contract.is_of_branch(site.operation, branch, site.value);
        is_of_branch.unwrap_or_default() || value == site.value
    };
    let others = site.facts.branches.iter().enumerate().filter(|(_, (branch, value))| !is_own(branch, value));
    let edit = |(index, (_, value)): (usize, &(Anchor, Value))| {
        let number = index + 1;
        Edit::value(value.clone(), format!("replaced by a value of branch {number}")).variant(number.to_string())
    };
    others.map(edit).collect()
}
