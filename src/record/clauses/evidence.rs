//! What the exchanges of a run, or of several, showed of the clauses of each operation.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::contract::Contract;
use crate::contract::clause::ClauseId;
use crate::coverage::{BitSet, Coverage, Exclusions, State, is_refusal, state};

use super::super::format::{ClauseCounts, OperationClauses};
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
    /// Those of them that were excluded in the run: they are not counted.
    pub withheld_excluded: BitSet,
    /// How many of the others are met or contradicted, by group.
    pub withheld_groups: BTreeMap<String, ClauseCounts>,
}

impl Evidence {
    /// The evidence of a run of `contract`, without what would disclose a value that `redactor` hides. Withheld clauses of `exclusions` are
    /// left out before they are counted: afterwards, their states are not known.
    pub(crate) fn of_run(
        contract: &Contract,
        coverage: &Coverage,
        exclusions: &Exclusions,
        redactor: &mut Redactor,
    ) -> Self {
        let mut operations = Vec::new();
        for operation in 0..contract.clauses().operations().len() {
            let tally = coverage.tally(operation);
            let mut own = OperationEvidence::default();
            if let Some(tally) = tally {
                (own.met, own.contradicted) = (tally.met().clone(), tally.contradicted().clone());
            }
            own.withhold(contract, operation, exclusions, disclosing(contract, operation, redactor));
            operations.push(own);
        }
        Self { operations }
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

    /// Whether a withheld clause was counted in the run: it was not excluded.
    pub(super) fn counts_withheld(&self, operation: usize, id: ClauseId) -> bool {
        self.operations
            .get(operation)
            .is_some_and(|own| own.withheld.contains(id.index()) && !own.withheld_excluded.contains(id.index()))
    }

    /// The states of `number` clauses of a group whose single states are not shown. `dropped` were counted in the run and are excluded now;
    /// which of them are met is not known, so this is the least number that is met.
    pub(super) fn withheld_counts(&self, operation: usize, group: &str, number: u64, dropped: u64) -> ClauseCounts {
        let own = self.operations.get(operation).and_then(|own| own.withheld_groups.get(group));
        let own = own.copied().unwrap_or_default();
        let met = own.met.saturating_sub(dropped).min(number);
        let contradicted = own.contradicted.min(number - met);
        ClauseCounts { met, contradicted, unmet: number - met - contradicted, ..ClauseCounts::default() }
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
    /// Counts the clauses of `withheld` instead of showing their states.
    fn withhold(&mut self, contract: &Contract, operation: usize, exclusions: &Exclusions, withheld: BitSet) {
        let Some(clauses) = contract.clauses().operations().get(operation) else { return };
        let of_withheld = clauses.ids().zip(clauses.entries()).filter(|(id, _)| withheld.contains(id.index()));
        for (id, entry) in of_withheld.filter(|(_, entry)| entry.impossible.is_none()) {
            if exclusions.of(operation, id).is_some() {
                self.withheld_excluded.insert(id.index());
                continue;
            }
            let counts = self.withheld_groups.entry(entry.group.name().to_owned()).or_default();
            match state(clauses, id, &self.met, &self.contradicted) {
                State::Met => counts.met += 1,
                State::Contradicted => counts.contradicted += 1,
                State::Unmet => counts.unmet += 1,
            }
        }
        self.met.remove(&withheld);
        self.contradicted.remove(&withheld);
        self.withheld = withheld;
    }

    /// The withheld clauses that are counted.
    fn counted(&self) -> BitSet {
        let mut counted = self.withheld.clone();
        counted.remove(&self.withheld_excluded);
        counted
    }

    fn add(&mut self, other: &Self) {
        self.met.union(&other.met);
        self.contradicted.union(&other.contradicted);
        let mut counted = self.counted();
        counted.union(&other.counted());
        self.withheld.union(&other.withheld);
        self.withheld_excluded.union(&other.withheld_excluded);
        self.withheld_excluded.remove(&counted);
        self.met.remove(&self.withheld);
        self.contradicted.remove(&self.withheld);
        for (group, counts) in &other.withheld_groups {
            let own = self.withheld_groups.entry(group.clone()).or_default();
            // Which of them are the same is not known, so this is the least number that is met.
            let (met, contradicted) = (own.met.max(counts.met), own.contradicted.max(counts.contradicted));
            let number = own.total().max(counts.total());
            let unmet = number.saturating_sub(met + contradicted);
            *own = ClauseCounts { met, contradicted, unmet, ..ClauseCounts::default() };
        }
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
