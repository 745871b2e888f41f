//! `expected-status`: the status matches the expectation of the case.
//!
//! Rule: The status is listed in `expect.status` (`200`, `[200, 201]`, `2XX`). A case without `expect.status` and without
//! `violates` expects any 2XX. With `expect.undocumented`, the status must still be undocumented: remove the acknowledgement once
//! the contract declares the status.
//!
//! Rationale: A response can conform to the contract and still be the wrong one.
//!
//! Example:
//!
//! ```text
//! expect: { status: 409 }
//! actual   200
//! ```
//!
//! Reference: the case file, `expect.status` and `expect.undocumented`.

use std::ops::RangeInclusive;

use crate::case::Violates;
use crate::contract::Location;
use crate::difference::Difference;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::finding::Finding;
use super::refusal;

pub(super) const CHECK: Definition = Definition {
    id: rules::EXPECTED_STATUS,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("expected_status.rs"),
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let status = context.exchange.response.status;
    let (wanted, place) = wanted(context);
    if !wanted.is_empty() && !wanted.iter().any(|range| range.contains(&status)) {
        return vec![Finding {
            expected: written(&wanted),
            actual: Some(status.to_string()),
            ..CHECK.finding(Location::Status, context.case_location(place))
        }];
    }
    // A target that accepts what it should refuse does not show that the refusal is documented.
    let is_other = refusal::is_missing(context);
    documented_after_all(context).filter(|_| !is_other).into_iter().collect()
}

/// The statuses wanted and where the case says so; none when it says nothing. What refuses a violation is for
/// `violation-refused` to judge.
fn wanted(context: &Context<'_>) -> (Vec<RangeInclusive<u16>>, &'static str) {
    match (&context.case.violates, context.case.expect.status.as_slice()) {
        (Violates::These(_), _) | (Violates::Unchecked, []) => (Vec::new(), ""),
        (Violates::Nothing, []) => (vec![200..=299], ""),
        (_, stated) => (stated.to_vec(), "/expect/status"),
    }
}

fn documented_after_all(context: &Context<'_>) -> Option<Finding> {
    context.case.expect.undocumented.as_ref()?;
    let declared = context.judgement.status?;
    let status = context.exchange.response.status;
    Some(Finding {
        difference: Difference::Documented { status, declared: declared.to_string() },
        expected: format!("{status} not in the contract"),
        actual: Some(format!("declared as {declared}")),
        ..CHECK.finding(Location::Status, context.case_location("/expect/undocumented"))
    })
}

/// `200`, `2XX`, `400 or 422`.
pub(super) fn written(statuses: &[RangeInclusive<u16>]) -> String {
    let one = |range: &RangeInclusive<u16>| match (*range.start(), *range.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) if first % 100 == 0 && last == first + 99 => format!("{}XX", first / 100),
        (first, last) => format!("{first} to {last}"),
    };
    statuses.iter().map(one).collect::<Vec<_>>().join(" or ")
}
