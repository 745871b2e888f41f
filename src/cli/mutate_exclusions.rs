//! Exclusions of `signoff mutate`: validated, and reported if they exclude nothing or too much.

use crate::contract::Contract;
use crate::mutate::operator;
use crate::mutate::{Exclusion, Measured};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::project::deserialize::with_suggestion;
use crate::project::settings::Settings;
use crate::rules;

/// Percentage of the mutants beyond which exclusions are a warning.
const MAX_PERCENT: usize = 2;

/// The configured exclusions. Errors: an empty reason or owner, an unknown operation or operator, or none of the three criteria.
pub(super) fn exclusions(settings: &Settings, contract: &Contract) -> Result<Vec<Exclusion>, Vec<Problem>> {
    let (mut exclusions, mut problems) = (Vec::new(), Vec::new());
    for (index, excluded) in settings.file.config.mutate.exclude.iter().enumerate() {
        let at = location(index);
        let mut invalid = |key: &str, problem: Problem| {
            let at = if key.is_empty() { at.clone() } else { at.join(key) };
            problems.push(settings.file.placed(&at, problem.rule(rules::CONFIGURATION)));
        };
        for (key, value) in [("reason", &excluded.reason), ("owner", &excluded.owner)] {
            if value.trim().is_empty() {
                invalid(key, Problem::new(format!("`{key}` must not be empty")));
            }
        }
        if let Some(name) = excluded.operation.as_ref().filter(|name| contract.operation(name).is_none()) {
            let names: Vec<_> = contract.operations.iter().map(|operation| operation.name.as_str()).collect();
            let problem = Problem::new(format!("the contract has no operation `{name}`"));
            invalid("operation", with_suggestion(problem, name, &names, "operations"));
        }
        if let Some(id) = excluded.operator.as_ref().filter(|id| operator::operator(id).is_none()) {
            let ids: Vec<_> = operator::ALL.iter().map(|operator| operator.id).collect();
            invalid(
                "operator",
                with_suggestion(Problem::new(format!("unknown operator `{id}`")), id, &ids, "operators"),
            );
        }
        let (operation, operator) = (excluded.operation.clone(), excluded.operator.clone());
        let (location, reason) = (excluded.location.clone(), excluded.reason.clone());
        if operation.is_none() && operator.is_none() && location.is_none() {
            invalid("", Problem::new("expected `operation`, `operator` or `location`: this excludes everything"));
        }
        exclusions.push(Exclusion { operation, operator, location, reason });
    }
    if problems.is_empty() { Ok(exclusions) } else { Err(problems) }
}

/// Warnings about exclusions that exclude nothing, or together more than 2 %.
pub(super) fn warnings(settings: &Settings, measured: &Measured, is_whole: bool) -> Vec<Problem> {
    let counts = measured.counts(None);
    let all = counts.tried + counts.excluded;
    let mut warnings = Vec::new();
    if counts.excluded * 100 > all * MAX_PERCENT {
        let message = format!("{} of {all} faults are excluded, more than {MAX_PERCENT} %", counts.excluded);
        let problem = Problem::new(message).help("exclude what no case can notice, and nothing else");
        warnings.push(settings.file.placed(&Pointer::root().join("mutate"), problem).as_warning());
    }
    for (index, used) in measured.excluded_by.iter().enumerate().filter(|_| is_whole) {
        if *used == 0 {
            let problem = Problem::new("this excludes no fault").help("remove it");
            warnings.push(settings.file.placed(&location(index), problem).as_warning());
        }
    }
    warnings
}

fn location(index: usize) -> Pointer {
    Pointer::root().join("mutate").join("exclude").join(index)
}
