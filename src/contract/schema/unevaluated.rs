//! What properties and items violate of the schema under `unevaluatedProperties` or `unevaluatedItems`: the library only says which
//! properties are not allowed, and how many items.

use serde_json::Value;

use crate::contract::refs::Refs;
use crate::contract::{Anchor, SchemaKey};
use crate::pointer::Pointer;

use super::compiled::Compiled;
use super::index::SchemaIndex;
use super::subject::MAX_VIOLATIONS;
use super::violation::{Detail, Violation};

/// The keywords.
pub(super) const KEYWORDS: [&str; 2] = ["unevaluatedProperties", "unevaluatedItems"];

/// Maximum number of violations that are added for one value, with those of branches.
const MAX_NESTED: usize = 10_000;

/// Adds to `violations` of `value` what the unevaluated properties and items in it violate. Returns whether that is all of it.
pub(super) fn explain(
    compiled: &Compiled,
    index: &SchemaIndex,
    refs: Refs<'_>,
    value: &Value,
    violations: &mut [Violation],
) -> bool {
    let mut explanation =
        Explanation { compiled, index, refs, room: MAX_VIOLATIONS, nested: MAX_NESTED, is_complete: true };
    explanation.add(value, violations);
    explanation.is_complete
}

struct Explanation<'a> {
    compiled: &'a Compiled,
    index: &'a SchemaIndex,
    refs: Refs<'a>,
    /// How many violations may be added to those of the whole value.
    room: usize,
    /// The same, with those of branches.
    nested: usize,
    /// Whether nothing is left out.
    is_complete: bool,
}

impl Explanation<'_> {
    fn add(&mut self, value: &Value, violations: &mut [Violation]) {
        for violation in violations {
            if let Detail::Branches(branches) = &mut violation.detail {
                branches.iter_mut().for_each(|branch| self.add(value, branch));
            }
            // A boolean schema has nothing to explain.
            let schema = &violation.anchor;
            if !KEYWORDS.contains(&&*violation.keyword) || !self.refs.value(schema).is_some_and(Value::is_object) {
                continue;
            }
            let Some(key) = self.index.at(schema).and_then(|id| self.index.key(id)) else { continue };
            let inner = match &violation.detail {
                Detail::Unexpected(names) => {
                    let members = names.iter().map(|name| violation.at.join(name));
                    self.inner(key, value, members)
                }
                Detail::Items(count) => {
                    let array = violation.at.of(value);
                    let items = array.and_then(Value::as_array).into_iter().flatten().enumerate();
                    let wrong = items.filter(|(_, item)| !self.compiled.is_valid(key, item)).map(|(at, _)| at);
                    let wrong = unevaluated(wrong.collect(), *count, || has_contains(self.index, self.refs, schema));
                    self.inner(key, value, wrong.into_iter().map(|at| violation.at.join(at)))
                }
                _ => Vec::new(),
            };
            violation.inner.extend(inner);
        }
    }

    /// What the members of `value` at these locations violate of the schema of that key.
    fn inner(&mut self, key: SchemaKey, value: &Value, members: impl Iterator<Item = Pointer>) -> Vec<Violation> {
        let mut all = Vec::new();
        for at in members {
            if self.room == 0 || self.nested == 0 {
                self.is_complete = false;
                break;
            }
            let Some(member) = at.of(value) else { continue };
            let (mut inner, is_all) = self.compiled.violations(key, member);
            self.is_complete &= is_all && inner.len() <= self.room;
            inner.truncate(self.room);
            self.room -= inner.len();
            self.nested = self.nested.saturating_sub(inner.iter().map(Violation::count).sum());
            self.add(member, &mut inner);
            inner.iter_mut().for_each(|violation| violation.moved_to(&at));
            all.extend(inner);
        }
        all
    }
}

/// Which of the `wrong` items, which violate the schema for unevaluated ones, are the `count` unevaluated ones; none where that is unknown.
/// Items are evaluated from the first to some item, but for those that a `contains` evaluates.
fn unevaluated(mut wrong: Vec<usize>, count: usize, has_contains: impl FnOnce() -> bool) -> Vec<usize> {
    if wrong.len() > count && has_contains() {
        return Vec::new();
    }
    wrong.split_off(wrong.len().saturating_sub(count))
}

/// Whether a schema that applies to the same value as the one with the keyword at `anchor` has a `contains`.
fn has_contains(index: &SchemaIndex, refs: Refs<'_>, anchor: &Anchor) -> bool {
    let closure = index.at(&anchor.parent()).map_or(&[][..], |id| &index.schema(id).closure);
    closure
        .iter()
        .any(|id| refs.value(&index.schema(*id).anchor).is_some_and(|schema| schema.get("contains").is_some()))
}
