//! Clauses that a person excludes from coverage, with reason and owner.

use std::collections::HashMap;

use crate::contract::Contract;
use crate::contract::clause::{Clause, ClauseId, ClauseLocation, Entry, Group};

/// What an exclusion is about.
#[derive(Debug, Clone)]
pub(crate) enum Excluded {
    /// One clause.
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
                    if let Some(at) = set.find(clause) {
                        by_clause.entry(at).or_insert(index);
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

fn is_below(entry: &Entry, group: Group, below: Option<&ClauseLocation>) -> bool {
    let is_within = |outer: &ClauseLocation| entry.clause.location().is_some_and(|own| own.is_within(outer));
    entry.group == group && below.is_none_or(is_within)
}
