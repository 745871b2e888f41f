//! `expected-time`: the response arrives within the time limit of the case.
//!
//! Rule: At most `expect.within` passes between sending the request and receiving the last byte of the response. With `poll` or
//! `retry`, the last attempt is measured, without the waits between attempts.
//!
//! Rationale: To a client that waits, a late response is a failure.
//!
//! Example:
//!
//! ```text
//! expect: { within: 2s }
//! actual   3.2s
//! ```
//!
//! Reference: the case file, `expect.within`.

use std::time::Duration;

use crate::contract::Location;
use crate::difference::Difference;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::finding::Finding;

pub(super) const CHECK: Definition = Definition {
    id: rules::EXPECTED_TIME,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("expected_time.rs"),
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let took = context.exchange.timings.total;
    context
        .expectation
        .within
        .filter(|within| took > *within)
        .map(|within| late(context, within, took))
        .into_iter()
        .collect()
}

fn late(context: &Context<'_>, within: Duration, took: Duration) -> Finding {
    let (within, took) = (format!("within {within:?}"), format!("{:?}", rounded(took)));
    Finding {
        difference: Difference::Time,
        expected: within,
        actual: Some(took),
        ..CHECK.finding(Location::Response, context.case_location("/expect/within"))
    }
}

/// Up to the next millisecond, so that what is late also looks late.
fn rounded(took: Duration) -> Duration {
    let over = took.subsec_nanos() % 1_000_000;
    if over == 0 { took } else { took.saturating_add(Duration::from_nanos(u64::from(1_000_000 - over))) }
}
