//! Which branch of a broken `oneOf` or `anyOf` was meant: the one that the discriminator names, else the one that fits best.

use std::cmp::Reverse;

use crate::contract::Anchor;
use crate::contract::refs::Refs;

use super::violation::{Detail, Violation};

/// The branch that was meant, and how many others could have been; `named` is the schema that the discriminator names. None
/// when the value is of another kind than every branch. A branch that is only `null` never counts beside others, so that `anyOf: [X, { type: null }]` reads as X.
pub(super) fn branch(
    refs: Refs<'_>,
    broken: &Violation,
    branches: &[Vec<Violation>],
    named: Option<&Anchor>,
) -> Option<(usize, usize)> {
    let meant: Vec<usize> = (0..branches.len()).filter(|index| !is_null(refs, broken, &branches[*index])).collect();
    let others = meant.len().saturating_sub(1);
    let named = named.and_then(|named| refers(refs, broken, named));
    if let Some(index) = named.filter(|index| *index < branches.len()) {
        return Some((index, others));
    }
    let best = *meant.iter().min_by_key(|index| distance(broken, &branches[**index]))?;
    let is_other_kind = others > 0 && distance(broken, &branches[best]).0;
    (!is_other_kind).then_some((best, others))
}

/// How far a value is from a branch: of another kind, another constant in a member, the number of breaches, how shallow they
/// are.
fn distance(broken: &Violation, branch: &[Violation]) -> (bool, bool, usize, Reverse<usize>) {
    let depth = |violation: &Violation| violation.at.tokens().count();
    let root = depth(broken);
    let is_choice = |violation: &Violation| matches!(violation.keyword.as_str(), "const" | "enum");
    let is_kind =
        |violation: &Violation| depth(violation) == root && (is_choice(violation) || violation.keyword == "type");
    (
        branch.iter().any(is_kind),
        branch.iter().any(|violation| depth(violation) == root + 1 && is_choice(violation)),
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
fn is_null(refs: Refs<'_>, broken: &Violation, branch: &[Violation]) -> bool {
    let [only] = branch else { return false };
    only.at == broken.at && only.keyword == "type" && refs.value(&only.anchor).is_some_and(|name| name == "null")
}

/// The branch that refers to the schema at `named`.
fn refers(refs: Refs<'_>, broken: &Violation, named: &Anchor) -> Option<usize> {
    let branches = refs.value(&broken.anchor)?.as_array()?;
    branches.iter().position(|branch| refs.referred(broken.anchor.document, branch).as_ref() == Some(named))
}
