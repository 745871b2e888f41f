//! `wrong-credentials-accepted`: a request with wrong credentials is accepted.
//!
//! Rule: A rule that responds with 401 or 403 never applies; or malformed credentials, such as those of another scheme, are
//! not noticed, nor those of `auth: { SCHEME: wrong }` and `expired`.
//!
//! Rationale: A target that reads the header and does not verify it lets everybody in.
//!
//! Example:
//!
//! ```text
//! authorization: Bearer wrong
//! - HTTP/1.1 401
//! + HTTP/1.1 200
//! ```
//!
//! A case that notices it sends malformed credentials, without those of the target:
//!
//! ```text
//!   - name: refuses malformed credentials
//!     operation: OPERATION
//!     violates: security
//!     request: { auth: none, headers: { Authorization: Bearer } }
//!     expect: { status: 401 }
//! ```
//!
//! Reference: RFC 9110 §15.5.2, §15.5.4; OWASP API Security Top 10 2023, API2.

use crate::mock::mutation::{BehaviourFault, RuleFault, RuleOutline};
use crate::rules;

use super::definition::{BehaviourEdit, Method, OperationSite, Operator};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::WRONG_CREDENTIALS_ACCEPTED,
    method: Method::Behaviour(propose),
    source: include_str!("wrong_credentials_accepted.rs"),
};

fn propose(site: &OperationSite<'_>) -> Vec<BehaviourEdit> {
    let rules = site
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.is_conditional() && matches!(rule.status, Some(401 | 403)));
    let edit = |(index, rule): (usize, &RuleOutline)| {
        BehaviourEdit::rule(index, rule, RuleFault::NeverApplies, "wrong credentials accepted")
    };
    let malformed = BehaviourEdit {
        fault: BehaviourFault::AcceptMalformedCredentials,
        at: "security".to_owned(),
        phrase: "malformed credentials accepted".to_owned(),
    };
    let is_secured = !site.operation.security.is_empty()
        && site.operation.security.iter().all(|alternative| !alternative.schemes.is_empty());
    rules.map(edit).chain(is_secured.then_some(malformed)).collect()
}
