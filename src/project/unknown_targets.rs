//! Names of targets in `only_on` and `not_on` that there are not: what is for them alone never happens.

use std::collections::BTreeSet;

use crate::case::{Case, Story, Suite};
use crate::document::End;
use crate::place::Snippet;
use crate::problem::Problem;

use crate::project::config::suggested;
use crate::project::settings::Settings;
use crate::project::target;

/// A warning for every name in the cases that is no target of the configuration.
pub fn of_cases(suite: &Suite, settings: &Settings) -> Vec<Problem> {
    let cases = suite.stories.iter().flat_map(|story| story.every().map(move |case| (story, case)));
    let mut problems: Vec<Problem> = cases.flat_map(|(story, case)| of_case(case, story, settings)).collect();
    // Every row of a table says the same.
    let mut said = BTreeSet::new();
    problems.retain(|problem| said.insert(problem.to_string()));
    problems
}

fn of_case(case: &Case, story: &Story, settings: &Settings) -> Vec<Problem> {
    let lists = [("only_on", &case.only_on, "the case is never sent there"), ("not_on", &case.not_on, "")];
    let named = lists.into_iter().flat_map(|(key, names, why)| {
        (0_usize..).zip(names).map(move |(index, name)| (case.at.join(key), index, name.as_str(), why))
    });
    let document = &case.file(story).document;
    let told = named.filter_map(|(at, index, name, why)| {
        let item = at.join(index);
        let at = if document.value().pointer(item.as_str()).is_some() { item } else { at };
        unknown(name, why, settings, document.snippet(&at, End::Value))
    });
    told.collect()
}

/// The warning about `name`, unless it is a target; `why` says what comes of it.
pub fn unknown(name: &str, why: &str, settings: &Settings, at: Snippet) -> Option<Problem> {
    let mut targets: Vec<_> = settings.file.config.targets.keys().map(String::as_str).collect();
    if !targets.contains(&target::MOCK) {
        targets.push(target::MOCK);
    }
    if name.contains("://") || targets.contains(&name) {
        return None;
    }
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    let problem = Problem::new(format!("unknown target `{name}`{why}"));
    Some(suggested(problem, name, &targets, "targets").rule("unknown-target").at(at).as_warning())
}
