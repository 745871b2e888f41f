//! Finds the branch of a violated `oneOf` or `anyOf` that the value was candidates for: the one that the discriminator selects, else the
//! closest.

use std::cmp::Reverse;

use crate::contract::Anchor;
use crate::contract::refs::Refs;

use super::violation::{Detail, Violation};

/// Returns the closest branch, and how many others there are; `selected` is the schema that the discriminator selects. None when
/// the value has another type than every branch. A branch that is only `null` does not count next to others, so that
/// `anyOf: [X, { type: null }]` reads as X.
pub(super) fn find(
    refs: Refs<'_>,
    violation: &Violation,
    branches: &[Vec<Violation>],
    selected: Option<&Anchor>,
) -> Option<(usize, usize)> {
    let candidates: Vec<usize> =
        (0..branches.len()).filter(|index| !is_null(refs, violation, &branches[*index])).collect();
    let others = candidates.len().saturating_sub(1);
    let selected = selected.and_then(|selected| refers(refs, violation, selected));
    if let Some(index) = selected.filter(|index| *index < branches.len()) {
        return Some((index, others));
    }
    let best = *candidates.iter().min_by_key(|index| distance(violation, &branches[**index]))?;
    let is_other_kind = others > 0 && distance(violation, &branches[best]).0;
    (!is_other_kind).then_some((best, others))
}

/// How far a value is from a branch: another type, another constant in a property, the number of violations, how shallow they are.
fn distance(violation: &Violation, branch: &[Violation]) -> (bool, bool, usize, Reverse<usize>) {
    let depth = |held: &Violation| held.at.tokens().count();
    let root = depth(violation);
    let is_choice = |held: &Violation| matches!(held.keyword.as_str(), "const" | "enum");
    let is_kind = |held: &Violation| depth(held) == root && (is_choice(held) || held.keyword == "type");
    (
        branch.iter().any(is_kind),
        branch.iter().any(|held| depth(held) == root + 1 && is_choice(held)),
        branch.iter().map(weight).sum(),
        Reverse(branch.iter().map(depth).max().unwrap_or_default()),
    )
}

fn weight(violation: &Violation) -> usize {
    match &violation.detail {
        Detail::Unexpected(names) => names.len(),
        _ => 1,
    }
}

/// Whether the branch is `type: null` and nothing else.
fn is_null(refs: Refs<'_>, violation: &Violation, branch: &[Violation]) -> bool {
    let [only] = branch else { return false };
    only.at == violation.at && only.keyword == "type" && refs.value(&only.anchor).is_some_and(|name| name == "null")
}

/// The index of the branch that refers to the schema at `selected`.
fn refers(refs: Refs<'_>, violation: &Violation, selected: &Anchor) -> Option<usize> {
    let branches = refs.value(&violation.anchor)?.as_array()?;
    branches.iter().position(|branch| refs.referred(&violation.anchor, branch).as_ref() == Some(selected))
}
