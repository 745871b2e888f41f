//! Exit codes. If several causes apply: invalid inputs first, then failed cases, then exchanges that were not completed.

use std::process::ExitCode;

use crate::project::format::FailOn;
use crate::record::Summary;

/// How a call of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all checks passed.
    Passed,
    /// 1: the target violates the contract or an expectation of a case.
    Failed,
    /// 2: the document, cases, configuration, mock rules or arguments are invalid, as found before or during the run.
    InvalidInput,
    /// 3: the target could not be reached, or an exchange was not completed.
    Unreachable,
    /// 129: the terminal was closed (SIGHUP).
    HungUp,
    /// 130: interrupted with Ctrl-C (SIGINT).
    Interrupted,
    /// 143: terminated (SIGTERM).
    Terminated,
}

impl Exit {
    /// The exit code of a finished run. Failed cases come before errored ones: a flaky connection must not hide a violation.
    pub fn from_summary(summary: &Summary, fail_on: &[FailOn]) -> Self {
        let also_fails = fail_on.iter().any(|what| match what {
            FailOn::Skipped => summary.skipped > 0,
            FailOn::NotChecked => summary.not_checked > 0,
            FailOn::Warning => summary.warnings > 0,
            FailOn::Flaky => summary.flaky > 0,
            // A missed gate counts apart, since it needs more than these counts.
            FailOn::New | FailOn::UncoveredNew => false,
        });
        let ignored = if fail_on.contains(&FailOn::New) { summary.known } else { 0 };
        if summary.invalid > 0 {
            Self::InvalidInput
        } else if summary.failed > ignored || also_fails {
            Self::Failed
        } else if summary.errored > 0 {
            Self::Unreachable
        } else {
            Self::Passed
        }
    }

    /// Adds that a gate of coverage was missed, which counts like a failed case.
    pub(super) fn with_missed_gates(self, missed: bool) -> Self {
        match self {
            Self::Passed if missed => Self::Failed,
            exit => exit,
        }
    }

    /// Whether a signal ended the call.
    pub fn is_signal(self) -> bool {
        matches!(self, Self::HungUp | Self::Interrupted | Self::Terminated)
    }

    /// The exit code as the shell sees it.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::InvalidInput => 2,
            Self::Unreachable => 3,
            // As the shell sees a program that a signal ends: 128 and its number.
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_cases_come_before_errored_ones() {
        let check = |failed, errored, skipped, fail_on: &[FailOn]| {
            Exit::from_summary(&Summary { failed, known: 1, errored, skipped, ..Summary::default() }, fail_on).code()
        };
        assert_eq!(check(0, 0, 1, &[]), 0);
        assert_eq!(check(1, 1, 0, &[]), 1);
        assert_eq!(check(0, 1, 0, &[]), 3);
        assert_eq!(check(0, 1, 1, &[FailOn::Skipped]), 1);
        assert_eq!(check(1, 0, 0, &[FailOn::New]), 0);
        assert_eq!(check(1, 1, 0, &[FailOn::New]), 3);
        assert_eq!(check(2, 1, 0, &[FailOn::New]), 1);
        let wrong = Summary { failed: 1, errored: 1, invalid: 1, ..Summary::default() };
        assert_eq!(Exit::from_summary(&wrong, &[]).code(), 2);
        let flaky = Summary { passed: 1, flaky: 1, ..Summary::default() };
        assert_eq!([&[][..], &[FailOn::Flaky]].map(|fail_on| Exit::from_summary(&flaky, fail_on).code()), [0, 1]);
    }
}
