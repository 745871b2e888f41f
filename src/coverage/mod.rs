//! Coverage of a run: which operations, responses and clauses of the contract its exchanges met.
//!
//! It is computed from exchanges that are not redacted, and holds no value of them.

mod bits;
mod covers;
mod credentials;
mod exclusions;
mod levels;
mod observe;
mod state;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::clause::{ClauseId, IsHidden};
use crate::contract::{Contract, Operation, StatusKey};
use crate::run::{Outcome, Target};

pub(crate) use bits::BitSet;
pub(crate) use covers::unmet_covers;
pub(crate) use exclusions::{Excluded, Exclusion, Exclusions};
pub(crate) use levels::{Level, levels, reached};
pub(crate) use state::{State, is_refusal, state};
use tally::Tallies;
pub(crate) use tally::{CaseTally, MetBy, Tally};

/// Coverage so far.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By the operation's index.
    operations: BTreeMap<usize, OperationCoverage>,
    /// The clauses of the operations.
    clauses: Tallies,
}

/// Coverage of one operation.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct OperationCoverage {
    /// Number of completed exchanges.
    pub exchanges: u64,
    /// Documented responses that were received.
    pub responses: BTreeSet<StatusKey>,
}

impl Coverage {
    /// Adds the exchanges of one outcome on `target`. Undeclared properties with hidden names meet no clause.
    pub(crate) fn observe(
        &mut self,
        contract: &Contract,
        target: &Target,
        outcome: &Outcome<'_>,
        is_hidden: IsHidden<'_>,
    ) {
        observe::clauses(&mut self.clauses, (contract, target), outcome, is_hidden);
        let Some(operation) = outcome.case.operation else { return };
        for (_, judgement) in outcome.attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok()) {
            let covered = self.operations.entry(operation).or_default();
            covered.exchanges += 1;
            covered.responses.extend(judgement.status);
        }
    }

    /// Returns the coverage of every operation of `contract`, in document order.
    pub fn measure<'c>(&self, contract: &'c Contract) -> Vec<(&'c Operation, OperationCoverage)> {
        contract
            .operations
            .iter()
            .map(|operation| (operation, self.operations.get(&operation.index).cloned().unwrap_or_default()))
            .collect()
    }

    /// What was observed of the clauses of the operation with that index; none where nothing was.
    pub(crate) fn tally(&self, operation: usize) -> Option<&Tally> {
        self.clauses.by_operation.get(&operation)
    }

    /// The state of each clause of the operation with that index, by its id.
    #[cfg(test)]
    pub(crate) fn states(&self, contract: &Contract, operation: usize) -> Vec<State> {
        let Some(clauses) = contract.clauses().operations().get(operation) else { return Vec::new() };
        let nothing = Tally::default();
        let tally = self.tally(operation).unwrap_or(&nothing);
        clauses.ids().map(|id| state(clauses, id, tally.met(), tally.contradicted())).collect()
    }

    /// The first cases that met clauses, with all of them, and the number of the others.
    pub(crate) fn cases(&self) -> (&[CaseTally], u64) {
        (&self.clauses.held, self.clauses.left_out)
    }

    /// The cases that met the clause.
    pub(crate) fn met_by(&self, operation: usize, clause: ClauseId) -> MetBy<'_> {
        self.tally(operation).map_or(MetBy::None, |tally| tally.met_by(clause, &self.clauses.cases))
    }
}
