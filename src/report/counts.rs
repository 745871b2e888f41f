//! Counts that the head of a record does not hold.

use crate::record::{Head, Summary};

/// Counts the cases that belong to no operation of the contract.
pub(super) fn outside(head: &Head) -> Summary {
    let rest = |number: fn(&Summary) -> u64| {
        let inside: u64 = head.coverage.iter().map(|endpoint| number(&endpoint.summary)).sum();
        number(&head.summary).saturating_sub(inside)
    };
    Summary {
        cases: rest(|summary| summary.cases),
        passed: rest(|summary| summary.passed),
        failed: rest(|summary| summary.failed),
        errored: rest(|summary| summary.errored),
        skipped: rest(|summary| summary.skipped),
        flaky: rest(|summary| summary.flaky),
        not_checked: rest(|summary| summary.not_checked),
        ..Summary::default()
    }
}
