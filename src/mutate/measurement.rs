//! A measurement in progress: classifies mutants, drops those that equal another, and runs the others on every processor.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::contract::Contract;
use crate::parallel;
use crate::problem::Problem;
use crate::run::{Stop, StopPhase};

use super::classify::{Class, Classified, classify};
use super::groups::Group;
use super::measured::{Measured, MutantResult, State};
use super::operator::Family;
use super::pool::Pool;
use super::propose;
use super::response_mutant::{Location, ResponseMutant};
use super::sensitive::Sensitive;
use super::setup::{Exclusion, Setup};
use super::worker::{Suite, Touched};

/// Number of mutants between two looks at whether the user has interrupted the measurement.
pub(crate) const BATCH: usize = 64;

/// A measurement in progress.
pub(crate) struct Measurement<'m, 'a> {
    pub(crate) setup: &'m Setup<'a>,
    pub(crate) suite: &'m Suite<'m>,
    pub(crate) pool: &'m Pool<'m, 'a>,
    pub(crate) stop: &'m Stop,
    pub(crate) progress: &'m (dyn Fn(usize) + Sync),
    /// What must not be shown.
    pub(crate) sensitive: Sensitive,
    /// Digests of the mutants so far.
    pub(crate) known: HashSet<u64>,
    pub(crate) measured: Measured,
}

impl Measurement<'_, '_> {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.phase() > StopPhase::Running
    }

    /// Classifies the response mutants of a group, drops those that equal another, and runs the others.
    pub(crate) fn response_mutants(&mut self, group: &Group<'_>) -> Result<(), Vec<Problem>> {
        let contract = self.setup.inputs.contract;
        let mutants = propose::mutants(contract, group, &self.setup.operators);
        let classified = parallel::map(mutants, |mutant| {
            let classified = if self.is_stopped() { None } else { classify(contract, group, &mutant) };
            (mutant, classified)
        });
        if self.is_stopped() {
            return Ok(());
        }
        let mut wanted = Vec::new();
        for (mutant, classified) in classified {
            match classified {
                Some(classified) if self.known.insert(classified.digest) => wanted.push((mutant, classified)),
                _ => self.measured.equivalent += 1,
            }
        }
        wanted.retain(|(mutant, _)| self.is_in_shard(&subject(mutant)));
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
    pub(crate) fn unreached(&mut self, group: &Group<'_>) {
        let contract = self.setup.inputs.contract;
        for mutant in propose::mutants(contract, group, &self.setup.operators) {
            if self.is_stopped() {
                return;
            }
            let Some(classified) = classify(contract, group, &mutant) else { continue };
            if classified.class == Class::Violating
                && self.known.insert(classified.digest)
                && self.is_in_shard(&subject(&mutant))
            {
                let state = self.exclusion(&subject(&mutant)).map_or(State::NotReached, State::Excluded);
                self.measured.mutants.push(self.new_result(&mutant, Class::Violating, state, 0));
            }
        }
    }

    /// Whether this shard runs the mutant. It must not depend on the clock, so that shards agree.
    pub(crate) fn is_in_shard(&self, subject: &Subject<'_>) -> bool {
        let Some((this, of)) = self.setup.shard else { return true };
        let Subject { operation, status, at, operator, variant } = subject;
        let name = format!("{operation} {status} {at} {operator} {variant}");
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, step);
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
            response: None,
            kill: None,
            no_suggestion: None,
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
        let Classified { class, changed, .. } = classified;
        let excluded = self.exclusion(&subject(mutant));
        let state = match excluded {
            Some(reason) => State::Excluded(reason),
            None => {
                let touched = touched(group, &changed);
                self.pool.with(|worker| worker.run(self.suite, &touched, Some(mutant)))?.ending.into()
            }
        };
        let survived = state == State::Survived && class != Class::Unspecified;
        let response = survived.then(|| mutant.clone());
        Ok(Some(MutantResult { response, ..self.new_result(mutant, class, state, changed.len()) }))
    }

    /// The reason why a person has excluded the mutant.
    pub(crate) fn exclusion(&self, subject: &Subject<'_>) -> Option<String> {
        let operation = self.setup.inputs.contract.operations.get(subject.operation)?;
        let fits = |exclusion: &&Exclusion| exclusion.fits(operation, subject.operator, &subject.at);
        self.setup.exclusions.iter().find(fits).map(|exclusion| exclusion.reason.clone())
    }
}

/// What identifies a mutant.
pub(crate) struct Subject<'s> {
    /// Index of the operation.
    pub operation: usize,
    /// Status of the response; 0 for a fault of the mock.
    pub status: u16,
    /// The location, as it is printed.
    pub at: String,
    /// Id of the operator.
    pub operator: &'static str,
    /// Which of the changes of the operator.
    pub variant: &'s str,
}

fn subject(mutant: &ResponseMutant) -> Subject<'_> {
    let ResponseMutant { operator, operation, status, at, variant, .. } = mutant;
    Subject { operation: *operation, status: *status, at: at.to_string(), operator: operator.id, variant }
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
