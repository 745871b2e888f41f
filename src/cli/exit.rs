//! The exit code of a run: the worst cause wins, a wrong input before a broken contract before a lost exchange.

use std::process::ExitCode;

use crate::record::Summary;

use crate::project::format::FailOn;

/// How a call of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything kept.
    Kept,
    /// 1: the target broke the contract or a case's expectation.
    Broken,
    /// 2: the document, the cases, the configuration or the arguments are wrong.
    Wrong,
    /// 3: the target could not be reached, or an exchange could not be completed.
    Unreachable,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The exit of a finished run. A flaky connection does not hide a proven breach, so failed comes before errored.
    pub fn of(summary: &Summary, fail_on: &[FailOn]) -> Self {
        let asked = fail_on.iter().any(|what| match what {
            FailOn::Skipped => summary.skipped > 0,
            FailOn::Unjudged => summary.unjudged > 0,
            FailOn::Warning => summary.warnings > 0,
            FailOn::New => false,
        });
        let pardoned = if fail_on.contains(&FailOn::New) { summary.known } else { 0 };
        match () {
            () if summary.failed > pardoned || asked => Self::Broken,
            () if summary.errored > 0 => Self::Unreachable,
            () => Self::Kept,
        }
    }

    /// The number the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Kept => 0,
            Self::Broken => 1,
            Self::Wrong => 2,
            Self::Unreachable => 3,
            Self::Interrupted => 130,
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
    fn the_worst_cause_wins() {
        let check = |failed, errored, skipped, fail_on: &[FailOn]| {
            Exit::of(&Summary { failed, known: 1, errored, skipped, ..Summary::default() }, fail_on).code()
        };
        assert_eq!(check(0, 0, 1, &[]), 0);
        assert_eq!(check(1, 1, 0, &[]), 1);
        assert_eq!(check(0, 1, 0, &[]), 3);
        assert_eq!(check(0, 1, 1, &[FailOn::Skipped]), 1);
        assert_eq!(check(1, 0, 0, &[FailOn::New]), 0);
        assert_eq!(check(1, 1, 0, &[FailOn::New]), 3);
        assert_eq!(check(2, 1, 0, &[FailOn::New]), 1);
    }
}
