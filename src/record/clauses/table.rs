//! Every clause of a contract with its state.

use crate::contract::Contract;
use crate::contract::clause::{ClauseId, Entry};
use crate::coverage::{Exclusion, Exclusions, State};

use super::super::format::OpenState;
use super::evidence::Evidence;

/// State of a clause, exclusions and proofs included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClauseState {
    /// Met.
    Met,
    /// Sent as the clause requires, but the response of the target says otherwise.
    Contradicted,
    /// No exchange is about it.
    Unmet,
    /// Excluded by the configuration.
    Excluded,
    /// Provably impossible to meet.
    Impossible,
    /// Not shown, because it would disclose a redacted value.
    Withheld,
}

/// What clauses are counted against: the configuration of the project.
#[derive(Debug, Default)]
pub(crate) struct ClauseRules {
    /// Clauses that are not counted.
    pub exclusions: Exclusions,
    /// Who is responsible, by index of the operation.
    pub owners: Vec<Option<String>>,
}

/// Every clause of a contract with its state.
pub(crate) struct ClauseTable<'c> {
    /// The contract.
    pub contract: &'c Contract,
    /// Exclusions and owners.
    rules: &'c ClauseRules,
    /// What exchanges show, by operation and clause.
    states: Vec<Vec<State>>,
    evidence: &'c Evidence,
}

/// One clause with its state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClauseRow<'c> {
    /// Index of the operation.
    pub operation: usize,
    /// Its id.
    pub id: ClauseId,
    /// The clause.
    pub entry: &'c Entry,
    /// Its state.
    pub state: ClauseState,
    /// Its exclusion.
    pub exclusion: Option<&'c Exclusion>,
}

impl<'c> ClauseTable<'c> {
    /// The clauses of `contract` with what `evidence` shows of them.
    pub(crate) fn new(contract: &'c Contract, rules: &'c ClauseRules, evidence: &'c Evidence) -> Self {
        let operations = 0..contract.clauses().operations().len();
        let states = operations.map(|index| evidence.states(contract, index)).collect();
        Self { contract, rules, states, evidence }
    }

    /// Every clause, in document order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = ClauseRow<'c>> + use<'c, '_> {
        (0..self.contract.clauses().operations().len()).flat_map(|operation| self.rows_of(operation))
    }

    /// The state of one clause.
    pub(crate) fn state(&self, operation: usize, id: ClauseId) -> ClauseState {
        let entry = self.contract.clauses().operations()[operation].entry(id);
        self.row(operation, id, entry).state
    }

    /// The clauses of one operation, by index.
    pub(crate) fn rows_of(&self, operation: usize) -> impl Iterator<Item = ClauseRow<'c>> + use<'c, '_> {
        let own = &self.contract.clauses().operations()[operation];
        own.ids().zip(own.entries()).map(move |(id, entry)| self.row(operation, id, entry))
    }

    /// What exchanges show of a clause, whether it is excluded or not.
    pub(super) fn shown(&self, operation: usize, id: ClauseId) -> State {
        self.states.get(operation).and_then(|states| states.get(id.index())).copied().unwrap_or(State::Unmet)
    }

    fn row(&self, operation: usize, id: ClauseId, entry: &'c Entry) -> ClauseRow<'c> {
        let exclusion = self.rules.exclusions.of(operation, id);
        let state = match (exclusion, self.shown(operation, id)) {
            (Some(_), _) => ClauseState::Excluded,
            (None, State::Met) => ClauseState::Met,
            (None, State::Contradicted) => ClauseState::Contradicted,
            (None, State::Unmet) if entry.impossible.is_some() => ClauseState::Impossible,
            (None, State::Unmet) if self.evidence.withholds(operation, id) => ClauseState::Withheld,
            (None, State::Unmet) => ClauseState::Unmet,
        };
        ClauseRow { operation, id, entry, state, exclusion }
    }

    /// Per exclusion, in order: how many clauses it excludes, and how many of them are met.
    pub(crate) fn uses_of_exclusions(&self) -> Vec<(usize, usize)> {
        let is_met = |operation: usize, id: ClauseId| self.shown(operation, id) == State::Met;
        self.rules.exclusions.uses(is_met)
    }

    /// Who is responsible for an operation.
    pub(crate) fn owner(&self, operation: usize) -> Option<&'c str> {
        self.rules.owners.get(operation)?.as_deref()
    }
}

impl ClauseState {
    /// The state of a clause that is not met.
    pub(super) fn open(self) -> Option<OpenState> {
        match self {
            Self::Met | Self::Withheld => None,
            Self::Contradicted => Some(OpenState::Contradicted),
            Self::Unmet => Some(OpenState::Unmet),
            Self::Excluded => Some(OpenState::Excluded),
            Self::Impossible => Some(OpenState::Impossible),
        }
    }

    /// Its name in JSON.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Contradicted => "contradicted",
            Self::Unmet => "unmet",
            Self::Excluded => "excluded",
            Self::Impossible => "impossible",
            Self::Withheld => "withheld",
        }
    }
}
