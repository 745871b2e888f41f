//! Faults that no case noticed, as they are listed: each on its own, but those of a response that no case receives together.

use std::collections::BTreeMap;

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
