//! Runs the behaviour mutants of an operation.

use crate::contract::Operation;
use crate::mock::mutation::{BehaviourFault, RuleFault, RuleOutline};
use crate::parallel;
use crate::problem::Problem;

use super::behaviour::{self, BehaviourMutant, Requests};
use super::classify::Class;
use super::measured::{Measured, MutantResult, State};
use super::measurement::{BATCH, Measurement};
use super::operator::Family;
use super::sample;
use super::subject::Subject;
use super::worker::{Ending, Touched};

impl Measurement<'_, '_> {
    /// Runs the behaviour mutants of an operation, whose rules are `rules`.
    pub(crate) fn behaviour_mutants(
        &mut self,
        operation: &Operation,
        rules: &[RuleOutline],
        progress: &mut dyn FnMut(&Measured),
    ) -> Result<(), Vec<Problem>> {
        let contract = self.setup.inputs.contract;
        let unmutated = self.suite.unmutated;
        let requests =
            self.pool.with(|worker| Requests::new((contract, worker.direct.as_ref()), unmutated, operation))?;
        let (wanted, skipped) = behaviour::mutants(contract, operation, rules, &self.setup.operators);
        self.measured.skipped_violations += skipped;
        let most = sample::behaviour_limit(requests.replayed(self.suite.unmutated), self.operations);
        let (mut wanted, mut left_out) = sample::sample(wanted, most, subject);
        wanted.retain(|mutant| self.is_in_shard(&subject(mutant)));
        left_out.retain(|mutant| self.is_in_shard(&subject(mutant)));
        self.measured.left_out += left_out.len();
        while !wanted.is_empty() && !self.is_stopped() {
            let batch: Vec<_> = wanted.drain(..wanted.len().min(BATCH)).collect();
            let run = |mutant: BehaviourMutant| {
                let state = self.behaviour_state(&mutant, &requests.touched(&mutant.mutation.fault))?;
                Ok(state.map(|(state, reached)| result(operation, mutant, state, reached)))
            };
            let results = parallel::map(batch, run).into_iter().collect::<Result<Vec<_>, Vec<Problem>>>()?;
            let tried = results.len();
            let kept: Vec<_> = results.into_iter().flatten().collect();
            self.measured.equivalent += if self.is_stopped() { 0 } else { tried - kept.len() };
            self.measured.mutants.extend(kept);
            progress(&self.measured);
        }
        Ok(())
    }

    /// How a mutant ended, and the number of stories that it concerns; none if it changes nothing that any case could see, or if the
    /// measurement was interrupted.
    fn behaviour_state(
        &self,
        mutant: &BehaviourMutant,
        touched: &[(usize, Touched)],
    ) -> Result<Option<(State, usize)>, Vec<Problem>> {
        let reached = touched.iter().map(|(_, stories)| stories.len()).sum();
        if self.is_stopped() {
            return Ok(None);
        }
        if let Some(reason) = self.exclusion(&subject(mutant)) {
            return Ok(Some((State::Excluded(reason), reached)));
        }
        if touched.is_empty() {
            return Ok(Some((State::NotReached, 0)));
        }
        let fault = mutant.mutation.clone();
        let ran = self.pool.with(|worker| worker.run_with(self.suite, touched, fault))?;
        let has_no_effect = ran.ending == Ending::Survived && !ran.is_different;
        Ok(match (has_no_effect, &mutant.mutation.fault) {
            (false, _) => Some((ran.ending.into(), reached)),
            // No case makes the rule apply.
            (true, BehaviourFault::Rule(_, RuleFault::NeverApplies)) => Some((State::NotReached, 0)),
            (true, _) => None,
        })
    }
}

fn subject(mutant: &BehaviourMutant) -> Subject<'_> {
    let BehaviourMutant { operator, mutation, at, .. } = mutant;
    Subject { operation: mutation.operation, status: 0, at: at.clone(), operator: operator.id, variant: "" }
}

fn result(operation: &Operation, mutant: BehaviourMutant, state: State, reached: usize) -> MutantResult {
    let BehaviourMutant { operator, mutation, at, phrase, condition } = mutant;
    MutantResult {
        operator: operator.id,
        family: Family::Behaviour,
        operation: mutation.operation,
        status: None,
        at,
        phrase,
        condition,
        class: Class::Determined,
        state,
        anchor: Some(operation.anchor.clone()),
        reached,
        response: None,
        kill: None,
        no_suggestion: None,
    }
}
