//! Index of the schemas of a contract: what each documents, through every `$ref` and branch. Built once, then walked alongside
//! values.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::contract::keyword::{self, Applies, Keyword};
use crate::contract::{Anchor, Direction, SchemaKey};
use crate::pointer::Pointer;

use super::discriminator::{Discriminator, SchemaId};
use super::schema_info::{IndexedSchema, OtherProperties};

/// Every schema that the roots reach.
#[derive(Debug)]
pub(super) struct SchemaIndex {
    schemas: Vec<IndexedSchema>,
    roots: Vec<SchemaId>,
    keys: HashMap<SchemaId, SchemaKey>,
    entries: Vec<Anchor>,
    patterns: Vec<(Anchor, String)>,
    name_patterns: Vec<(Anchor, String)>,
    has_directions: bool,
    has_discriminators: bool,
    null_note: &'static str,
    /// Every schema, sorted by location. Built on first use: only violations are looked up by location.
    by_location: OnceLock<Vec<SchemaId>>,
}

/// Input of an index.
pub(super) struct Contents {
    /// The requested schemas.
    pub roots: Vec<SchemaId>,
    /// Every schema, with its closure.
    pub schemas: Vec<IndexedSchema>,
    /// The locations of all roots and of all targets of references.
    pub entries: Vec<Anchor>,
    /// The location and value of every `pattern`.
    pub patterns: Vec<(Anchor, String)>,
    /// The location of every schema under `patternProperties`, and its pattern.
    pub name_patterns: Vec<(Anchor, String)>,
    /// The schemas of unevaluated properties and items.
    pub unevaluated: Vec<SchemaId>,
    /// Why null may be invalid next to `nullable: true`.
    pub null_note: &'static str,
}

impl SchemaIndex {
    /// Indexes `contents`. Schemas that discriminators select, recursive `oneOf` and `anyOf`, and the schemas of unevaluated properties and
    /// items become roots too, since values are validated against them alone.
    pub(super) fn new(contents: Contents) -> Self {
        let Contents { mut roots, schemas, entries, patterns, name_patterns, unevaluated, null_note } = contents;
        let discriminators = || schemas.iter().filter_map(|schema| schema.info().discriminator.as_deref());
        let has_discriminators = discriminators().next().is_some();
        let mut known: HashSet<SchemaId> = roots.iter().copied().collect();
        let named = discriminators().flat_map(|held| held.named.values().copied().chain(held.otherwise));
        roots.extend(named.filter(|id| known.insert(*id)));
        roots.extend(recursive_compositions(&schemas).into_iter().filter(|id| known.insert(*id)));
        roots.extend(unevaluated.into_iter().filter(|id| known.insert(*id)));
        let has_directions = schemas.iter().any(|schema| schema.info().excluded_from.is_some());
        let keys = roots.iter().enumerate().map(|(key, id)| (*id, SchemaKey(key))).collect();
        Self {
            schemas,
            roots,
            keys,
            entries,
            patterns,
            name_patterns,
            has_directions,
            has_discriminators,
            null_note,
            by_location: OnceLock::new(),
        }
    }

    /// The locations of all schemas, in no particular order.
    pub(super) fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        self.schemas.iter().map(|schema| &schema.anchor)
    }

    /// The schema that applies the most schemas to one value, and their number: one that is referred to twice counts twice.
    pub(super) fn most_applied(&self) -> Option<(&Anchor, u64)> {
        let counts = applied(&self.schemas);
        let most = (0..counts.len()).max_by_key(|id| counts[*id])?;
        Some((&self.schemas[most].anchor, counts[most]))
    }

    /// A schema that applies itself to the same value.
    pub(super) fn circular(&self) -> Option<&Anchor> {
        let leads_back = |(id, schema): &(SchemaId, &IndexedSchema)| {
            let mut parts = schema.info().parts.iter().chain(&schema.info().alternatives);
            parts.any(|part| self.schemas[*part].closure.contains(id))
        };
        self.schemas.iter().enumerate().find(leads_back).map(|(_, schema)| &schema.anchor)
    }

    /// The locations of all roots and of all targets of references.
    pub(super) fn entries(&self) -> &[Anchor] {
        &self.entries
    }

    /// The location and value of every `pattern`.
    pub(super) fn patterns(&self) -> &[(Anchor, String)] {
        &self.patterns
    }

    /// The location of every schema under `patternProperties`, and its pattern.
    pub(super) fn name_patterns(&self) -> &[(Anchor, String)] {
        &self.name_patterns
    }

    /// Whether any schema has `readOnly` or `writeOnly`.
    pub(super) fn has_directions(&self) -> bool {
        self.has_directions
    }

    /// Whether a schema of `group` allows null, and the schema at `anchor` is that schema or a part of it.
    pub(super) fn allows_null(&self, group: &[SchemaId], anchor: &Anchor) -> bool {
        let mut allowing = group.iter().filter(|id| self.schemas[**id].info().allows_null).peekable();
        if allowing.peek().is_none() {
            return false;
        }
        let part = self.at(anchor);
        part.is_some_and(|part| allowing.any(|id| self.schemas[*id].closure.contains(&part)))
    }

    /// Why null may be invalid next to `nullable: true`.
    pub(super) fn null_note(&self) -> &'static str {
        self.null_note
    }

    /// Whether any schema has a discriminator.
    pub(super) fn has_discriminators(&self) -> bool {
        self.has_discriminators
    }

    /// The locations of the schemas that values are validated against: the requested ones, then those that values select.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Anchor> {
        self.roots.iter().map(|id| &self.schemas[*id].anchor)
    }

    /// The key of a schema that values are validated against.
    pub(super) fn key(&self, id: SchemaId) -> Option<SchemaKey> {
        self.keys.get(&id).copied()
    }

    /// The discriminator of the schema at `anchor`.
    pub(super) fn discriminator(&self, anchor: &Anchor) -> Option<&Discriminator> {
        self.schemas[self.at(anchor)?].info().discriminator.as_deref()
    }

    /// The schema at `anchor`.
    pub(super) fn at(&self, anchor: &Anchor) -> Option<SchemaId> {
        let sorted = self.by_location.get_or_init(|| {
            let mut sorted: Vec<SchemaId> = (0..self.schemas.len()).collect();
            sorted.sort_unstable_by_key(|id| &self.schemas[*id].anchor);
            sorted
        });
        let found = sorted.binary_search_by_key(&anchor, |id| &self.schemas[*id].anchor);
        found.ok().map(|index| sorted[index])
    }

    /// Whether the schema that holds the keyword at `anchor` is itself, or is within, a conditional subschema. A token is a
    /// keyword only where the pointer before it leads to a schema: a property may be named `if`.
    pub(super) fn is_conditional(&self, anchor: &Anchor) -> bool {
        let mut schema = anchor.parent();
        while let Some(name) = schema.pointer.last() {
            let holder = schema.parent();
            let applies = keyword::find(&name).and_then(Keyword::applies);
            if applies.is_some_and(Applies::is_conditional) && self.at(&holder).is_some() {
                return true;
            }
            schema = holder;
        }
        false
    }

    /// `group` and the schemas that an object with these properties selects.
    pub(super) fn with_selected<'g>(
        &'g self,
        group: &'g [SchemaId],
        properties: &Map<String, Value>,
    ) -> Cow<'g, [SchemaId]> {
        if !self.has_discriminators {
            return Cow::Borrowed(group);
        }
        let selected = |id: &SchemaId| self.schemas[*id].info().discriminator.as_ref()?.selected(properties).ok()?;
        let selected: Vec<SchemaId> = group.iter().filter_map(selected).filter(|id| !group.contains(id)).collect();
        if selected.is_empty() { Cow::Borrowed(group) } else { self.union(&[group, &selected].concat()) }
    }

    /// The schema of that id.
    pub(super) fn schema(&self, id: SchemaId) -> &IndexedSchema {
        &self.schemas[id]
    }

    /// The schema of that key.
    pub(super) fn root_id(&self, key: SchemaKey) -> SchemaId {
        self.roots[key.0]
    }

    /// Whether the schema says what objects or arrays contain.
    pub(super) fn is_structured(&self, id: SchemaId) -> bool {
        is_structured(&self.schemas, id)
    }

    /// The schemas that apply to the whole value.
    pub(super) fn root(&self, key: SchemaKey) -> Cow<'_, [SchemaId]> {
        Cow::Borrowed(&self.schemas[self.roots[key.0]].closure)
    }

    /// The schemas that apply to the value at `at`.
    pub(super) fn group_at(&self, key: SchemaKey, at: &Pointer) -> Cow<'_, [SchemaId]> {
        at.tokens().fold(self.root(key), |group, token| {
            let mut next: Vec<SchemaId> = self.property(&group, &token).collect();
            if token.parse::<usize>().is_ok() {
                next.extend(self.items(&group));
            }
            self.union(&next)
        })
    }

    /// The schemas that `group` has for the property `name`.
    pub(super) fn property<'d>(&'d self, group: &'d [SchemaId], name: &'d str) -> impl Iterator<Item = SchemaId> + 'd {
        group.iter().flat_map(move |id| self.schemas[*id].info().property(name))
    }

    /// Whether `group` has any schema for the property `name`.
    pub(super) fn has_property(&self, group: &[SchemaId], name: &str) -> bool {
        group.iter().any(|id| self.schemas[*id].info().has_property(name))
    }

    /// The schemas that `group` has for items of any index.
    pub(super) fn items(&self, group: &[SchemaId]) -> Vec<SchemaId> {
        group.iter().flat_map(|id| self.schemas[*id].info().items.iter().copied()).collect()
    }

    /// The schemas that apply where each of `ids` applies.
    pub(super) fn union(&self, ids: &[SchemaId]) -> Cow<'_, [SchemaId]> {
        match ids {
            [] => Cow::Borrowed(&[]),
            [id] => Cow::Borrowed(&self.schemas[*id].closure),
            _ => {
                let mut all: Vec<SchemaId> =
                    ids.iter().flat_map(|id| self.schemas[*id].closure.iter().copied()).collect();
                all.sort_unstable();
                all.dedup();
                Cow::Owned(all)
            }
        }
    }

    /// Whether `group` documents any property: it says so, it names none at all, or one of its branches is any object.
    pub(super) fn is_free_form(&self, group: &[SchemaId]) -> bool {
        let infos = || group.iter().map(|id| self.schemas[*id].info());
        infos().any(|info| info.others == OtherProperties::Allowed)
            || !infos().any(|info| info.names_properties() || info.opaque.is_some())
            || infos().any(|info| info.alternatives.iter().any(|branch| self.is_any_object(*branch)))
    }

    /// A schema of `group` of which it is unknown what it documents, and why.
    pub(super) fn unknown(&self, group: &[SchemaId]) -> Option<(&Anchor, &'static str)> {
        group.iter().find_map(|id| {
            let (schema, info) = (&self.schemas[*id], self.schemas[*id].info());
            let has_unsupported = info.patterns.iter().any(|(pattern, _)| pattern.is_none());
            let why = has_unsupported.then_some("a property-name pattern that is not supported");
            Some((&schema.anchor, info.opaque.or(why)?))
        })
    }

    /// Every property name that `group` documents.
    pub(super) fn names<'d>(&'d self, group: &'d [SchemaId]) -> impl Iterator<Item = &'d str> {
        group.iter().flat_map(|id| self.schemas[*id].info().properties.iter().map(|(name, _)| name.as_str()))
    }

    /// The `readOnly` or `writeOnly` that excludes the property `name` of an object with the schemas `group` from messages in
    /// `direction`: the location of its schema, and the keyword. A property that some branch allows is allowed.
    pub(super) fn exclusion(
        &self,
        group: &[SchemaId],
        name: &str,
        direction: Direction,
    ) -> Option<(&Anchor, &'static str)> {
        let found = self.property(group, name).find_map(|id| self.excluded(id, direction))?;
        let branches = group.iter().flat_map(|id| &self.schemas[*id].info().alternatives);
        let possible: HashSet<SchemaId> = branches.flat_map(|id| self.schemas[*id].closure.iter().copied()).collect();
        if possible.is_empty() {
            return Some(found);
        }
        let (possible, certain): (Vec<SchemaId>, Vec<SchemaId>) = group.iter().partition(|id| possible.contains(id));
        let is_excluded = |id: SchemaId| self.excluded(id, direction).is_some();
        let always = self.property(&certain, name).any(is_excluded) || self.property(&possible, name).all(is_excluded);
        always.then_some(found)
    }

    /// Whether a property that the schema at `anchor` requires is excluded from messages in `direction`: by that schema, else
    /// by any of `group`, which apply to the same value.
    pub(super) fn is_not_required(
        &self,
        anchor: &Anchor,
        group: &[SchemaId],
        name: &str,
        direction: Direction,
    ) -> bool {
        let own = self.at(anchor).map_or(&[][..], |id| &self.schemas[id].closure);
        let declaring = if self.has_property(own, name) { own } else { group };
        self.property(declaring, name).any(|id| self.excluded(id, direction).is_some())
    }

    fn excluded(&self, id: SchemaId, direction: Direction) -> Option<(&Anchor, &'static str)> {
        self.schemas[id].closure.iter().find_map(|id| {
            let (excluded, keyword) = self.schemas[*id].info().excluded_from?;
            (excluded == direction).then_some((&self.schemas[*id].anchor, keyword))
        })
    }

    fn is_any_object(&self, branch: SchemaId) -> bool {
        let mut schemas = self.schemas[branch].closure.iter().map(|id| &self.schemas[*id]);
        schemas.all(|schema| schema.is_unrestricted && !schema.info().names_properties())
    }
}

/// The schemas with several branches of objects or arrays that may contain themselves: for each level of a value, such branches
/// multiply what they apply.
fn recursive_compositions(schemas: &[IndexedSchema]) -> Vec<SchemaId> {
    let mut users: Vec<Vec<SchemaId>> = vec![Vec::new(); schemas.len()];
    let mut open: Vec<usize> = vec![0; schemas.len()];
    for (id, schema) in schemas.iter().enumerate() {
        for used in schema.info().used() {
            users[used].push(id);
            open[id] += 1;
        }
    }
    // What only uses schemas that end, ends; the rest leads to a cycle.
    let mut ending: Vec<SchemaId> = (0..schemas.len()).filter(|id| open[*id] == 0).collect();
    while let Some(id) = ending.pop() {
        for user in &users[id] {
            open[*user] -= 1;
            ending.extend((open[*user] == 0).then_some(*user));
        }
    }
    let is_composition = |id: &SchemaId| {
        let alternatives = &schemas[*id].info().alternatives;
        alternatives.iter().filter(|branch| is_structured(schemas, **branch)).count() > 1
    };
    (0..schemas.len()).filter(|id| open[*id] > 0).filter(is_composition).collect()
}

fn is_structured(schemas: &[IndexedSchema], id: SchemaId) -> bool {
    let mut infos = schemas[id].closure.iter().map(|id| schemas[*id].info());
    infos.any(|info| info.names_properties() || !info.items.is_empty())
}

/// How many schemas each schema applies to one value, itself included.
fn applied(schemas: &[IndexedSchema]) -> Vec<u64> {
    // None: not visited. Those that are being counted count for nothing.
    let mut counts: Vec<Option<u64>> = vec![None; schemas.len()];
    let parts = |id: SchemaId| {
        let info = schemas[id].info();
        info.parts.iter().chain(&info.alternatives).copied()
    };
    for start in 0..schemas.len() {
        let mut open = vec![start];
        while let Some(id) = open.last().copied() {
            if counts[id].is_none() {
                counts[id] = Some(0);
                open.extend(parts(id).filter(|part| counts[*part].is_none()));
            } else {
                let below = parts(id).map(|part| counts[part].unwrap_or_default());
                counts[id] = counts[id].map(|own| own.max(below.fold(1, u64::saturating_add)));
                open.pop();
            }
        }
    }
    counts.into_iter().map(Option::unwrap_or_default).collect()
}
