//! Validates objects against the schema selected by their discriminator, in addition to the declared schema. The result is advice:
//! the declared schema alone decides whether a value conforms, but clients choose the type of an object by its discriminator.

use serde_json::{Map, Value};

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
        for id in object.group {
            let Some(discriminator) = &index.schema(*id).info().discriminator else { continue };
            match discriminator.selected(object.members) {
                Ok(None) => {}
                Ok(Some(selected)) => {
                    let key = index.key(selected).filter(|_| !is_declared(index, object.declared, *id, selected));
                    selections.selected.extend(key.map(|key| (object.at(), key)));
                }
                Err(_) if selections.unknown.len() >= MAX_VIOLATIONS => {}
                Err(tag) if is_listed(subject.refs, index, (object, discriminator), tag) => {}
                Err(tag) => {
                    let breach = unknown(index, subject, (*id, object), discriminator);
                    selections.unknown.push(Breach { near: near(discriminator, tag), ..breach });
                }
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
fn is_listed(
    refs: Refs<'_>,
    index: &SchemaIndex,
    (object, discriminator): (&Object<'_>, &Discriminator),
    tag: &str,
) -> bool {
    let own: Vec<SchemaId> = index.property(object.group, &discriminator.property).collect();
    index.union(&own).iter().filter_map(|id| refs.value(&index.schema(*id).anchor)).any(|schema| {
        let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        listed.chain(schema.get("const")).any(|value| value == tag)
    })
}

fn unknown(
    index: &SchemaIndex,
    subject: Subject<'_>,
    (id, object): (SchemaId, &Object<'_>),
    discriminator: &Discriminator,
) -> Breach {
    let at = object.at().join(&discriminator.property);
    let names: Vec<String> = discriminator.named.keys().map(|name| value_summary::text(name.as_bytes())).collect();
    Breach {
        rule: subject.rule,
        keyword: "discriminator".to_owned(),
        location: (subject.location)(at),
        anchor: index.schema(id).anchor.member("discriminator"),
        expected: names.join(" | "),
        actual: value_of(object.members, discriminator),
        difference: Difference::UnknownDiscriminator,
        near: None,
        branch_of: None,
    }
}

fn value_of(properties: &Map<String, Value>, discriminator: &Discriminator) -> Option<String> {
    properties.get(&discriminator.property).map(value_summary::json)
}

fn near(discriminator: &Discriminator, tag: &str) -> Option<String> {
    nearest(tag, discriminator.named.keys().map(String::as_str)).map(str::to_owned)
}

fn is_same(a: &Breach, b: &Breach) -> bool {
    a.location == b.location && a.keyword == b.keyword && a.anchor == b.anchor
}
