//! A measurement in progress: classifies mutants, drops those that equal another, and runs the others on every processor.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::contract::Contract;
use crate::parallel;
use crate::problem::Problem;
use crate::run::{Stop, StopPhase};

use super::classify::{Class, Classified, classify, violates};
use super::groups::Group;
use super::measured::{Measured, MutantResult, State};
use super::operator::Family;
use super::pool::Pool;
use super::propose::{self, Proposed};
use super::response_mutant::{Location, ResponseMutant};
use super::sample;
use super::sensitive::Sensitive;
use super::setup::{Exclusion, Setup};
use super::subject::Subject;
use super::worker::{Suite, Touched};

/// Number of mutants between two looks at whether the user has interrupted the measurement.
pub(crate) const BATCH: usize = 128;

/// A measurement in progress.
pub(crate) struct Measurement<'m, 'a> {
    pub(crate) setup: &'m Setup<'a>,
    pub(crate) suite: &'m Suite<'m>,
    pub(crate) pool: &'m Pool<'m, 'a>,
    pub(crate) stop: &'m Stop,
    /// What must not be shown.
    pub(crate) sensitive: Sensitive,
    /// Number of operations and statuses whose responses are changed.
    pub(crate) groups: usize,
    /// Number of operations whose behaviour is changed.
    pub(crate) operations: usize,
    /// Digests of the mutants so far.
    pub(crate) known: HashSet<u64>,
    pub(crate) measured: Measured,
}

impl Measurement<'_, '_> {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.phase() > StopPhase::Running
    }

    /// Classifies the response mutants of a group, drops those that equal another, and runs the others. Calls `progress` after each
    /// batch.
    pub(crate) fn response_mutants(
        &mut self,
        group: &Group<'_>,
        progress: &mut dyn FnMut(&Measured),
    ) -> Result<(), Vec<Problem>> {
        let contract = self.setup.inputs.contract;
        let mut mutants = self.sampled(group);
        while !mutants.is_empty() && !self.is_stopped() {
            let batch: Vec<_> = mutants.drain(..mutants.len().min(BATCH)).collect();
            let classified = parallel::map(batch, |mutant| {
                let classified = if self.is_stopped() { None } else { classify(contract, group, &mutant) };
                (mutant, classified)
            });
            if self.is_stopped() {
                return Ok(());
            }
            let mut wanted = Vec::new();
            for (mutant, classified) in classified {
                let is_here = self.is_in_shard(&Subject::new(&mutant));
                match classified {
                    Some(classified) if self.known.insert(classified.digest) => {
                        wanted.extend(is_here.then_some((mutant, classified)));
                    }
                    _ => self.measured.equivalent += usize::from(is_here),
                }
            }
            let results = parallel::map(wanted, |(mutant, classified)| self.result(group, &mutant, classified));
            let results = results.into_iter().collect::<Result<Vec<_>, _>>()?;
            self.measured.mutants.extend(results.into_iter().flatten());
            progress(&self.measured);
        }
        Ok(())
    }

    /// The mutants of a group, or a sample of them; counts those that are left out.
    fn sampled(&mut self, group: &Group<'_>) -> Vec<ResponseMutant> {
        let Proposed { mutants, undeclared, skipped } =
            propose::mutants(self.setup.inputs.contract, group, &self.setup.operators);
        let (mutants, left_out) =
            sample::sample(mutants, sample::limit(group, self.groups), |mutant| Subject::new(mutant));
        let here = |mutants: &[ResponseMutant]| {
            mutants.iter().filter(|mutant| self.is_in_shard(&Subject::new(mutant))).count()
        };
        let (left_out, undeclared) = (here(&left_out), here(&undeclared));
        self.measured.left_out += left_out;
        self.measured.undeclared += undeclared;
        self.measured.skipped += skipped;
        mutants
    }

    /// Adds the mutants of a response that no case receives, as far as they violate the contract.
    pub(crate) fn unreached(&mut self, group: &Group<'_>) {
        let contract = self.setup.inputs.contract;
        for mutant in self.sampled(group) {
            if self.is_stopped() {
                return;
            }
            let Some(classified) = classify(contract, group, &mutant) else { continue };
            let subject = Subject::new(&mutant);
            if violates(contract, group, &mutant, &classified)
                && self.known.insert(classified.digest)
                && self.is_in_shard(&subject)
            {
                let state = self.exclusion(&subject).map_or(State::NotReached, State::Excluded);
                self.measured.mutants.push(self.new_result(&mutant, Class::Violating, state, 0));
            }
        }
    }

    /// Whether this shard runs the mutant. It must not depend on the clock, so that shards agree.
    pub(crate) fn is_in_shard(&self, subject: &Subject<'_>) -> bool {
        self.setup.shard.is_none_or(|(this, of)| subject.digest() % of as u64 == (this as u64).saturating_sub(1))
    }

    fn new_result(&self, mutant: &ResponseMutant, class: Class, state: State, reached: usize) -> MutantResult {
        MutantResult {
            operator: mutant.operator.id,
            family: Family::Response,
            operation: mutant.operation,
            status: Some(mutant.status),
            at: mutant.at.to_string(),
            phrase: self.sensitive.phrase(mutant),
            condition: None,
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
        let excluded = self.exclusion(&Subject::new(mutant));
        let state = match excluded {
            Some(reason) => State::Excluded(reason),
            None => {
                let touched = touched(group, &classified.changed);
                self.pool.with(|worker| worker.run(self.suite, &touched, Some(mutant)))?.ending.into()
            }
        };
        let contract = self.setup.inputs.contract;
        let class = match classified.is_known {
            // It counts in any case: whether it violates the contract matters only if no check noticed that.
            true if state != State::Survived => Class::Determined,
            is_known => match (violates(contract, group, mutant, &classified), is_known) {
                (true, _) => Class::Violating,
                (false, true) => Class::Determined,
                (false, false) => Class::Unspecified,
            },
        };
        let survived = state == State::Survived && class != Class::Unspecified;
        let response = survived.then(|| mutant.clone());
        Ok(Some(MutantResult { response, ..self.new_result(mutant, class, state, classified.changed.len()) }))
    }

    /// The reason why a person has excluded the mutant.
    pub(crate) fn exclusion(&self, subject: &Subject<'_>) -> Option<String> {
        let operation = self.setup.inputs.contract.operations.get(subject.operation)?;
        let fits = |exclusion: &&Exclusion| exclusion.fits(operation, subject.operator, &subject.at);
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
