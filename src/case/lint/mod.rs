//! What is wrong or odd about cases although each can be read: what a case alone cannot mean is refused when it is loaded,
//! what can never come true or gets in the way of another is found by `signoff check`.

mod answer;
pub(super) mod binding;
mod shared;

use std::collections::BTreeSet;

use crate::contract::Contract;
use crate::document::End;
use crate::place::Place;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::{Case, Story, Suite};

/// Everything odd about the cases of `suite`, by place; every rule is a warning.
pub fn lint(suite: &Suite, contract: &Contract) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (story, case) in all(suite) {
        problems.extend(answer::check(case, story, contract));
    }
    problems.extend(shared::check(suite, contract));
    problems.sort_by_cached_key(place);
    let mut said = BTreeSet::new();
    problems.retain(|problem| said.insert(problem.to_string()));
    problems
}

/// Every case with its story, setup and teardown among them, but for those that are skipped everywhere.
fn all(suite: &Suite) -> impl Iterator<Item = (&Story, &Case)> {
    let cases = suite.stories.iter().flat_map(|story| story.every().map(move |case| (story, case)));
    cases.filter(|(_, case)| case.skip.is_none())
}

fn place(problem: &Problem) -> Option<Place> {
    problem.at.as_ref().map(|at| at.place.clone())
}

/// The warning of `rule` about what stands at `at` in the file of `case`.
fn warning(rule: &'static str, message: String, help: String, (story, case): (&Story, &Case), at: &Pointer) -> Problem {
    let snippet = case.file(story).document.snippet(at, End::Key);
    Problem::new(message).rule(rule).as_warning().help(help).at(snippet)
}
