//! `shared-resource`: stories that may run concurrently and write the same resource.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::Contract;
use crate::expression::Scope;
use crate::problem::Problem;
use crate::rules;

use super::super::expand::{self, path_names};
use super::super::{Case, Story, Suite, Violates};
use super::warning::warning;

/// Safe methods (RFC 9110 §9.2.1).
const SAFE: [&str; 5] = ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"];

/// A path template with the values of its parameters.
type Resource<'a> = (&'a str, Vec<(&'a str, String)>);

/// A case that writes a resource.
type Writer<'a> = (&'a Story, &'a Case);

/// Reports resources that several stories write without running one after another.
pub(super) fn check(suite: &Suite, contract: &Contract) -> Vec<Problem> {
    let mut writers: BTreeMap<Resource<'_>, Vec<Writer<'_>>> = BTreeMap::new();
    for story in &suite.stories {
        let Some(scope) = scope(story) else { continue };
        for case in story.every() {
            if let Some(resource) = resource(case, contract, &scope) {
                let known = writers.entry(resource).or_default();
                if !known.iter().any(|(other, _)| other.id == story.id) {
                    known.push((story, case));
                }
            }
        }
    }
    writers.iter().flat_map(|(resource, known)| of_resource(resource, known)).collect()
}

fn of_resource(resource: &Resource<'_>, known: &[Writer<'_>]) -> Vec<Problem> {
    let pairs = known.iter().enumerate().skip(1).filter_map(|(index, later)| {
        let other = known[..index].iter().find(|earlier| may_conflict(earlier, later))?;
        Some(conflict_warning(resource, other, later))
    });
    pairs.collect()
}

/// Whether both may run concurrently on some target.
fn may_conflict((story, case): &Writer<'_>, (other_story, other): &Writer<'_>) -> bool {
    let in_turn = story.file.serial.is_some() && story.file.serial == other_story.file.serial;
    let apart = |one: &Case, two: &Case| {
        !one.only_on.is_empty()
            && one
                .only_on
                .iter()
                .all(|name| two.not_on.contains(name) || !two.only_on.is_empty() && !two.only_on.contains(name))
    };
    !in_turn && !apart(case, other) && !apart(other, case)
}

fn conflict_warning(
    (path, values): &Resource<'_>,
    (other_story, other): &Writer<'_>,
    (story, case): &Writer<'_>,
) -> Problem {
    let values: Vec<_> = values.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let place = other.file(other_story).snippet(&other.at).place;
    let message = format!("{path} with {} may be written by {place} at the same time", values.join(", "));
    let help = "give both files the same `serial: NAME`, or use different values".to_owned();
    warning(rules::SHARED_RESOURCE, message, help, (story, case), &case.at.join("name"))
}

/// The variables of `story`, with placeholders for those that the target gives.
fn scope(story: &Story) -> Option<Scope> {
    let given = story.vars.iter().filter(|(_, value)| value.is_none());
    let given = given.map(|(name, _)| (name.clone(), Value::from(format!("the target's `{name}`")))).collect();
    let base = Scope::new(0, 0, "lint");
    expand::story_scope(story, &given, &base).ok()
}

/// Returns the resource that `case` writes, if its path has parameters and is known before the run.
fn resource<'a>(case: &'a Case, contract: &'a Contract, story: &Scope) -> Option<Resource<'a>> {
    let operation = contract.operations.get(case.operation?)?;
    let refused = case.expect.status.iter().all(|range| *range.start() >= 400) && !case.expect.status.is_empty();
    if SAFE.contains(&operation.method.as_str()) || refused || case.violates != Violates::Nothing || case.skip.is_some()
    {
        return None;
    }
    let scope = expand::case_scope(case, story);
    let value = |name| {
        let (_, tree) = case.request.path.iter().find(|(other, _)| other == name)?;
        let value = tree.expand(&scope).ok().flatten()?;
        Some((name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
    };
    let values = path_names(&operation.path).map(value).collect::<Option<Vec<_>>>()?;
    (!values.is_empty()).then_some((operation.path.as_str(), values))
}
