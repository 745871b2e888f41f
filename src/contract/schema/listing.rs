//! Lists the violations of a value, in bounded time and memory.
//!
//! The library soon knows whether a value conforms. But it collects the errors of every branch of a violated `oneOf` or `anyOf`, and of
//! the branches within those, so that a value of 200 bytes may have millions. Before it lists any, the schemas are counted that it
//! would apply.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::contract::SchemaKey;
use crate::contract::keyword::{self, Applies};
use crate::contract::refs::Refs;
use crate::pointer::Pointer;

use super::compiled::Compiled;
use super::discriminator::SchemaId;
use super::index::SchemaIndex;
use super::subject::MAX_VIOLATIONS;
use super::violation::{Detail, Violation};

/// Possible errors up to which every violation is listed: each takes about half a kilobyte. Every applied schema may have one, and one
/// for each missing property.
pub(super) const MAX_ERRORS: usize = 100_000;

/// Applied schemas, of those that apply more than [`MANY`] times to a value, up to which branches are explained.
const MAX_REPEATED: usize = 20_000;

/// Times that branches apply schemas to one value, beyond which they are repetitions.
const MANY: u32 = 16;

/// Applied schemas after which counting ends.
const MAX_COUNTED: usize = 400_000;

/// Which violations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of them.
    All,
    /// The first.
    First,
    /// The outermost violated `oneOf` and `anyOf`, without what their branches say; the whole value where there are none.
    Outermost,
}

/// Returns what `value`, which is the same afterwards, violates of the schema of that key; and which violations these are.
pub(super) fn violations(
    (compiled, index): (&Compiled, &SchemaIndex),
    refs: Refs<'_>,
    key: SchemaKey,
    value: &mut Value,
) -> (Vec<Violation>, Extent) {
    if compiled.conforms(key, value) {
        return (Vec::new(), Extent::All);
    }
    let mut count = Count { compiled, index, applied: 0, repeated: 0, errors: 0, compositions: Vec::new() };
    count.run(key, value);
    let Count { applied, repeated, errors, compositions, .. } = count;
    if repeated > MAX_REPEATED || applied > MAX_COUNTED {
        // Whether a missing property may be missing in this direction is unknown without the branches.
        if index.has_directions() {
            return (Vec::new(), Extent::Outermost);
        }
        let mut found: Vec<_> =
            compositions.into_iter().filter_map(|(at, id)| composition(index, refs, at, id)).collect();
        if found.is_empty() {
            found.extend(whole(index, refs, key));
        }
        return (found, Extent::Outermost);
    }
    match errors <= MAX_ERRORS {
        true => (compiled.violations(key, value), Extent::All),
        false => (compiled.first_violation(key, value).into_iter().collect(), Extent::First),
    }
}

/// The violated `oneOf` or `anyOf` of the schema of that id.
fn composition(index: &SchemaIndex, refs: Refs<'_>, at: Pointer, id: SchemaId) -> Option<Violation> {
    let schema = &index.schema(id).anchor;
    let value = refs.value(schema)?;
    let mut choices = keyword::applicators().filter(|keyword| keyword.applies() == Some(Applies::Alternatively));
    let keyword = choices.find(|keyword| value.get(keyword.name).is_some())?.name;
    Some(Violation { keyword: keyword.to_owned(), at, anchor: schema.member(keyword), detail: Detail::Value })
}

/// A violation of the schema of that key as a whole: of the keyword by which it restricts the contents of values.
fn whole(index: &SchemaIndex, refs: Refs<'_>, key: SchemaKey) -> Option<Violation> {
    let group = index.root(key);
    group.iter().find_map(|id| {
        let schema = &index.schema(*id).anchor;
        let value = refs.value(schema)?;
        let keyword = keyword::applicators().find(|keyword| value.get(keyword.name).is_some())?.name.to_owned();
        let anchor = schema.member(&keyword);
        Some(Violation { keyword, at: Pointer::root(), anchor, detail: Detail::Value })
    })
}

/// Counts the schemas that the library applies to a value while it lists errors.
struct Count<'a> {
    compiled: &'a Compiled,
    index: &'a SchemaIndex,
    applied: usize,
    repeated: usize,
    errors: usize,
    /// The outermost violated `oneOf` and `anyOf`: the locations of the values, and the schemas.
    compositions: Vec<(Pointer, SchemaId)>,
}

/// A schema to apply to a value.
struct Application<'v> {
    id: SchemaId,
    value: &'v Value,
    at: Pointer,
    /// How many times the branches around it apply it.
    times: u32,
    is_in_branch: bool,
    /// The schemas by which it applies to the same value.
    through: Option<Rc<Through>>,
}

struct Through {
    id: SchemaId,
    before: Option<Rc<Through>>,
}

impl Application<'_> {
    fn is_circular(&self) -> bool {
        let mut chain = std::iter::successors(self.through.as_deref(), |through| through.before.as_deref());
        chain.any(|through| through.id == self.id)
    }
}

impl Count<'_> {
    fn run(&mut self, key: SchemaKey, value: &Value) {
        let root = self.index.root_id(key);
        let first = Application { id: root, value, at: Pointer::root(), times: 1, is_in_branch: false, through: None };
        let mut open = vec![first];
        while let Some(next) = open.pop() {
            self.applied += 1;
            self.repeated += usize::from(next.times > MANY);
            let required = &self.index.schema(next.id).info().required;
            let members = next.value.as_object();
            let missing = |members: &Map<_, _>| required.iter().filter(|name| !members.contains_key(*name)).count();
            self.errors += 1 + members.map_or(0, missing);
            if self.repeated > MAX_REPEATED || self.applied > MAX_COUNTED {
                return self.note_rest(&open);
            }
            if !next.is_circular() {
                self.apply(&next, &mut open);
            }
        }
    }

    fn apply<'v>(&mut self, application: &Application<'v>, open: &mut Vec<Application<'v>>) {
        let Application { id, value, at, times, is_in_branch, through } = application;
        let info = self.index.schema(*id).info();
        let through = Some(Rc::new(Through { id: *id, before: through.clone() }));
        let same = |id: SchemaId, times: u32, is_in_branch: bool| Application {
            id,
            value,
            at: at.clone(),
            times,
            is_in_branch,
            through: through.clone(),
        };
        open.extend(info.parts.iter().map(|part| same(*part, *times, *is_in_branch)));
        if !info.alternatives.is_empty() && self.is_expanded(application) {
            let structured = info.alternatives.iter().filter(|id| self.index.is_structured(**id)).count();
            let times = times.saturating_mul(u32::try_from(structured.max(1)).unwrap_or(u32::MAX));
            open.extend(info.alternatives.iter().map(|branch| same(*branch, times, true)));
        }
        let below = |id: SchemaId, value: &'v Value, at: Pointer| Application {
            id,
            value,
            at,
            times: *times,
            is_in_branch: *is_in_branch,
            through: None,
        };
        match value {
            Value::Array(items) if !info.items.is_empty() => {
                for (index, item) in items.iter().take(MAX_COUNTED).enumerate() {
                    let ids = info.items.iter().filter(|id| !self.is_leaf(**id, item));
                    let before = open.len();
                    open.extend(ids.map(|id| below(*id, item, at.join(index))));
                    self.count_leaves(info.items.len() - (open.len() - before), *times);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    open.extend(info.property(name).map(|id| below(id, member, at.join(name))));
                }
            }
            _ => {}
        }
    }

    /// Whether nothing else applies to the value or below it.
    fn is_leaf(&self, id: SchemaId, value: &Value) -> bool {
        let info = self.index.schema(id).info();
        !value.is_array() && !value.is_object() && info.parts.is_empty() && info.alternatives.is_empty()
    }

    fn count_leaves(&mut self, count: usize, times: u32) {
        self.applied += count;
        self.errors += count;
        self.repeated += if times > MANY { count } else { 0 };
    }

    /// Whether the branches of a `oneOf` or `anyOf` are listed: those of a conforming value are not. That is only asked of the
    /// outermost ones.
    fn is_expanded(&mut self, application: &Application<'_>) -> bool {
        if application.is_in_branch {
            return true;
        }
        let Some(key) = self.index.key(application.id) else { return true };
        let is_violated = !self.compiled.is_valid(key, application.value);
        if is_violated && self.compositions.len() < MAX_VIOLATIONS {
            self.compositions.push((application.at.clone(), application.id));
        }
        is_violated
    }

    /// Notes the violated compositions among the applications that were not counted.
    fn note_rest(&mut self, open: &[Application<'_>]) {
        let rest = open.iter().filter(|next| !next.is_in_branch);
        let compositions = rest.filter(|next| !self.index.schema(next.id).info().alternatives.is_empty());
        for next in compositions.take(MAX_VIOLATIONS) {
            self.is_expanded(next);
        }
    }
}
