//! Reports target names in cases and waivers that are not configured.

use std::collections::BTreeSet;

use crate::case::{Case, Story, Suite};
use crate::document::End;
use crate::place::Snippet;
use crate::problem::Problem;
use crate::rules;

use super::deserialize::with_suggestion;
use super::settings::Settings;
use super::target;

/// A warning for every name in `only_on` and `not_on` of the cases that is no target.
pub(crate) fn in_cases(suite: &Suite, settings: &Settings) -> Vec<Problem> {
    let cases = suite.stories.iter().flat_map(|story| story.every().map(move |case| (story, case)));
    let mut problems: Vec<Problem> = cases.flat_map(|(story, case)| in_case(case, story, settings)).collect();
    // Every row of a table has the same names.
    let mut reported = BTreeSet::new();
    problems.retain(|problem| reported.insert(problem.to_string()));
    problems
}

fn in_case(case: &Case, story: &Story, settings: &Settings) -> Vec<Problem> {
    let lists = [
        ("only_on", &case.only_on, "no target has this name, so the case is not run on it"),
        ("not_on", &case.not_on, ""),
    ];
    let named = lists.into_iter().flat_map(|(key, names, why)| {
        (0_usize..).zip(names).map(move |(index, name)| (case.at.join(key), index, name.as_str(), why))
    });
    let document = &case.file(story).document;
    let warnings = named.filter_map(|(at, index, name, why)| {
        let item = at.join(index);
        let at = if document.value().pointer(item.as_str()).is_some() { item } else { at };
        warning(name, why, settings, document.snippet(&at, End::Value))
    });
    warnings.collect()
}

/// A warning about `name` unless it is a target; `consequence` is added if not empty.
pub(crate) fn warning(name: &str, consequence: &str, settings: &Settings, at: Snippet) -> Option<Problem> {
    let mut targets: Vec<_> = settings.file.config.targets.keys().map(String::as_str).collect();
    if !targets.contains(&target::MOCK) {
        targets.push(target::MOCK);
    }
    if name.contains("://") || targets.contains(&name) {
        return None;
    }
    let consequence = if consequence.is_empty() { String::new() } else { format!(": {consequence}") };
    let problem = Problem::new(format!("unknown target `{name}`{consequence}"));
    Some(with_suggestion(problem, name, &targets, "targets").rule(rules::UNKNOWN_TARGET).at(at).as_warning())
}
