//! Reports variables of targets and of the command line that no case file declares.

use std::collections::BTreeSet;

use crate::case::Suite;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::deserialize::with_suggestion;
use super::settings::Settings;

/// A warning for each `--var` that no case file declares.
pub(super) fn of_call(suite: &Suite, settings: &Settings) -> Vec<Problem> {
    let declared = declared(suite);
    let given = settings.overrides.target.vars.iter().map(|(name, _)| name);
    let unused = given.filter(|name| !declared.contains(name.as_str()));
    let message = |name| format!("--var {name}: no case file declares this variable under `vars`");
    unused.map(|name| warning(message(name), name, &declared)).collect()
}

/// A warning for each variable of a configured target that no case file declares. Other files than those of the configuration may
/// declare other variables.
pub(crate) fn of_targets(suite: &Suite, settings: &Settings) -> Vec<Problem> {
    if settings.overrides.cases.is_some() || settings.overrides.spec.is_some() {
        return Vec::new();
    }
    let declared = declared(suite);
    let targets = settings.file.config.targets.iter();
    let given = targets.flat_map(|(target, given)| given.vars.keys().map(move |name| (target, name)));
    let unused = given.filter(|(_, name)| !declared.contains(name.as_str()));
    let placed = |(target, name): (&String, &String)| {
        let at = ["targets", target, "vars", name].iter().fold(Pointer::root(), |at, token| at.join(token));
        let message = format!("no case file declares the variable `{name}` under `vars`");
        settings.file.placed(&at, warning(message, name, &declared).rule(rules::UNUSED_VARIABLE))
    };
    unused.map(placed).collect()
}

fn declared(suite: &Suite) -> BTreeSet<&str> {
    suite.stories.iter().flat_map(|story| &story.vars).map(|(name, _)| name.as_str()).collect()
}

fn warning(message: String, name: &str, declared: &BTreeSet<&str>) -> Problem {
    with_suggestion(Problem::new(message), name, &Vec::from_iter(declared), "variables").as_warning()
}
