//! The verdict of a run.

use crate::quantity::count;
use crate::record::{Head, Summary};

/// Returns the outcome of the run: `failed`, `errored`, `passed` or `skipped`. An interrupted run has not passed.
pub(crate) fn outcome(head: &Head) -> &'static str {
    match (head.summary.failed, head.summary.errored, head.summary.passed) {
        (1.., ..) => "failed",
        _ if head.interrupted => "errored",
        (0, 1.., _) => "errored",
        (0, 0, 1..) => "passed",
        (0, 0, 0) => "skipped",
    }
}

/// Returns the sign of the outcome.
pub(crate) fn glyph(head: &Head) -> &'static str {
    match outcome(head) {
        "failed" => "✗",
        "errored" => "!",
        "passed" => "✓",
        _ => "-",
    }
}

/// Formats the verdict as a sentence: `16 of 56 cases failed, 2 errored`.
pub(crate) fn sentence(head: &Head) -> String {
    let Summary { cases, passed, failed, errored, .. } = head.summary;
    let share = |number: u64, outcome: &str| format!("{number} of {} {outcome}", count(cases, "case"));
    let verdict = match (failed, errored, passed) {
        (1.., 1.., _) => format!("{}, {errored} errored", share(failed, "failed")),
        (1.., 0, _) => share(failed, "failed"),
        (0, 1.., _) => share(errored, "errored"),
        (0, 0, 0) => "No case was checked".to_owned(),
        (0, 0, _) if passed == cases => format!("All {} passed", count(cases, "case")),
        (0, 0, _) => share(passed, "passed, the others were skipped"),
    };
    if head.interrupted { format!("Interrupted: {}", verdict.to_lowercase()) } else { verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn a_sentence_counts_what_went_wrong_first() {
        let check = |[passed, failed, errored, skipped]: [u64; 4], interrupted, expect: &str| {
            let cases = passed + failed + errored + skipped;
            let summary = Summary { cases, passed, failed, errored, skipped, ..Summary::default() };
            let head = Head { summary, interrupted, ..sample::head() };
            assert_eq!(sentence(&head), expect);
            assert_eq!(glyph(&head) == "✓", passed > 0 && failed + errored == 0 && !interrupted);
        };
        check([2, 0, 0, 0], false, "All 2 cases passed");
        check([2, 0, 0, 0], true, "Interrupted: all 2 cases passed");
        check([1, 0, 0, 1], false, "1 of 2 cases passed, the others were skipped");
        check([1, 1, 0, 0], false, "1 of 2 cases failed");
        check([1, 1, 1, 0], false, "1 of 3 cases failed, 1 errored");
        check([1, 0, 1, 0], false, "1 of 2 cases errored");
        check([0, 0, 0, 3], false, "No case was checked");
    }
}
