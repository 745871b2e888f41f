//! Counts of a run and of its endpoints by pile.

use crate::quantity;
use crate::record::{Head, Summary};

/// Cases by pile: those of the first four fields add up to the cases of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shares {
    /// Cases that passed.
    pub passed: u64,
    /// Failed cases that count against the target.
    pub against: u64,
    /// Cases that a person set aside: known failures that the run accepts, and excluded cases.
    pub aside: u64,
    /// Cases without a result: errored, or skipped because of another case.
    pub unknown: u64,
    /// Cases that are not part of the run.
    pub not_run: u64,
    /// Rules not checked.
    pub not_checked: u64,
}

impl Shares {
    /// Sorts the cases of `summary`, which is of the run or of one of its operations.
    pub(super) fn new(head: &Head, summary: &Summary) -> Self {
        let known = head.tolerated(summary);
        Self {
            passed: summary.passed,
            against: summary.failed.saturating_sub(known),
            aside: known + summary.excluded,
            unknown: summary.errored + summary.skipped.saturating_sub(summary.excluded),
            not_run: summary.not_run,
            not_checked: summary.not_checked,
        }
    }
}

/// A column of numbers in a table of endpoints.
#[derive(Debug)]
pub(super) struct Column {
    /// Its heading: the outcome, or the pile.
    pub heading: &'static str,
    /// Its heading in a terminal.
    pub short: &'static str,
    /// The outcome whose colour it has.
    pub class: &'static str,
    /// Its number of one endpoint.
    pub number: fn(&Shares) -> u64,
}

/// Every column, in the order of the piles.
const COLUMNS: [Column; 6] = [
    Column { heading: "passed", short: "passed", class: "passed", number: |shares| shares.passed },
    Column { heading: "against target", short: "against", class: "failed", number: |shares| shares.against },
    Column { heading: "set aside", short: "set aside", class: "skipped", number: |shares| shares.aside },
    Column { heading: "could not tell", short: "unknown", class: "errored", number: |shares| shares.unknown },
    Column { heading: "not run", short: "not run", class: "skipped", number: |shares| shares.not_run },
    Column {
        heading: "rules not checked",
        short: "not checked",
        class: "not-checked",
        number: |shares| shares.not_checked,
    },
];

/// Returns the columns with numbers in the rows of a table, and always the first.
pub(super) fn columns(head: &Head) -> Vec<&'static Column> {
    let tried = head.coverage.iter().map(|endpoint| endpoint.summary).filter(|summary| summary.cases > 0);
    let rows: Vec<_> = tried.chain([outside(head)]).map(|summary| Shares::new(head, &summary)).collect();
    let has_numbers = |column: &Column| rows.iter().any(|shares| (column.number)(shares) > 0);
    let columns = COLUMNS.iter().enumerate().filter(|(index, column)| *index == 0 || has_numbers(column));
    columns.map(|(_, column)| column).collect()
}

/// Counts the cases that belong to no operation of the contract.
pub(super) fn outside(head: &Head) -> Summary {
    let rest = |number: fn(&Summary) -> u64| {
        let inside = quantity::total(head.coverage.iter().map(|endpoint| number(&endpoint.summary)));
        number(&head.summary).saturating_sub(inside)
    };
    Summary {
        cases: rest(|summary| summary.cases),
        passed: rest(|summary| summary.passed),
        failed: rest(|summary| summary.failed),
        known: rest(|summary| summary.known),
        errored: rest(|summary| summary.errored),
        invalid: rest(|summary| summary.invalid),
        skipped: rest(|summary| summary.skipped),
        excluded: rest(|summary| summary.excluded),
        flaky: rest(|summary| summary.flaky),
        not_checked: rest(|summary| summary.not_checked),
        warnings: rest(|summary| summary.warnings),
        acknowledged: rest(|summary| summary.acknowledged),
        busy: rest(|summary| summary.busy),
        waived: rest(|summary| summary.waived),
        assumed: rest(|summary| summary.assumed),
        unchecked: rest(|summary| summary.unchecked),
        not_run: rest(|summary| summary.not_run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::piles::{piles, piles_of};
    use crate::report::tests::sample;

    #[test]
    fn rows_add_up_to_the_piles() {
        let mut head = sample::head();
        head.summary =
            Summary { failed: 6, known: 2, skipped: 3, excluded: 1, errored: 2, cases: 14, not_run: 2, ..head.summary };
        head.coverage[0].summary = Summary { cases: 11, failed: 6, known: 2, excluded: 1, ..head.coverage[0].summary };
        for (tolerates_known, interrupted) in [(false, false), (true, false), (true, true)] {
            let head = Head { tolerates_known, interrupted, ..head.clone() };
            let all = Shares::new(&head, &head.summary);
            assert_eq!(all.passed + all.against + all.aside + all.unknown, head.summary.cases);
            let rows: Vec<_> = head.coverage.iter().map(|endpoint| endpoint.summary).chain([outside(&head)]).collect();
            for column in &COLUMNS {
                let sum: u64 = rows.iter().map(|row| (column.number)(&Shares::new(&head, row))).sum();
                assert_eq!(sum, (column.number)(&all), "{}", column.heading);
            }
            let size = |number: u64| format!("{number} of 14 cases");
            assert_eq!(piles(&head)[0].size, size(all.against));
            let own = Shares::new(&head, &rows[0]);
            let operation = head.coverage[0].operation.clone();
            assert_eq!(piles_of(&head, Some(&operation))[0].size, format!("{} of 11 cases", own.against));
        }
    }
}
