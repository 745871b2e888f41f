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
use super::progress::Done;
use super::recording::Recording;
use super::sensitive::{Redaction, Sensitive};
use super::setup::Setup;
use super::suggest::{Suggester, suggest};
use super::unmutated::StoryRun;
use super::unmutated_runs::unmutated_runs;
use super::worker::{Ending, Suite, Touched};

/// Runs the cases against every mutant. `progress` is called from time to time. Errors: the inputs are invalid, or a
/// case fails on the unchanged mock.
pub(crate) fn measure(
    setup: &Setup<'_>,
    recording: Option<Recording<'_>>,
    redaction: &mut dyn Redaction,
    stop: &Stop,
    progress: &mut dyn FnMut(&Done),
) -> Result<Measured, Vec<Problem>> {
    let contract = setup.inputs.contract;
    let not_changed = recording.as_ref().map(|recording| recording.not_changed.clone()).unwrap_or_default();
    let large_responses = recording.as_ref().map_or(0, Recording::large);
    let too_large = recording.iter().flat_map(|recording| recording.left_out().map(str::to_owned)).collect();
    let (lanes, runs) = unmutated_runs(setup, recording)?;
    let servers = routing::server_paths(contract);
    let suite = Suite { contract, servers, lanes: &lanes, unmutated: &runs[0], large: Mutex::default() };
    let pool = Pool { setup, workers: Mutex::default() };
    if setup.mock.is_none() {
        replay_unmutated(&suite, &pool)?;
    }
    let groups = groups(&runs, setup.inputs.suite);
    let is_wanted = |operation: usize| setup.operations.as_ref().is_none_or(|wanted| wanted.contains(&operation));
    let wanted_groups: Vec<_> = groups.iter().filter(|group| is_wanted(group.operation)).collect();
    let operations: Vec<_> = contract.operations.iter().filter(|operation| is_wanted(operation.index)).collect();
    let mut measurement = Measurement {
        setup,
        suite: &suite,
        pool: &pool,
        stop,
        sensitive: Sensitive::learn(redaction, contract, &runs),
        groups: wanted_groups.len() + operations.iter().map(|operation| operation.responses.len()).sum::<usize>(),
        operations: operations.len(),
        known: HashSet::new(),
        measured: Measured {
            cases: runs[0].cases.clone(),
            has_rules: setup.has_rules,
            recorded_from: setup.recorded_from.map(str::to_owned),
            too_large,
            large_responses,
            ..Measured::default()
        },
    };
    let mut done = Done { parts: (0, wanted_groups.len() + operations.len()), ..Done::default() };
    for group in wanted_groups {
        measurement.response_mutants(group, &mut |measured| progress(done.with(measured)))?;
        done.parts.0 += 1;
    }
    for operation in operations {
        if setup.mock.is_some() {
            let rules = (setup.rules)(operation.index);
            measurement.behaviour_mutants(operation, &rules, &mut |measured| progress(done.with(measured)))?;
        }
        let received = groups.iter().map(|group| (group.operation, group.status)).chain(not_changed.iter().copied());
        let received = received.filter(|(of, _)| *of == operation.index).map(|(_, status)| status);
        for sent in not_received::responses(contract, operation, &received.collect::<Vec<_>>()) {
            measurement.unreached(&Group::unreached(operation.index, &sent));
        }
        done.parts.0 += 1;
    }
    let Measurement { mut measured, sensitive, .. } = measurement;
    suggest(&Suggester { setup, groups: &groups, sensitive: &sensitive, runs: &runs, stop }, &mut measured);
    measured.excluded_by = setup.exclusions.iter().map(|exclusion| exclusion.count(&measured, contract)).collect();
    // Digests of the mutants of all shards are known.
    let is_of_others = setup.shard.is_some_and(|(_, of)| of > 1) && !measurement.known.is_empty();
    measured.is_nothing_to_try = setup.is_unchanged || is_of_others;
    measured.interrupted = stop.phase() > StopPhase::Running;
    Ok(measured)
}

/// Replays every recorded story without a mutant: its cases must pass as they did over the network.
fn replay_unmutated(suite: &Suite<'_>, pool: &Pool<'_, '_>) -> Result<(), Vec<Problem>> {
    let recorded = |stories: &[StoryRun]| {
        let stories = stories.iter().enumerate().filter(|(_, story)| !story.sent.is_empty());
        stories.map(|(story, _)| (story, usize::MAX)).collect::<Touched>()
    };
    let lanes = suite.unmutated.lanes.iter().enumerate().map(|(lane, stories)| (lane, recorded(stories)));
    let ran = pool.with(|worker| worker.run(suite, &lanes.collect::<Vec<_>>(), None))?;
    let (case, reason) = match ran.ending {
        Ending::Survived => return Ok(()),
        Ending::Killed { case, check } => (case, check.to_owned()),
        Ending::Errored { case, reason, .. } => (case, reason),
    };
    let message = format!("the case passes on the target, but not with the responses recorded there: {case}: {reason}");
    Err(vec![Problem::new(message).help("let the case depend on nothing but its responses")])
}
