//! Runs the checks of `signoff check` on the cases of a suite.

use std::collections::BTreeSet;

use crate::contract::Contract;
use crate::place::Place;
use crate::problem::Problem;

use super::super::{Case, Story, Suite};
use super::{response, shared, unused};

/// Returns the warnings about the cases of `suite`, sorted by location.
pub(crate) fn lint(suite: &Suite, contract: &Contract) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (story, case) in all(suite) {
        problems.extend(response::check(case, story, contract));
    }
    problems.extend(shared::check(suite, contract));
    problems.extend(unused::check(suite));
    problems.sort_by_cached_key(place);
    let mut seen = BTreeSet::new();
    problems.retain(|problem| seen.insert(problem.to_string()));
    problems
}

/// Every case that is not skipped with its story, including setup and teardown.
fn all(suite: &Suite) -> impl Iterator<Item = (&Story, &Case)> {
    let cases = suite.stories.iter().flat_map(|story| story.every().map(move |case| (story, case)));
    cases.filter(|(_, case)| case.skip.is_none())
}

fn place(problem: &Problem) -> Option<Place> {
    problem.at.as_ref().map(|at| at.place.clone())
}
