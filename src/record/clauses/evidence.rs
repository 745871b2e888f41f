//! What the exchanges of a run, or of several, showed of the clauses of each operation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::contract::Contract;
use crate::contract::clause::ClauseId;
use crate::coverage::{BitSet, Coverage, State, is_refusal, state};

use super::super::format::OperationClauses;
use super::super::redact::Redactor;
use super::disclosure::disclosing;

/// What exchanges showed, by index of the operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    operations: Vec<OperationEvidence>,
}

/// What exchanges showed of the clauses of one operation.
#[derive(Debug, Clone, Default)]
pub(super) struct OperationEvidence {
    /// The clauses that exchanges met.
    pub met: BitSet,
    /// The clauses that responses contradicted.
    pub contradicted: BitSet,
    /// The clauses whose state is not shown: they are neither in `met` nor in `contradicted`.
    pub withheld: BitSet,
}

impl Evidence {
    /// The evidence of a run of `contract`, without what would disclose a value that `redactor` hides.
    pub(crate) fn of_run(contract: &Contract, coverage: &Coverage, redactor: &mut Redactor) -> Self {
        let mut evidence = Self::of_exchanges(contract, coverage);
        for (operation, own) in evidence.operations.iter_mut().enumerate() {
            own.withheld = disclosing(contract, operation, redactor);
            own.withhold();
        }
        evidence
    }

    /// What exchanges showed, redacted values included: the states of single clauses must not be printed.
    pub(crate) fn of_exchanges(contract: &Contract, coverage: &Coverage) -> Self {
        let of_operation = |operation: usize| {
            let tally = coverage.tally(operation);
            let (met, contradicted) = tally.map(|tally| (tally.met(), tally.contradicted())).unzip();
            OperationEvidence {
                met: met.cloned().unwrap_or_default(),
                contradicted: contradicted.cloned().unwrap_or_default(),
                ..OperationEvidence::default()
            }
        };
        Self { operations: (0..contract.clauses().operations().len()).map(of_operation).collect() }
    }

    /// The evidence of the operations of a record.
    pub(super) fn new(operations: Vec<OperationEvidence>) -> Self {
        Self { operations }
    }

    /// Adds the evidence of another run of the same contract.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.operations.len() < other.operations.len() {
            self.operations.resize_with(other.operations.len(), Default::default);
        }
        self.operations.iter_mut().zip(&other.operations).for_each(|(own, other)| own.add(other));
    }

    /// Removes refusals of operations of which no request was accepted, so that one that another target accepted does not confirm them.
    pub(crate) fn confirm(&mut self, contract: &Contract) {
        for (own, clauses) in self.operations.iter_mut().zip(contract.clauses().operations()) {
            if clauses.calls().is_some_and(|calls| own.met.contains(calls.index())) {
                continue;
            }
            let mut refusals = BitSet::default();
            for (id, entry) in clauses.ids().zip(clauses.entries()) {
                if is_refusal(&entry.clause.verb) {
                    refusals.insert(id.index());
                }
            }
            own.met.remove(&refusals);
        }
    }

    /// The states of the clauses of an operation, by its index. Those that are withheld are unmet.
    pub(super) fn states(&self, contract: &Contract, operation: usize) -> Vec<State> {
        let Some(clauses) = contract.clauses().operations().get(operation) else { return Vec::new() };
        let nothing = OperationEvidence::default();
        let own = self.operations.get(operation).unwrap_or(&nothing);
        clauses.ids().map(|id| state(clauses, id, &own.met, &own.contradicted)).collect()
    }

    /// Whether the state of a clause is not shown.
    pub(super) fn withholds(&self, operation: usize, id: ClauseId) -> bool {
        self.operations.get(operation).is_some_and(|own| own.withheld.contains(id.index()))
    }

    /// Writes the sets of an operation into its part of a record.
    pub(super) fn encode(&self, operation: usize, into: &mut OperationClauses) {
        if let Some(own) = self.operations.get(operation) {
            (into.met, into.contradicted) = (encode(&own.met), encode(&own.contradicted));
            into.withheld = encode(&own.withheld);
        }
    }

    /// The clauses of `met` that are not withheld, in base64.
    pub(super) fn encode_shown(&self, operation: usize, met: &BitSet) -> String {
        let mut met = met.clone();
        if let Some(own) = self.operations.get(operation) {
            met.remove(&own.withheld);
        }
        encode(&met)
    }
}

impl OperationEvidence {
    /// Removes the states of withheld clauses.
    fn withhold(&mut self) {
        self.met.remove(&self.withheld);
        self.contradicted.remove(&self.withheld);
    }

    fn add(&mut self, other: &Self) {
        self.met.union(&other.met);
        self.contradicted.union(&other.contradicted);
        self.withheld.union(&other.withheld);
        self.withhold();
    }
}

/// The set as a record holds it: in base64.
pub(super) fn encode(set: &BitSet) -> String {
    STANDARD.encode(set.to_bytes())
}

/// The set that a record holds; none if it is not one.
pub(super) fn decode(text: &str) -> Option<BitSet> {
    STANDARD.decode(text).ok().map(|bytes| BitSet::from_bytes(&bytes))
}
