//! Whether a mutant matters: it violates the contract, or changes something that a case can know.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::contract::{Contract, Judgement, judge};
use crate::http::{Exchange, Response};

use super::canonical;
use super::difference::differences;
use super::groups::{Group, Member};
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
    /// Its kind.
    pub class: Class,
    /// Digest of all changed responses; equal digests are equal mutants.
    pub digest: u64,
    /// Indices of the changed members of the group.
    pub changed: Vec<usize>,
}

/// Classifies a mutant of a group; none if it changes nothing that a client can see.
pub(crate) fn classify(contract: &Contract, group: &Group<'_>, mutant: &ResponseMutant) -> Option<Classified> {
    let operation = contract.operations.get(group.operation)?;
    let mut hasher = DefaultHasher::new();
    (group.operation, group.status).hash(&mut hasher);
    let mut found = Classified { class: Class::Unspecified, digest: 0, changed: Vec::new() };
    let mut is_known = false;
    for (index, member) in group.members.iter().enumerate() {
        let Exchange { request, response, .. } = &member.sent.exchange;
        let Some(changed) = mutant.apply(operation, request, response, member.sent.body.as_ref()) else { continue };
        let digest = canonical::digest(&changed);
        if digest == canonical::digest(response) {
            continue;
        }
        (index, digest).hash(&mut hasher);
        found.changed.push(index);
        if found.class != Class::Violating && violates(contract, operation, member, &changed) {
            found.class = Class::Violating;
        }
        if !is_known {
            let differences = differences(response, member.sent.body.as_ref(), &changed);
            is_known = differences.iter().any(|difference| member.aligned.is_determined(difference));
        }
    }
    if found.class == Class::Unspecified && is_known {
        found.class = Class::Determined;
    }
    found.digest = hasher.finish();
    (!found.changed.is_empty()).then_some(found)
}

/// Whether the changed response has a binding breach that the unchanged one does not have.
fn violates(
    contract: &Contract,
    operation: &crate::contract::Operation,
    member: &Member<'_>,
    changed: &Response,
) -> bool {
    let Exchange { request, response, .. } = &member.sent.exchange;
    let breaches =
        |response: &Response| -> Judgement { judge::response(contract, operation, &request.method, response) };
    let before = breaches(response);
    let is_new = |breach: &crate::contract::Breach| {
        let is_known = |known: &crate::contract::Breach| {
            (known.rule, &known.location, &known.keyword) == (breach.rule, &breach.location, &breach.keyword)
        };
        breach.rule.is_binding() && !before.breaches.iter().any(is_known)
    };
    breaches(changed).breaches.iter().any(is_new)
}
