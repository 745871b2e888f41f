//! Validates objects against the schema selected by their discriminator, in addition to the declared schema. The result is advice:
//! the declared schema alone decides whether a value conforms, but clients choose the type of an object by its discriminator.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::contract::refs::Refs;
use crate::contract::value_summary;
use crate::contract::{Breach, NotChecked, Rule, SchemaKey};
use crate::difference::Difference;
use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::compiled::Compiled;
use super::discriminator::{Discriminator, SchemaId};
use super::explain::Explainer;
use super::index::SchemaIndex;
use super::listing::{self, Extent};
use super::subject::{MAX_TEXTS, MAX_VIOLATIONS, Subject};
use super::walk::{self, Object};

/// Maximum size of the locations of objects that select a schema, in bytes.
const MAX_LOCATIONS: usize = 4_000_000;

/// The schemas that the objects in one value select.
#[derive(Default)]
struct Selections {
    /// The location of each object that selects a schema, and the schema.
    selected: Vec<(Pointer, SchemaKey)>,
    /// The size of these locations, in bytes.
    locations: usize,
    /// Whether others are left out.
    is_cut: bool,
    /// A breach for each object whose discriminator has an unknown value.
    unknown: Vec<Breach>,
    /// The first object that selects a schema that does not exist.
    unresolved: Option<Pointer>,
}

/// Violations of the schemas that discriminators select.
pub(super) struct Advice {
    /// The violations, and the discriminators that select no schema.
    pub breaches: Vec<Breach>,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
    /// Whether breaches are left out.
    pub is_cut: bool,
}

/// Returns what the objects in `value` violate of the schemas that they select. A breach of `known` is not repeated.
pub(super) fn breaches(
    compiled: &Compiled,
    index: &SchemaIndex,
    subject: Subject<'_>,
    value: &Value,
    known: &[Breach],
) -> Advice {
    let subject = Subject { rule: Rule::Discriminator, ..subject };
    let Selections { selected, mut is_cut, unknown, unresolved, .. } = selections(index, subject, value);
    let unresolved = unresolved.map(|at| {
        let reason = format!("{} selects a schema that does not exist", (subject.location)(at));
        NotChecked { rule: subject.rule, reason }
    });
    let (mut breaches, mut not_checked) = (unknown, Vec::from_iter(unresolved));
    let mut texts: usize = breaches.iter().map(Breach::size).sum();
    for (at, key) in selected {
        if breaches.len() >= MAX_VIOLATIONS || texts >= MAX_TEXTS {
            is_cut = true;
            break;
        }
        let Some(object) = at.of(value) else { continue };
        let location = |within: Pointer| (subject.location)(at.concat(&within));
        let subject = Subject { key, location: &location, ..subject };
        let (violations, extent) = listing::violations((compiled, index), subject.refs, key, object);
        let mut explainer = Explainer::new(subject, index, object);
        let found = explainer.breaches(violations);
        is_cut |= extent != Extent::All || explainer.is_cut;
        for one in explainer.not_checked {
            if not_checked.len() < MAX_VIOLATIONS && !not_checked.contains(&one) {
                not_checked.push(one);
            }
        }
        for breach in found {
            if !known.iter().chain(&breaches).any(|held| is_same(held, &breach)) {
                texts += breach.size();
                breaches.push(breach);
            }
        }
    }
    Advice { breaches, not_checked, is_cut }
}

impl Selections {
    fn select(&mut self, at: Pointer, key: SchemaKey) {
        self.locations += size_of::<Pointer>() + at.as_str().len();
        self.selected.push((at, key));
    }
}

fn selections(index: &SchemaIndex, subject: Subject<'_>, value: &Value) -> Selections {
    let mut selections = Selections::default();
    walk::objects(index, &index.root(subject.key), value, &mut |object| {
        let (mut known, mut unknown) = (HashSet::new(), BTreeMap::new());
        for id in object.group {
            let Some(discriminator) = &index.schema(*id).info().discriminator else { continue };
            match discriminator.selected(object.members) {
                Ok(None) => {
                    let tag = object.members.get(&discriminator.property).and_then(Value::as_str);
                    if tag.is_some_and(|tag| discriminator.unresolved.contains(tag)) {
                        known.insert(&discriminator.property);
                        selections.unresolved.get_or_insert_with(|| object.at().join(&discriminator.property));
                    }
                }
                Ok(Some(selected)) => {
                    known.insert(&discriminator.property);
                    let key = index.key(selected).filter(|_| !is_declared(index, object.declared, *id, selected));
                    match key {
                        Some(_) if selections.locations > MAX_LOCATIONS => selections.is_cut = true,
                        Some(key) => selections.select(object.at(), key),
                        None => {}
                    }
                }
                Err(_) => unknown.entry(&discriminator.property).or_insert_with(Vec::new).push((*id, &**discriminator)),
            }
        }
        for (property, discriminators) in unknown {
            // Nested unions share a property: what one of them knows is known, and what none knows is one fault.
            let is_full = selections.unknown.len() >= MAX_VIOLATIONS;
            if !is_full && !known.contains(property) && !is_listed(subject.refs, index, object, property) {
                selections.unknown.extend(unknown_name(index, subject, object, &discriminators));
            }
        }
    });
    selections
}

/// Whether the schema `selected` applies without the discriminator of `id`, and not as one of several branches.
fn is_declared(index: &SchemaIndex, declared: &[SchemaId], id: SchemaId, selected: SchemaId) -> bool {
    selected == id || (index.schema(id).info().alternatives.is_empty() && declared.contains(&selected))
}

/// Whether a schema of the discriminating property lists the name. The branches then decide by it, as in documents whose names
/// differ in case from those of the schemas.
fn is_listed(refs: Refs<'_>, index: &SchemaIndex, object: &Object<'_>, property: &str) -> bool {
    let tag = object.members.get(property);
    let own: Vec<SchemaId> = index.property(object.group, property).collect();
    index.union(&own).iter().filter_map(|id| refs.value(&index.schema(*id).anchor)).any(|schema| {
        let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        listed.chain(schema.get("const")).any(|value| Some(value) == tag)
    })
}

/// The breach that no discriminator of the property knows its value.
fn unknown_name(
    index: &SchemaIndex,
    subject: Subject<'_>,
    object: &Object<'_>,
    discriminators: &[(SchemaId, &Discriminator)],
) -> Option<Breach> {
    let (id, Discriminator { property, .. }) = discriminators.first()?;
    let tag = object.members.get(property)?;
    let names: BTreeSet<&str> =
        discriminators.iter().flat_map(|(_, one)| one.named.keys().map(String::as_str)).collect();
    let expected: Vec<String> = names.iter().map(|name| value_summary::text(name.as_bytes())).collect();
    Some(Breach {
        rule: subject.rule,
        keyword: "discriminator".to_owned(),
        location: (subject.location)(object.at().join(property)),
        anchor: index.schema(*id).anchor.member("discriminator"),
        expected: expected.join(" | "),
        actual: Some(value_summary::json(tag)),
        difference: Difference::UnknownDiscriminator,
        near: nearest(tag.as_str()?, names.iter().copied()).map(str::to_owned),
        branch_of: None,
    })
}

fn is_same(a: &Breach, b: &Breach) -> bool {
    a.location == b.location && a.keyword == b.keyword && a.anchor == b.anchor
}
