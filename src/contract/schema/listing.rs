//! Lists the violations of a value, in bounded time and memory.
//!
//! The library soon knows whether a value conforms. But it collects the errors of every branch of a violated `oneOf` or `anyOf`, and of
//! the branches within those, so that a value of 200 bytes may have millions. Before it lists any, the schemas are counted that it
//! would apply, and the names that it would copy.

use std::rc::Rc;

use serde_json::Value;

use crate::contract::SchemaKey;
use crate::contract::keyword::{self, Applies};
use crate::contract::refs::Refs;
use crate::pointer::Pointer;

use super::compiled::Compiled;
use super::custom::take_undecided;
use super::discriminator::SchemaId;
use super::index::SchemaIndex;
use super::subject::MAX_VIOLATIONS;
use super::unevaluated;
use super::violation::{Detail, Violation};
use super::work;

/// Applied schemas, of those that apply more than [`MANY`] times to a value, up to which branches are explained.
const MAX_REPEATED: usize = 20_000;

/// Times that branches apply schemas to one value, beyond which they are repetitions.
const MANY: u32 = 16;

/// Applied schemas after which counting ends.
const MAX_COUNTED: usize = 400_000;

/// Schemas that wait to be applied, after which counting ends: each takes 64 bytes.
const MAX_WAITING: usize = 100_000;

/// Memory of the names that schemas without further properties list, in bytes, up to which branches are explained.
const MAX_NAMES: usize = 8 << 20;

/// Which violations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of them.
    All,
    /// The first ones.
    First,
    /// The outermost violated `oneOf` and `anyOf`, without what their branches say; the whole value where there are none.
    Outermost,
    /// None: whether the value violates anything is too much work to decide.
    Undecided,
}

/// Why not all violations are listed, but only the first ones.
pub(super) fn unlisted(listed: usize) -> String {
    match listed {
        0 => "not all violations are listed".to_owned(),
        1 => "only the first violation is listed".to_owned(),
        _ => format!("only the first {listed} violations are listed"),
    }
}

/// Returns what `value` violates of the schema of that key, and which violations these are.
pub(super) fn violations(
    (compiled, index): (&Compiled, &SchemaIndex),
    refs: Refs<'_>,
    key: SchemaKey,
    value: &Value,
) -> (Vec<Violation>, Extent) {
    work::begin(value);
    let is_valid = compiled.is_valid(key, value);
    if work::is_spent() {
        return (Vec::new(), Extent::Undecided);
    }
    if is_valid {
        return (Vec::new(), Extent::All);
    }
    work::begin(value);
    let mut count = Count { compiled, index, applied: 0, repeated: 0, names: 0, compositions: Vec::new() };
    if count.run(key, value) && !work::is_spent() {
        // From here on, errors report those that restrict values themselves.
        take_undecided();
        let (mut found, is_complete) = compiled.violations(key, value);
        let is_explained = unevaluated::explain(compiled, index, refs, value, &mut found);
        match is_complete && is_explained {
            _ if work::is_spent() => {}
            true => return (found, Extent::All),
            false if !found.is_empty() => return (found, Extent::First),
            false => {}
        }
    }
    // Whether a missing property may be missing in this direction is unknown without the branches.
    if index.has_directions() {
        return (Vec::new(), Extent::Outermost);
    }
    let compositions = count.compositions.into_iter().filter(|_| !work::is_spent());
    let mut found: Vec<_> = compositions.filter_map(|(at, id)| composition(index, refs, at, id)).collect();
    if found.is_empty() {
        found.extend(whole(index, refs, key));
    }
    (found, Extent::Outermost)
}

/// The violated `oneOf` or `anyOf` of the schema of that id.
fn composition(index: &SchemaIndex, refs: Refs<'_>, at: Pointer, id: SchemaId) -> Option<Violation> {
    let schema = &index.schema(id).anchor;
    let value = refs.value(schema)?;
    let mut choices = keyword::applicators().filter(|keyword| keyword.applies() == Some(Applies::Alternatively));
    let keyword = choices.find(|keyword| value.get(keyword.name).is_some())?.name;
    Some(Violation {
        keyword: keyword.to_owned(),
        at,
        anchor: schema.member(keyword),
        detail: Detail::Value,
        inner: Vec::new(),
    })
}

/// A violation of the schema of that key as a whole: of the keyword by which it restricts the contents of values.
fn whole(index: &SchemaIndex, refs: Refs<'_>, key: SchemaKey) -> Option<Violation> {
    let group = index.root(key);
    group.iter().find_map(|id| {
        let schema = &index.schema(*id).anchor;
        let value = refs.value(schema)?;
        let keyword = keyword::applicators().find(|keyword| value.get(keyword.name).is_some())?.name.to_owned();
        let anchor = schema.member(&keyword);
        Some(Violation { keyword, at: Pointer::root(), anchor, detail: Detail::Value, inner: Vec::new() })
    })
}

/// Counts the schemas that the library applies to a value while it lists errors.
struct Count<'a> {
    compiled: &'a Compiled,
    index: &'a SchemaIndex,
    applied: usize,
    repeated: usize,
    names: usize,
    /// The outermost violated `oneOf` and `anyOf`: the locations of the values, and the schemas.
    compositions: Vec<(Pointer, SchemaId)>,
}

/// A schema to apply to a value.
struct Application<'v> {
    id: SchemaId,
    value: &'v Value,
    at: Place<'v>,
    /// How many times the branches around it apply it.
    times: u32,
    is_in_branch: bool,
    /// The schemas by which it applies to the same value.
    through: Option<Rc<Through>>,
}

/// The location of a value.
#[derive(Debug, Clone)]
enum Place<'v> {
    Root,
    Property(&'v str, Rc<Self>),
    Item(usize, Rc<Self>),
}

impl Place<'_> {
    fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::root(),
            Self::Property(name, holder) => holder.pointer().join(name),
            Self::Item(index, holder) => holder.pointer().join(index),
        }
    }
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
    /// Counts. Returns whether the library may list every error.
    fn run(&mut self, key: SchemaKey, value: &Value) -> bool {
        let root = self.index.root_id(key);
        let first = Application { id: root, value, at: Place::Root, times: 1, is_in_branch: false, through: None };
        let mut open = vec![first];
        while let Some(next) = open.pop() {
            self.applied += 1;
            self.repeated += usize::from(next.times > MANY);
            self.count_names(&next);
            let is_too_much = self.repeated > MAX_REPEATED || self.applied > MAX_COUNTED || self.names > MAX_NAMES;
            if is_too_much || open.len() > MAX_WAITING {
                self.note_rest(&open);
                return false;
            }
            if !next.is_circular() {
                self.apply(&next, &mut open);
            }
        }
        true
    }

    /// Counts the names that a schema without further properties lists, each in a string.
    fn count_names(&mut self, application: &Application<'_>) {
        if let Some(members) = application.value.as_object().filter(|_| self.index.schema(application.id).is_closed) {
            self.names += members.keys().map(|name| size_of::<String>() + name.len()).sum::<usize>();
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
        let here = Rc::new(at.clone());
        let below = |id: SchemaId, value: &'v Value, at: Place<'v>| Application {
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
                    if open.len() > MAX_WAITING {
                        break;
                    }
                    let ids = info.items.iter().filter(|id| !self.is_leaf(**id, item));
                    let before = open.len();
                    open.extend(ids.map(|id| below(*id, item, Place::Item(index, here.clone()))));
                    self.count_leaves(info.items.len() - (open.len() - before), *times);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    if open.len() > MAX_WAITING {
                        break;
                    }
                    let place = || Place::Property(name, here.clone());
                    open.extend(info.property(name).map(|id| below(id, member, place())));
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
            self.compositions.push((application.at.pointer(), application.id));
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
