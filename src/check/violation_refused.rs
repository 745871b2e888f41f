//! `violation-refused`: the target refuses a request that deliberately violates the contract.
//!
//! Rule: A case with `violates` gets a status that refuses that violation: 401 or 403 for `security`, 400 or 415 for
//! `content-type`, 404 or 405 for `method` and `path`, 400, 404 or 422 for a path parameter, otherwise 400 or 422. `expect.status`
//! replaces these.
//!
//! Rationale: A target that accepts what its contract forbids stores data that the contract does not describe. A 500 means that the
//! target did not validate the request.
//!
//! Example:
//!
//! ```text
//! violates: [ required body/partner_customer_id ]
//! actual   200
//! ```
//!
//! Reference: RFC 9110 §15.5 (client errors), §15.5.2 (401), §15.5.4 (403), §15.5.6 (405), §15.5.16 (415), §15.5.21 (422).

use crate::case::{Violates, Violation};
use crate::contract::Location;
use crate::difference::Difference;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::expected_status::written;
use super::finding::Finding;
use super::refusal;

pub(super) const CHECK: Definition = Definition {
    id: rules::VIOLATION_REFUSED,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("violation_refused.rs"),
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let Violates::These(violations) = &context.case.violates else { return Vec::new() };
    if !refusal::is_missing(context) {
        return Vec::new();
    }
    let (stated, wanted) = (&context.case.expect.status, refusal::statuses(context, violations));
    let status = context.exchange.response.status;
    let (violations, accepted) = (violations.iter().map(describe).collect(), (200..300).contains(&status));
    let place = if stated.is_empty() { "/violates" } else { "/expect/status" };
    vec![Finding {
        difference: Difference::NotRefused { violations, accepted },
        expected: written(&wanted),
        actual: Some(status.to_string()),
        ..CHECK.finding(Location::Status, context.case_location(place))
    }]
}

fn describe(violation: &Violation) -> String {
    let location = violation.location.as_ref().map(|location| format!(" {location}"));
    format!("{}{}", violation.keyword, location.unwrap_or_default())
}
