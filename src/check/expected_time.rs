//! `expected-time`: the answer came within the time that the case allows.
//!
//! Requires: no more than `expect.within` from sending the request to the last byte of the answer. With `poll` or `retry` the
//! last attempt is timed; the waits between attempts do not count.
//!
//! Why: an answer that comes too late has failed for the customer who waits for it.
//!
//! A breach:
//!
//! ```text
//! expect: { within: 2s }
//! the target answered      in 3.2s
//! ```
//!
//! Source: the case file, `expect.within`.

use std::time::Duration;

use crate::contract::Location;
use crate::difference::Difference;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "expected-time",
    side: Side::Case,
    severity: Severity::Error,
    source: include_str!("expected_time.rs"),
    run,
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
        ..CHECK.finding(Location::Response, context.case_place("/expect/within"))
    }
}

/// Up to the next millisecond, so that what is late also looks late.
fn rounded(took: Duration) -> Duration {
    let over = took.subsec_nanos() % 1_000_000;
    if over == 0 { took } else { took.saturating_add(Duration::from_nanos(u64::from(1_000_000 - over))) }
}
