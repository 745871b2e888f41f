//! Measures a suite: unmutated runs, then every mutant.

use std::collections::HashSet;
use std::sync::Mutex;

use crate::mock::routing;
use crate::problem::Problem;
use crate::run::{Stop, StopPhase};

use super::groups::{Group, groups};
use super::measured::Measured;
use super::measurement::Measurement;
use super::not_received;
use super::pool::Pool;
use super::sensitive::{Redaction, Sensitive};
use super::setup::Setup;
use super::suggest::{Suggester, suggest};
use super::unmutated_runs::unmutated_runs;
use super::worker::Suite;

/// Runs the cases against every mutant. `progress` receives the number of mutants that were run. Errors: the inputs are invalid, or a
/// case fails on the unchanged mock.
pub(crate) fn measure(
    setup: &Setup<'_>,
    redaction: &mut dyn Redaction,
    stop: &Stop,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Measured, Vec<Problem>> {
    let contract = setup.inputs.contract;
    let (lanes, runs) = unmutated_runs(setup)?;
    let servers = routing::server_paths(contract);
    let suite = Suite { contract, servers, lanes: &lanes, unmutated: &runs[0] };
    let pool = Pool { setup, workers: Mutex::default() };
    let mut measurement = Measurement {
        setup,
        suite: &suite,
        pool: &pool,
        stop,
        progress,
        sensitive: Sensitive::learn(redaction, contract, &runs),
        known: HashSet::new(),
        measured: Measured { cases: runs[0].cases.clone(), has_rules: setup.has_rules, ..Measured::default() },
    };
    let groups = groups(&runs);
    let is_wanted = |operation: usize| setup.operations.as_ref().is_none_or(|wanted| wanted.contains(&operation));
    for group in groups.iter().filter(|group| is_wanted(group.operation)) {
        measurement.response_mutants(group)?;
    }
    for operation in contract.operations.iter().filter(|operation| is_wanted(operation.index)) {
        measurement.behaviour_mutants(operation, &(setup.rules)(operation.index))?;
        let received = groups.iter().filter(|group| group.operation == operation.index).map(|group| group.status);
        for sent in not_received::responses(contract, operation, &received.collect::<Vec<_>>()) {
            measurement.unreached(&Group::unreached(operation.index, &sent));
        }
    }
    let Measurement { mut measured, sensitive, .. } = measurement;
    suggest(&Suggester { setup, groups: &groups, sensitive: &sensitive, runs: &runs, stop }, &mut measured);
    measured.excluded_by = setup.exclusions.iter().map(|exclusion| exclusion.count(&measured, contract)).collect();
    measured.interrupted = stop.phase() > StopPhase::Running;
    Ok(measured)
}
