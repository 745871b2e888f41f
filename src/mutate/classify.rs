//! Whether a mutant matters: it violates the contract, or changes something that a case can know.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::contract::{Contract, judge};
use crate::http::Exchange;

use super::canonical;
use super::difference::differences;
use super::groups::{BreachKey, Group};
use super::response_mutant::ResponseMutant;

/// Kind of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A changed response violates the contract where the unchanged one does not.
    Violating,
    /// It conforms to the contract, and changes something that a case can know.
    Determined,
    /// It conforms to the contract, and changes only what no case can know.
    Unspecified,
}

/// What is known of a mutant before it is run.
pub(crate) struct Classified {
    /// Digest of all changed responses; equal digests are equal mutants.
    pub digest: u64,
    /// Indices of the changed members of the group.
    pub changed: Vec<usize>,
    /// Whether a case can know something that it changes.
    pub is_known: bool,
}

/// Classifies a mutant of a group; none if it changes nothing that a client can see.
pub(crate) fn classify(contract: &Contract, group: &Group<'_>, mutant: &ResponseMutant) -> Option<Classified> {
    let mut hasher = DefaultHasher::new();
    (group.operation, group.status).hash(&mut hasher);
    let mut found = Classified { digest: 0, changed: Vec::new(), is_known: false };
    for (index, member) in group.members.iter().enumerate() {
        let Exchange { request, response, .. } = &member.sent.exchange;
        let Some(changed) = mutant.apply(contract, request, response, member.sent.body.as_ref()) else { continue };
        let digest = canonical::digest(&changed.response, changed.body.as_ref());
        if digest == member.digest() {
            continue;
        }
        (index, digest).hash(&mut hasher);
        found.changed.push(index);
        if !found.is_known {
            let differences = differences(response, member.sent.body.as_ref(), &changed);
            found.is_known = differences.iter().any(|difference| member.aligned.is_determined(difference));
        }
    }
    found.digest = hasher.finish();
    (!found.changed.is_empty()).then_some(found)
}

/// Whether a changed response has a binding breach that the unchanged one does not have.
pub(crate) fn violates(
    contract: &Contract,
    group: &Group<'_>,
    mutant: &ResponseMutant,
    classified: &Classified,
) -> bool {
    let Some(operation) = contract.operations.get(group.operation) else { return false };
    classified.changed.iter().filter_map(|index| group.members.get(*index)).any(|member| {
        let Exchange { request, response, .. } = &member.sent.exchange;
        let changed = mutant.apply(contract, request, response, member.sent.body.as_ref());
        changed.is_some_and(|changed| {
            let judgement = judge::response(contract, operation, &request.method, &changed.response);
            judgement.breaches.iter().any(|breach| {
                let key = BreachKey::new(breach);
                breach.rule.is_binding() && !member.breaches(contract).contains(&key)
            })
        })
    })
}
