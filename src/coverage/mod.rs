//! Coverage of a run: which operations and responses of the contract its exchanges covered.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{Contract, Operation, StatusKey};
use crate::run::Outcome;

/// Coverage so far.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By the operation's index.
    operations: BTreeMap<usize, OperationCoverage>,
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
    /// Adds the exchanges of one outcome.
    pub fn observe(&mut self, outcome: &Outcome<'_>) {
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
}
