//! The violations that the mock refuses: those of the clauses, which also tell which requests violate the contract.

use std::collections::BTreeSet;

use crate::contract::clause::{ClauseLocation, Step, Verb};
use crate::contract::{Contract, Operation};

/// Maximum number of violations of one operation.
const MAX_LISTED: usize = 500;

/// A violation, as in `violates`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refusal {
    /// The keyword.
    pub keyword: &'static str,
    /// The location; none if the case file names none.
    pub location: Option<ClauseLocation>,
}

/// The violations of requests of one operation.
pub(crate) struct Refusals {
    /// In ascending order, without repetition.
    pub listed: Vec<Refusal>,
    /// Number of further ones.
    pub left_out: usize,
}

/// Lists keyword and location of each violation that a request can have. What several branches of a composition state about one
/// location is one violation: the mock reports it without the branch.
pub(crate) fn refusals(contract: &Contract, operation: &Operation) -> Refusals {
    let clauses = contract.clauses().operations().get(operation.index);
    let entries = clauses.map(|clauses| clauses.entries()).unwrap_or_default();
    let of_clause = |verb: &Verb| match verb {
        Verb::Violates(keyword, location) => {
            Some(Refusal { keyword, location: location.as_ref().map(without_branches) })
        }
        _ => None,
    };
    let possible = entries.iter().filter(|entry| entry.impossible.is_none());
    let mut listed: Vec<_> =
        possible.filter_map(|entry| of_clause(&entry.clause.verb)).collect::<BTreeSet<_>>().into_iter().collect();
    let left_out = listed.len().saturating_sub(MAX_LISTED);
    listed.truncate(MAX_LISTED);
    Refusals { listed, left_out }
}

fn without_branches(location: &ClauseLocation) -> ClauseLocation {
    let steps = location.steps.iter().filter(|step| !matches!(step, Step::Branch(_))).cloned();
    ClauseLocation { part: location.part.clone(), steps: steps.collect() }
}
