//! The unmutated runs that mutants are compared with: one as it is, and others with another seed and a shifted clock.

use crate::expression::Scope;
use crate::mock::direct::Direct;
use crate::problem::Problem;
use crate::run::{Inputs, Start};

use super::clock::paused_runtime;
use super::lanes::{self, Lane};
use super::pool::no_runtime;
use super::recording::Recording;
use super::setup::Setup;
use super::unmutated::{self, Before, Failure, UnmutatedRun};

/// Seed and clock of the further unmutated runs, relative to the first: another seed; 40 and 411 days later, at another time of day.
pub(crate) const SHIFTS: [(u64, i64); 2] = [(7919, 3_478_033_000_000), (104_729, 35_537_421_000_000)];

/// Lanes, and the unmutated runs of them.
pub(crate) type Unmutated<'a> = (Vec<Lane<'a>>, Vec<UnmutatedRun>);

/// Prepares the lanes and runs them on the unchanged mock, as they are and with other seeds and shifted clocks. Of a recorded target,
/// the only run is the recording.
pub(crate) fn unmutated_runs<'a>(
    setup: &Setup<'a>,
    recording: Option<Recording<'_>>,
) -> Result<Unmutated<'a>, Vec<Problem>> {
    let lanes = lanes::prepare(&setup.inputs, &setup.filter)?;
    let is_too_large = recording.as_ref().is_some_and(|recording| recording.left_out().next().is_some());
    let first = match (recording, setup.mock) {
        (Some(recording), _) => recording.into_run(&lanes),
        (None, Some(mock)) => unmutated_run(setup, mock, &lanes, setup.start)?,
        (None, None) => return Err(vec![Problem::new("there is neither a mock nor a recording")]),
    };
    if first.sent().next().is_none() && !is_too_large {
        let problem = Problem::new("the cases send nothing, so they cannot notice anything");
        return Err(vec![problem.help("`signoff list` lists the cases; select others, or another target")]);
    }
    let mut runs = vec![first];
    let Some(mock) = setup.mock else { return Ok((lanes, runs)) };
    for (seed, clock) in SHIFTS {
        let start = Start { at: setup.start.at.saturating_add(clock), seed: setup.start.seed.wrapping_add(seed) };
        let scope: Scope = setup.inputs.scope.restarted(start.at, start.seed);
        let lanes = lanes::prepare(&Inputs { scope, ..setup.inputs.clone() }, &setup.filter)?;
        runs.push(unmutated_run(setup, mock, &lanes, start)?);
    }
    Ok((lanes, runs))
}

fn unmutated_run(
    setup: &Setup<'_>,
    mock: &dyn Fn(Start) -> Result<Direct, Vec<Problem>>,
    lanes: &[Lane<'_>],
    start: Start,
) -> Result<UnmutatedRun, Vec<Problem>> {
    let runtime = paused_runtime().map_err(|error| vec![no_runtime(&error)])?;
    let mut direct = runtime.block_on(async { mock(start) })?;
    let run = runtime.block_on(unmutated::run(lanes, setup.inputs.contract, &mut direct, Before::Initial));
    if run.failed.is_empty() {
        return Ok(run);
    }
    let is_shifted = start != setup.start;
    let message = |case: &Failure| match is_shifted {
        false => Problem::new(format!("the case fails without a fault: {case}")),
        true => Problem::new(format!("the case fails without a fault, with another seed and clock: {case}")),
    };
    let mut problems: Vec<_> = run.failed.iter().map(message).collect();
    let help = if is_shifted {
        "let the case depend on no fixed date and no fixed random value"
    } else {
        "`signoff run` shows the findings; faults are compared with a suite that passes"
    };
    if let Some(first) = problems.first_mut() {
        *first = first.clone().help(help);
    }
    Err(problems)
}
