//! One deliberate fault of the mock, for mutation testing of the cases. It is data: rules are not compiled again for it.

use crate::contract::Breach;
use crate::contract::clause::ClauseLocation;

use super::rules::rule::{Action, Rule};

/// A fault of the mock in one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BehaviourMutation {
    /// Index of the operation.
    pub(crate) operation: usize,
    /// The fault.
    pub(crate) fault: BehaviourFault,
}

/// What the mock does wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BehaviourFault {
    /// Accepts requests that violate this keyword at this location; at any if there is none.
    AcceptViolation(&'static str, Option<ClauseLocation>),
    /// Refuses valid requests.
    RefuseValid,
    /// Accepts requests without credentials.
    AcceptMissingCredentials,
    /// Accepts malformed credentials.
    AcceptMalformedCredentials,
    /// Changes the rule of that index.
    Rule(usize, RuleFault),
}

/// What a rule does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleFault {
    /// Its condition never holds.
    NeverApplies,
    /// Its condition always holds.
    AlwaysApplies,
    /// It does not update the state.
    LosesUpdate,
    /// Its update replaces what it should merge with.
    ReplacesState,
    /// Its update deletes nothing.
    KeepsDeleted,
    /// It refuses a request that was received before.
    RefusesRepeat,
    /// It updates the state also if the response is an error.
    UpdatesOnError,
}

/// What mutation testing has to know of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleOutline {
    /// The status of its response; none if the document determines it.
    pub(crate) status: Option<u16>,
    /// Whether it has a condition.
    pub(crate) is_conditional: bool,
    /// Whether it updates the state.
    pub(crate) has_update: bool,
    /// Whether it applies to invalid requests.
    pub(crate) accepts_invalid: bool,
    /// `specs/rules.yaml:12:7`.
    pub(crate) place: String,
}

impl RuleOutline {
    /// The outline of a rule.
    pub(crate) fn new(rule: &Rule) -> Self {
        Self {
            status: match &rule.action {
                Action::Respond(template) => Some(template.status),
                Action::Document => None,
            },
            is_conditional: rule.when.is_some(),
            has_update: rule.store.is_some(),
            accepts_invalid: rule.accepts_invalid,
            place: rule.source.place(),
        }
    }
}

/// Whether the breach is of that keyword at that location.
pub(crate) fn is_at(breach: &Breach, keyword: &str, location: Option<&ClauseLocation>) -> bool {
    breach.keyword == keyword && location.is_none_or(|location| location.covers(&breach.location))
}
