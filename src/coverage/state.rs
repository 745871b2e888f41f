//! What is known of a clause after a run.

use crate::contract::clause::{ClauseId, OperationClauses, Verb};

use super::bits::BitSet;

/// What is known of a clause. Whether it is impossible is in its entry; exclusions are applied on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum State {
    /// No exchange met it.
    Unmet,
    /// An exchange met it.
    Met,
    /// A request was sent as it asks, but the response says otherwise.
    Contradicted,
}

/// The state of a clause by what was observed of the clauses of its operation.
///
/// - An impossible clause is unmet, whatever was observed.
/// - `violates` and `refuses` are met only if a conforming request of the operation was accepted too. Otherwise a target that refuses
///   every request would meet them.
/// - `violates` and `refuses` are contradicted as soon as one such request was accepted. All others are contradicted only as long as
///   they are not met.
pub(crate) fn state(clauses: &OperationClauses, id: ClauseId, met: &BitSet, contradicted: &BitSet) -> State {
    let (is_met, is_contradicted) = (met.contains(id.index()), contradicted.contains(id.index()));
    let is_accepted = || clauses.calls().is_some_and(|calls| met.contains(calls.index()));
    let entry = clauses.entry(id);
    match is_refusal(&entry.clause.verb) {
        _ if entry.impossible.is_some() => State::Unmet,
        true if is_contradicted => State::Contradicted,
        true if is_met && !is_accepted() => State::Unmet,
        _ if is_met => State::Met,
        _ if is_contradicted => State::Contradicted,
        _ => State::Unmet,
    }
}

/// Whether the clause says that the target refuses a request.
pub(crate) fn is_refusal(verb: &Verb) -> bool {
    matches!(verb, Verb::Violates(..) | Verb::RefusesWithoutSecurity | Verb::RefusesWithout(_) | Verb::RefusesWrong(_))
}
