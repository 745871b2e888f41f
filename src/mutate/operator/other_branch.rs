//! `other-branch`: a value of another branch of `oneOf` or `anyOf`.
//!
//! Rule: The value becomes one of another declared branch, one mutant per branch (at most eight).
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

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::OTHER_BRANCH,
    method: Method::Response(Part::Value, propose),
    source: include_str!("other_branch.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let others = site.facts.branches.iter().enumerate().filter(|(_, value)| *value != site.value);
    let edit = |(index, value): (usize, &Value)| {
        let number = index + 1;
        Edit::value(value.clone(), format!("replaced by a value of branch {number}")).variant(number.to_string())
    };
    others.map(edit).collect()
}
