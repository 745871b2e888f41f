//! Faults that no case noticed, as they are listed: each on its own, but those of a response that no case receives together.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::quantity::count;

use super::importance::Importance;
use super::measured::{Measured, MutantResult, State};
use super::sentence::sentence;

/// An entry of the list.
pub(crate) enum Unnoticed<'m> {
    /// A mutant that survived, or a change of the mock that no request reaches.
    Mutant(&'m MutantResult),
    /// The mutants of a response that no case receives: operation, status, number.
    Response(usize, u16, usize),
}

impl Unnoticed<'_> {
    /// Index of the operation.
    pub(crate) fn operation(&self) -> usize {
        match self {
            Self::Mutant(mutant) => mutant.operation,
            Self::Response(operation, ..) => *operation,
        }
    }

    /// Number of mutants.
    pub(crate) fn faults(&self) -> usize {
        match self {
            Self::Mutant(_) => 1,
            Self::Response(_, _, number) => *number,
        }
    }

    /// `409: 12 faults; no case receives such a response`.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Mutant(mutant) => sentence(mutant),
            Self::Response(_, status, number) => {
                format!("{status}: {}; no case receives such a response", count(*number as u64, "fault"))
            }
        }
    }

    /// What several operations may have: the operator, the status and the change. Only a fault that is the same at all of them is of one
    /// kind, so a location counts, but the line of a mock rule does not.
    fn kind(&self) -> Option<(&str, Option<u16>, &str, &str)> {
        let Self::Mutant(mutant) = self else { return None };
        let at = if mutant.at.starts_with("rule ") { "rule" } else { &mutant.at };
        Some((mutant.operator, mutant.status, at, &mutant.phrase))
    }

    fn importance(&self) -> Importance {
        match self {
            Self::Mutant(mutant) => Importance::new(mutant),
            Self::Response(..) => Importance::RequiredOrDeclaredError,
        }
    }
}

/// What was not noticed, the most important first; of the same importance in the order of the contract.
pub(crate) fn unnoticed(measured: &Measured) -> Vec<Unnoticed<'_>> {
    let mut responses: BTreeMap<(usize, u16), usize> = BTreeMap::new();
    let mut list = Vec::new();
    for mutant in measured.mutants.iter().filter(|mutant| mutant.matters() && !mutant.is_noticed()) {
        match (mutant.status, &mutant.state) {
            (Some(status), State::NotReached) => *responses.entry((mutant.operation, status)).or_default() += 1,
            _ => list.push(Unnoticed::Mutant(mutant)),
        }
    }
    list.extend(
        responses.into_iter().map(|((operation, status), number)| Unnoticed::Response(operation, status, number)),
    );
    list.sort_by_key(|item| (item.importance(), item.operation()));
    list
}

/// The first entry of each kind, in the same order, and the number of other operations that have it. Entries of one kind and one operation
/// stay apart.
pub(crate) fn kinds(items: Vec<Unnoticed<'_>>) -> Vec<(Unnoticed<'_>, usize)> {
    let mut first: HashMap<_, usize> = HashMap::new();
    let mut seen = HashSet::new();
    let mut kinds: Vec<(usize, usize)> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let is_new = seen.insert((item.kind(), item.operation()));
        match item.kind().filter(|_| is_new).and_then(|kind| first.get(&kind).copied()) {
            Some(at) => kinds[at].1 += 1,
            None => {
                item.kind().into_iter().for_each(|kind| _ = first.entry(kind).or_insert(kinds.len()));
                kinds.push((index, 0));
            }
        }
    }
    let mut further: HashMap<usize, usize> = kinds.into_iter().collect();
    let items = items.into_iter().enumerate();
    items.filter_map(|(index, item)| further.remove(&index).map(|further| (item, further))).collect()
}
