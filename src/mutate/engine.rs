//! Measures a suite: three unmutated runs, then every mutant on every processor.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::contract::Contract;
use crate::expression::Scope;
use crate::mock::direct::Direct;
use crate::mock::routing;
use crate::parallel;
use crate::problem::Problem;
use crate::run::{Filter, Inputs, Start, Stop, StopPhase};

use super::classify::{Class, Classified, classify};
use super::clock::paused_runtime;
use super::expectation;
use super::groups::{Group, groups};
use super::lanes::{self, Lane};
use super::measured::{Measured, MutantResult, State};
use super::not_received;
use super::operator::{Family, Operator};
use super::propose;
use super::response_mutant::{Location, ResponseMutant};
use super::sensitive::{Redaction, Sensitive};
use super::unmutated::{self, UnmutatedRun};
use super::worker::{Suite, Touched, Worker};

/// Number of mutants between two looks at whether the user has interrupted the measurement.
const BATCH: usize = 64;

/// Seed and clock of the further unmutated runs, relative to the first: another seed; 40 and 411 days later, at another time of day.
const SHIFTS: [(u64, i64); 2] = [(7919, 3_478_033_000_000), (104_729, 35_537_421_000_000)];

/// What is measured.
pub(crate) struct Setup<'a> {
    /// Contract, cases, target.
    pub inputs: Inputs<'a>,
    /// Which cases.
    pub filter: Filter,
    /// Clock and seed.
    pub start: Start,
    /// Makes a mock that starts then.
    pub mock: &'a (dyn Fn(Start) -> Result<Direct, Vec<Problem>> + Sync),
    /// Whether the mock has rules.
    pub has_rules: bool,
    /// Which operators.
    pub operators: Vec<&'static Operator>,
    /// Which operations, by index; all if none.
    pub operations: Option<BTreeSet<usize>>,
    /// Part of the mutants: this one (from 1) of so many.
    pub shard: Option<(usize, usize)>,
    /// Mutants that a person has excluded.
    pub exclusions: Vec<Exclusion>,
}

/// Mutants that a person has excluded.
#[derive(Debug, Clone)]
pub(crate) struct Exclusion {
    /// The operation, by name; every one if none.
    pub operation: Option<String>,
    /// The operator; every one if none.
    pub operator: Option<String>,
    /// The location, as it is printed; every one if none.
    pub location: Option<String>,
    /// Why.
    pub reason: String,
}

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
        let received = groups.iter().filter(|group| group.operation == operation.index).map(|group| group.status);
        for sent in not_received::responses(contract, operation, &received.collect::<Vec<_>>()) {
            measurement.unreached(&Group::unreached(operation.index, &sent));
        }
    }
    let mut measured = measurement.measured;
    measured.interrupted = stop.phase() > StopPhase::Running;
    Ok(measured)
}

/// Prepares the lanes and runs them on the unchanged mock, as they are and with other seeds and shifted clocks.
fn unmutated_runs<'a>(setup: &Setup<'a>) -> Result<(Vec<Lane<'a>>, Vec<UnmutatedRun>), Vec<Problem>> {
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

fn no_runtime(error: &io::Error) -> Problem {
    Problem::new(format!("cannot start a runtime: {error}"))
}

/// Workers that are not in use.
struct Pool<'p, 'a> {
    setup: &'p Setup<'a>,
    workers: Mutex<Vec<Worker>>,
}

impl Pool<'_, '_> {
    /// Runs `work` with a worker of its own.
    fn with<T>(&self, work: impl FnOnce(&mut Worker) -> T) -> Result<T, Vec<Problem>> {
        let waiting = self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = match waiting {
            Some(worker) => worker,
            None => {
                let runtime = paused_runtime().map_err(|error| vec![no_runtime(&error)])?;
                let direct = runtime.block_on(async { (self.setup.mock)(self.setup.start) })?;
                Worker { runtime, direct: Some(direct) }
            }
        };
        let done = work(&mut worker);
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(done)
    }
}

/// A measurement in progress.
struct Measurement<'m, 'a> {
    setup: &'m Setup<'a>,
    suite: &'m Suite<'m>,
    pool: &'m Pool<'m, 'a>,
    stop: &'m Stop,
    progress: &'m (dyn Fn(usize) + Sync),
    /// What must not be shown.
    sensitive: Sensitive,
    /// Digests of the mutants so far.
    known: HashSet<u64>,
    measured: Measured,
}

impl Measurement<'_, '_> {
    fn is_stopped(&self) -> bool {
        self.stop.phase() > StopPhase::Running
    }

    /// Classifies the response mutants of a group, drops those that equal another, and runs the others.
    fn response_mutants(&mut self, group: &Group<'_>) -> Result<(), Vec<Problem>> {
        let contract = self.setup.inputs.contract;
        let mutants = propose::mutants(contract, group, &self.setup.operators);
        let classified = parallel::map(mutants, |mutant| {
            let classified = classify(contract, group, &mutant);
            (mutant, classified)
        });
        let mut wanted = Vec::new();
        for (mutant, classified) in classified {
            match classified {
                Some(classified) if self.known.insert(classified.digest) => wanted.push((mutant, classified)),
                _ => self.measured.equivalent += 1,
            }
        }
        wanted.retain(|(mutant, _)| self.is_in_shard(mutant));
        while !wanted.is_empty() && !self.is_stopped() {
            let batch: Vec<_> = wanted.drain(..wanted.len().min(BATCH)).collect();
            let results = parallel::map(batch, |(mutant, classified)| self.result(group, &mutant, classified));
            let results = results.into_iter().collect::<Result<Vec<_>, _>>()?;
            self.measured.mutants.extend(results.into_iter().flatten());
            (self.progress)(self.measured.mutants.len());
        }
        Ok(())
    }

    /// Adds the mutants of a response that no case receives, as far as they violate the contract.
    fn unreached(&mut self, group: &Group<'_>) {
        let contract = self.setup.inputs.contract;
        for mutant in propose::mutants(contract, group, &self.setup.operators) {
            let Some(classified) = classify(contract, group, &mutant) else { continue };
            if classified.class == Class::Violating && self.known.insert(classified.digest) && self.is_in_shard(&mutant)
            {
                let state = self.exclusion(&mutant).map_or(State::NotReached, State::Excluded);
                self.measured.mutants.push(self.new_result(&mutant, Class::Violating, state, 0));
            }
        }
    }

    /// Whether this shard runs the mutant. It must not depend on the clock, so that shards agree.
    fn is_in_shard(&self, mutant: &ResponseMutant) -> bool {
        let Some((this, of)) = self.setup.shard else { return true };
        let name =
            format!("{} {} {} {} {}", mutant.operation, mutant.status, mutant.at, mutant.operator.id, mutant.variant);
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        (hash >> 16) % of as u64 == (this as u64).saturating_sub(1)
    }

    fn new_result(&self, mutant: &ResponseMutant, class: Class, state: State, reached: usize) -> MutantResult {
        MutantResult {
            operator: mutant.operator.id,
            family: Family::Response,
            operation: mutant.operation,
            status: Some(mutant.status),
            at: mutant.at.to_string(),
            phrase: mutant.phrase.clone(),
            class,
            state,
            anchor: anchor(self.setup.inputs.contract, mutant),
            reached,
            kill: None,
        }
    }

    /// Runs one mutant; none if the measurement was interrupted.
    fn result(
        &self,
        group: &Group<'_>,
        mutant: &ResponseMutant,
        classified: Classified,
    ) -> Result<Option<MutantResult>, Vec<Problem>> {
        if self.is_stopped() {
            return Ok(None);
        }
        let Classified { class, changed, best, .. } = classified;
        let excluded = self.exclusion(mutant);
        let state = match excluded {
            Some(reason) => State::Excluded(reason),
            None => {
                let touched = touched(group, &changed);
                self.pool.with(|worker| worker.run(self.suite, &touched, Some(mutant)))?.into()
            }
        };
        let kill = match state {
            State::Survived if class != Class::Unspecified => best.and_then(|(member, difference)| {
                let member = &group.members[member];
                expectation::kill(self.suite, member, &difference, &self.sensitive)
            }),
            _ => None,
        };
        Ok(Some(MutantResult { kill, ..self.new_result(mutant, class, state, changed.len()) }))
    }

    fn exclusion(&self, mutant: &ResponseMutant) -> Option<String> {
        let operation = self.setup.inputs.contract.operations.get(mutant.operation)?;
        let at = mutant.at.to_string();
        let fits = |exclusion: &&Exclusion| {
            exclusion.operation.as_ref().is_none_or(|name| operation.is_called(name))
                && exclusion.operator.as_ref().is_none_or(|id| id == mutant.operator.id)
                && exclusion.location.as_ref().is_none_or(|location| *location == at)
        };
        self.setup.exclusions.iter().find(fits).map(|exclusion| exclusion.reason.clone())
    }
}

/// The schema of the location; else the response, else the operation.
fn anchor(contract: &Contract, mutant: &ResponseMutant) -> Option<crate::contract::Anchor> {
    let operation = contract.operations.get(mutant.operation)?;
    let response = operation.response(mutant.status).map(|response| response.anchor.clone());
    let schema = match mutant.at {
        Location::Body(_) => mutant.facts.anchor.clone(),
        Location::Message | Location::Header(_) => None,
    };
    schema.or(response).or_else(|| Some(operation.anchor.clone()))
}

/// The stories that receive a changed response, by lane: that with the most changed responses first.
fn touched(group: &Group<'_>, changed: &[usize]) -> Vec<(usize, Touched)> {
    let mut lanes: BTreeMap<usize, (usize, BTreeSet<usize>)> = BTreeMap::new();
    for member in changed.iter().filter_map(|index| group.members.get(*index)) {
        let (count, stories) = lanes.entry(member.story.0).or_default();
        *count += 1;
        stories.insert(member.story.1);
    }
    let mut lanes: Vec<_> = lanes.into_iter().collect();
    lanes.sort_by_key(|(lane, (count, _))| (std::cmp::Reverse(*count), *lane));
    let stories = |stories: BTreeSet<usize>| stories.into_iter().map(|story| (story, usize::MAX)).collect();
    lanes.into_iter().map(|(lane, (_, held))| (lane, stories(held))).collect()
}
