//! Clauses that a person excludes from coverage, with reason and owner.

use std::collections::HashMap;

use crate::contract::Contract;
use crate::contract::clause::{Aspect, Clause, ClauseId, ClauseLocation, Entry, Group, Verb};

/// What an exclusion is about.
#[derive(Debug, Clone)]
pub(crate) enum Excluded {
    /// One clause, with those that can be met only together with it.
    Clause(Clause),
    /// The clauses of an operation (by index) and a group, within a location if one is given.
    Group {
        /// Index of the operation.
        operation: usize,
        /// The group.
        group: Group,
        /// The location.
        below: Option<ClauseLocation>,
    },
}

/// One exclusion.
#[derive(Debug, Clone)]
pub(crate) struct Exclusion {
    /// What it is about.
    pub excluded: Excluded,
    /// Why.
    pub reason: String,
    /// Who is responsible for it.
    pub owner: String,
}

/// The exclusions of a project, by clause.
#[derive(Debug, Default)]
pub(crate) struct Exclusions {
    list: Vec<Exclusion>,
    /// Index of the first exclusion of a clause, by operation and clause.
    by_clause: HashMap<(usize, ClauseId), usize>,
}

impl Exclusions {
    /// Resolves `list` to clauses of `contract`.
    pub(crate) fn new(contract: &Contract, list: Vec<Exclusion>) -> Self {
        // Deriving the clauses takes time, which only coverage needs.
        if list.is_empty() {
            return Self::default();
        }
        let mut by_clause = HashMap::new();
        let set = contract.clauses();
        for (index, exclusion) in list.iter().enumerate() {
            match &exclusion.excluded {
                Excluded::Clause(clause) => {
                    let Some((operation, id)) = set.find(clause) else { continue };
                    by_clause.entry((operation, id)).or_insert(index);
                    let own = &set.operations()[operation];
                    for (id, entry) in own.ids().zip(own.entries()) {
                        if is_part(&entry.clause.verb, &clause.verb) {
                            by_clause.entry((operation, id)).or_insert(index);
                        }
                    }
                }
                Excluded::Group { operation, group, below } => {
                    let own = set.operations().get(*operation);
                    let own = own.into_iter().flat_map(|own| own.ids().zip(own.entries()));
                    for (id, _) in own.filter(|(_, entry)| is_below(entry, *group, below.as_ref())) {
                        by_clause.entry((*operation, id)).or_insert(index);
                    }
                }
            }
        }
        Self { list, by_clause }
    }

    /// The exclusion of a clause.
    pub(crate) fn of(&self, operation: usize, id: ClauseId) -> Option<&Exclusion> {
        self.by_clause.get(&(operation, id)).and_then(|index| self.list.get(*index))
    }

    /// Per exclusion, in order: how many clauses it excludes, and how many of them `is_met` knows as met.
    pub(crate) fn uses(&self, is_met: impl Fn(usize, ClauseId) -> bool) -> Vec<(usize, usize)> {
        let mut uses = vec![(0, 0); self.list.len()];
        for ((operation, id), index) in &self.by_clause {
            if let Some((all, met)) = uses.get_mut(*index) {
                *all += 1;
                *met += usize::from(is_met(*operation, *id));
            }
        }
        uses
    }
}

/// Whether a clause can be met only together with `whole`: what a response of the status holds, or what is within a location.
fn is_part(verb: &Verb, whole: &Verb) -> bool {
    let is_within = |inner: &ClauseLocation, aspect: &Aspect, outer: &ClauseLocation| {
        let is_value = !matches!(aspect, Aspect::Present | Aspect::Absent);
        inner.is_within(outer) && (inner != outer || is_value)
    };
    match (whole, verb) {
        (
            Verb::Receives(status),
            Verb::ReceivesMediaType(own, _) | Verb::ReceivesHeader(own, _) | Verb::ReceivesAt(own, ..),
        ) => own == status,
        (Verb::ReceivesAt(status, outer, Aspect::Present), Verb::ReceivesAt(own, inner, aspect)) => {
            own == status && is_within(inner, aspect, outer)
        }
        (Verb::Sends(outer, Aspect::Present), Verb::Sends(inner, aspect)) => is_within(inner, aspect, outer),
        (Verb::Sends(outer, Aspect::Present), Verb::Omits(inner)) => is_within(inner, &Aspect::Absent, outer),
        _ => false,
    }
}

fn is_below(entry: &Entry, group: Group, below: Option<&ClauseLocation>) -> bool {
    let is_within = |outer: &ClauseLocation| entry.clause.location().is_some_and(|own| own.is_within(outer));
    entry.group == group && below.is_none_or(is_within)
}
