//! The clauses `violates` that a request is about, and those of credentials.

use crate::contract::{Anchor, Breach, Location};

use super::id::ClauseId;
use super::location::{ClauseLocation, Step};
use super::set::OperationClauses;
use super::verb::Verb;

/// The only violation of a request, in the terms of `violates` of case files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnlyViolation<'a> {
    /// Its keyword: that of the composition, if it is in a branch.
    pub keyword: &'a str,
    /// Whether it has a location.
    pub has_location: bool,
    /// The breach; if there are several of the same keyword and location, the first.
    pub breach: &'a Breach,
    /// Whether the breach is the only one, and its own keyword.
    pub only: Option<&'a str>,
}

impl OperationClauses {
    /// The clauses that say what a request with that violation violates: of a violation in a branch, the composition and what is
    /// violated in the branch.
    pub(crate) fn violated(&self, violation: &OnlyViolation<'_>) -> Vec<ClauseId> {
        let OnlyViolation { keyword, has_location, breach, only } = *violation;
        let found = |keyword: &str, location: Option<(&Location, bool)>, anchor: Option<&Anchor>| {
            let is_it = |id: &ClauseId| {
                let entry = self.entry(*id);
                let Verb::Violates(own, at) = &entry.clause.verb else { return false };
                let is_at = match (at, location) {
                    (None, None) => true,
                    (Some(at), Some((location, in_branch))) => has_branch(at) == in_branch && at.covers(location),
                    _ => false,
                };
                // What a name violates is within `propertyNames`.
                let is_source = |anchor: &Anchor| {
                    let is_name = *own == "propertyNames";
                    entry.sources.iter().any(|source| source.is_at(anchor) || is_name && source.holds(anchor))
                };
                *own == keyword && is_at && anchor.is_none_or(is_source)
            };
            self.messages.refusals.iter().copied().find(is_it)
        };
        let (own, inner) = match &breach.branch_of {
            _ if !has_location => (found(keyword, None, Some(&breach.anchor)), None),
            None => (found(keyword, Some((&breach.location, false)), Some(&breach.anchor)), None),
            Some(branch) => (
                found(keyword, Some((&branch.location, false)), None),
                only.and_then(|inner| found(inner, Some((&breach.location, true)), Some(&breach.anchor))),
            ),
        };
        own.into_iter().chain(inner).collect()
    }

    /// The clauses of credentials: `calls with` and `refuses`.
    pub(crate) fn of_credentials(&self) -> impl Iterator<Item = (ClauseId, &Verb)> {
        self.messages.security.iter().map(|id| (*id, &self.entry(*id).clause.verb))
    }
}

fn has_branch(at: &ClauseLocation) -> bool {
    at.steps.iter().any(|step| matches!(step, Step::Branch(_)))
}
