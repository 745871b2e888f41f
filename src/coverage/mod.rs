//! What of the contract a run touched, observed outcome by outcome.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{Contract, Operation, StatusKey};
use crate::run::Outcome;

/// What was touched so far.
#[derive(Debug, Default)]
pub struct Coverage {
    operations: BTreeMap<usize, Touched>,
}

/// What was touched of one operation.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Exchanges that were completed.
    pub exchanges: u64,
    /// Declared responses that came.
    pub responses: BTreeSet<StatusKey>,
}

impl Coverage {
    /// Adds what one outcome touched.
    pub fn observe(&mut self, outcome: &Outcome<'_>) {
        let Some(operation) = outcome.case.operation else { return };
        for (_, judgement) in outcome.attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok()) {
            let touched = self.operations.entry(operation).or_default();
            touched.exchanges += 1;
            touched.responses.extend(judgement.status);
        }
    }

    /// What was touched of each operation of `contract`, in document order; untouched ones too.
    pub fn measure<'c>(&self, contract: &'c Contract) -> Vec<(&'c Operation, Touched)> {
        contract
            .operations
            .iter()
            .map(|operation| (operation, self.operations.get(&operation.index).cloned().unwrap_or_default()))
            .collect()
    }
}
