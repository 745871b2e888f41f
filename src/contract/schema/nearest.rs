//! Which branch of a broken `oneOf` or `anyOf` was meant: the one that the discriminator names, else the one that fits best.

use std::cmp::Reverse;

use serde_json::Value;

use crate::contract::Anchor;
use crate::contract::refs::Refs;

use super::violation::{Detail, Violation};

/// The branch that was meant, and how many others could have been; none when the value is of another kind than every branch.
/// A branch that is only `null` never counts beside others, so that `anyOf: [X, { type: null }]` reads as X.
pub(super) fn branch(
    refs: Refs<'_>,
    broken: &Violation,
    branches: &[Vec<Violation>],
    value: &Value,
) -> Option<(usize, usize)> {
    let meant: Vec<usize> = (0..branches.len()).filter(|index| !is_null(refs, broken, &branches[*index])).collect();
    let others = meant.len().saturating_sub(1);
    if let Some(index) = discriminated(refs, broken, value).filter(|index| *index < branches.len()) {
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

/// The branch that `discriminator` beside the keyword names (OpenAPI 3.1 §4.8.25).
fn discriminated(refs: Refs<'_>, broken: &Violation, value: &Value) -> Option<usize> {
    let parent = Anchor { document: broken.anchor.document, pointer: broken.anchor.pointer.parent()? };
    let discriminator = refs.value(&parent)?.get("discriminator")?;
    let property = discriminator.get("propertyName")?.as_str()?;
    let tag = value.pointer(broken.at.as_str())?.get(property)?.as_str()?;
    let mapped = discriminator.get("mapping").and_then(|mapping| mapping.get(tag)).and_then(Value::as_str);
    let wanted = Wanted::new(refs, &parent, mapped.unwrap_or(tag));
    let branches = refs.value(&broken.anchor)?.as_array()?;
    branches.iter().position(|branch| {
        let reference = branch.get("$ref").and_then(Value::as_str);
        reference.is_some_and(|reference| wanted.is(refs, &parent, reference))
    })
}

/// A mapping's value: the name of a component or a reference.
struct Wanted<'t> {
    name: &'t str,
    anchor: Option<Anchor>,
}

impl<'t> Wanted<'t> {
    fn new(refs: Refs<'_>, from: &Anchor, name: &'t str) -> Self {
        let is_reference = name.contains(['#', '/', '.']);
        Self { name, anchor: is_reference.then(|| refs.target(from.document, name).ok()).flatten() }
    }

    fn is(&self, refs: Refs<'_>, from: &Anchor, reference: &str) -> bool {
        let target = refs.target(from.document, reference).ok();
        let is_named = target.as_ref().and_then(|anchor| anchor.pointer.last()).is_some_and(|last| last == self.name);
        is_named || (self.anchor.is_some() && self.anchor == target)
    }
}
