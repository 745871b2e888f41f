//! Merges the findings of the official meta-schema with those of the loader.

use crate::contract::schema::structure::{Fault, faults};
use crate::contract::version::OasVersion;
use crate::document::{Document, End};
use crate::problem::Problem;
use crate::rules;
use crate::severity::Severity;

/// Returns the violations of the structure that OpenAPI `openapi` prescribes for `document`.
pub(super) fn problems(document: &Document, openapi: OasVersion) -> Vec<Problem> {
    faults(document.value(), openapi).iter().map(|fault| problem(document, fault)).collect()
}

/// Adds `breaches` of the structure to `own`, the loader's problems, unless the loader reported the same: its messages are
/// clearer. The result is in order of location.
pub fn join(own: &mut Vec<Problem>, breaches: Vec<Problem>) {
    for breach in breaches {
        match own.iter_mut().find(|held| reports(held, &breach)) {
            Some(held) => held.severity = held.severity.max(breach.severity),
            None => own.push(breach),
        }
    }
    own.sort_by_cached_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
}

fn problem(document: &Document, fault: &Fault) -> Problem {
    let problem = Problem::new(&fault.message).rule(rules::STRUCTURE).at(document.snippet(&fault.at, End::Key));
    let problem = fault.help.iter().fold(problem, |problem, help| problem.help(help.as_str()));
    if fault.is_ignored { problem.as_warning() } else { problem }
}

/// Whether the loader's `own` problem reports what `other` reports: an error or a structure problem of the same place, or a
/// warning that mentions the same name.
pub(super) fn reports(own: &Problem, other: &Problem) -> bool {
    let place = |problem: &Problem| problem.at.as_ref().map(|snippet| snippet.place.clone());
    let name = other.message.split('`').nth(1);
    let same_name = name.is_some_and(|name| own.message.contains(name));
    let is_plainer = own.severity == Severity::Error || own.rule == other.rule;
    place(own) == place(other) && (is_plainer || same_name)
}
