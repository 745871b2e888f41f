//! Warnings about cases.

use crate::document::End;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::super::{Case, Story};

/// A warning of `rule` about the node at `at` in the file of `case`.
pub(super) fn warning(
    rule: &'static str,
    message: String,
    help: String,
    (story, case): (&Story, &Case),
    at: &Pointer,
) -> Problem {
    let snippet = case.file(story).document.snippet(at, End::Key);
    Problem::new(message).rule(rule).as_warning().help(help).at(snippet)
}
