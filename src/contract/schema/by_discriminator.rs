//! Validates objects against the schema selected by their discriminator, in addition to the declared schema. The result is advice:
//! the declared schema alone decides whether a value conforms, but clients choose the type of an object by its discriminator.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::contract::refs::Refs;
use crate::contract::value_summary;
use crate::contract::{Breach, Rule, SchemaKey};
use crate::difference::Difference;
use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::compiled::Compiled;
use super::discriminator::{Discriminator, SchemaId};
use super::explain::Explainer;
use super::index::SchemaIndex;
use super::listing;
use super::subject::{MAX_VIOLATIONS, Subject};
use super::walk::{self, Object};

/// The schemas that the objects in one value select.
#[derive(Default)]
struct Selections {
    /// The location of each object that selects a schema, and the schema.
    selected: Vec<(Pointer, SchemaKey)>,
    /// A breach for each object whose discriminator has an unknown value.
    unknown: Vec<Breach>,
}

/// Returns what the objects in `value` violate of the schemas that they select, and the discriminators that select none. A breach
/// of `known` is not repeated.
pub(super) fn breaches(
    compiled: &Compiled,
    index: &SchemaIndex,
    subject: Subject<'_>,
    value: &Value,
    known: &[Breach],
) -> Vec<Breach> {
    let subject = Subject { rule: Rule::Discriminator, ..subject };
    let Selections { selected, unknown } = selections(index, subject, value);
    let mut breaches: Vec<Breach> = unknown;
    for (at, key) in selected {
        let Some(mut object) = at.of(value).cloned().filter(|_| breaches.len() < MAX_VIOLATIONS) else { continue };
        let location = |within: Pointer| (subject.location)(at.concat(&within));
        let subject = Subject { key, location: &location, ..subject };
        let (violations, _) = listing::violations((compiled, index), subject.refs, key, &mut object);
        for breach in Explainer::new(subject, index, &object).breaches(violations) {
            if !known.iter().chain(&breaches).any(|held| is_same(held, &breach)) {
                breaches.push(breach);
            }
        }
    }
    breaches
}

fn selections(index: &SchemaIndex, subject: Subject<'_>, value: &Value) -> Selections {
    let mut selections = Selections::default();
    walk::objects(index, &index.root(subject.key), value, &mut |object| {
        let (mut known, mut unknown) = (HashSet::new(), BTreeMap::new());
        for id in object.group {
            let Some(discriminator) = &index.schema(*id).info().discriminator else { continue };
            match discriminator.selected(object.members) {
                Ok(None) => {}
                Ok(Some(selected)) => {
                    known.insert(&discriminator.property);
                    let key = index.key(selected).filter(|_| !is_declared(index, object.declared, *id, selected));
                    selections.selected.extend(key.map(|key| (object.at(), key)));
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
