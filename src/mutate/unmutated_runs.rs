//! The unmutated runs that mutants are compared with: one as it is, and others with another seed and a shifted clock.

use crate::expression::Scope;
use crate::problem::Problem;
use crate::run::{Inputs, Start};

use super::clock::paused_runtime;
use super::lanes::{self, Lane};
use super::pool::no_runtime;
use super::setup::Setup;
use super::unmutated::{self, UnmutatedRun};

/// Seed and clock of the further unmutated runs, relative to the first: another seed; 40 and 411 days later, at another time of day.
pub(crate) const SHIFTS: [(u64, i64); 2] = [(7919, 3_478_033_000_000), (104_729, 35_537_421_000_000)];

/// Prepares the lanes and runs them on the unchanged mock, as they are and with other seeds and shifted clocks.
pub(crate) fn unmutated_runs<'a>(setup: &Setup<'a>) -> Result<(Vec<Lane<'a>>, Vec<UnmutatedRun>), Vec<Problem>> {
    let lanes = lanes::prepare(&setup.inputs, &setup.filter)?;
    let mut runs = vec![unmutated_run(setup, &lanes, setup.start)?];
    if runs[0].sent().next().is_none() {
        let problem = Problem::new("the cases send nothing, so they cannot notice anything");
        return Err(vec![problem.help("`signoff list` lists the cases; select others, or another target")]);
    }
    for (seed, clock) in SHIFTS {
        let start = Start { at: setup.start.at.saturating_add(clock), seed: setup.start.seed.wrapping_add(seed) };
        let scope: Scope = setup.inputs.scope.restarted(start.at, start.seed);
        let lanes = lanes::prepare(&Inputs { scope, ..setup.inputs.clone() }, &setup.filter)?;
        runs.push(unmutated_run(setup, &lanes, start)?);
    }
    Ok((lanes, runs))
}

fn unmutated_run(setup: &Setup<'_>, lanes: &[Lane<'_>], start: Start) -> Result<UnmutatedRun, Vec<Problem>> {
    let runtime = paused_runtime().map_err(|error| vec![no_runtime(&error)])?;
    let mut direct = runtime.block_on(async { (setup.mock)(start) })?;
    let run = runtime.block_on(unmutated::run(lanes, setup.inputs.contract, &mut direct));
    if run.failed.is_empty() {
        return Ok(run);
    }
    let is_shifted = start != setup.start;
    let message = |case: &String| match is_shifted {
        false => Problem::new(format!("the case fails without a mutant: {case}")),
        true => Problem::new(format!("the case fails without a mutant, with another seed and clock: {case}")),
    };
    let mut problems: Vec<_> = run.failed.iter().map(message).collect();
    let help = if is_shifted {
        "let the case depend on no fixed date and no fixed random value"
    } else {
        "`signoff run` shows the findings; mutants are compared with a suite that passes"
    };
    if let Some(first) = problems.first_mut() {
        *first = first.clone().help(help);
    }
    Err(problems)
}
