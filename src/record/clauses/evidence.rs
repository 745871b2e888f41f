//! What the exchanges of a run, or of several, showed of the clauses of each operation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::contract::Contract;
use crate::coverage::{BitSet, Coverage, State, state};

use super::super::format::ClauseCoverage;

/// The clauses that exchanges met and contradicted, by index of the operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    operations: Vec<(BitSet, BitSet)>,
}

impl Evidence {
    /// The evidence of a run of `contract`.
    pub(crate) fn of_run(contract: &Contract, coverage: &Coverage) -> Self {
        let of = |operation| {
            let tally = coverage.tally(operation);
            tally.map(|tally| (tally.met().clone(), tally.contradicted().clone())).unwrap_or_default()
        };
        Self { operations: (0..contract.clauses().operations().len()).map(of).collect() }
    }

    /// The evidence of a record; an error names the invalid part.
    pub(crate) fn from_record(coverage: &ClauseCoverage) -> Result<Self, String> {
        let set = |text: &str, index: usize, name: &str| {
            let bytes = STANDARD.decode(text);
            bytes
                .map(|bytes| BitSet::from_bytes(&bytes))
                .map_err(|_| format!("clauses.operations[{index}].{name} is invalid: expected a bit set in base64"))
        };
        let operations = coverage.operations.iter().enumerate();
        let operations = operations.map(|(index, operation)| {
            Ok((set(&operation.met, index, "met")?, set(&operation.contradicted, index, "contradicted")?))
        });
        Ok(Self { operations: operations.collect::<Result<_, String>>()? })
    }

    /// Adds the evidence of another run of the same contract.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.operations.len() < other.operations.len() {
            self.operations.resize_with(other.operations.len(), Default::default);
        }
        for ((met, contradicted), (more_met, more_contradicted)) in self.operations.iter_mut().zip(&other.operations) {
            met.union(more_met);
            contradicted.union(more_contradicted);
        }
    }

    /// The states of the clauses of an operation, by its index.
    pub(super) fn states(&self, contract: &Contract, operation: usize) -> Vec<State> {
        let Some(clauses) = contract.clauses().operations().get(operation) else { return Vec::new() };
        let nothing = <(BitSet, BitSet)>::default();
        let (met, contradicted) = self.operations.get(operation).unwrap_or(&nothing);
        clauses.ids().map(|id| state(clauses, id, met, contradicted)).collect()
    }

    /// Both sets of an operation in base64, as records hold them.
    pub(super) fn encoded(&self, operation: usize) -> (String, String) {
        let encode = |set: &BitSet| STANDARD.encode(set.to_bytes());
        self.operations.get(operation).map(|(met, against)| (encode(met), encode(against))).unwrap_or_default()
    }
}
