//! Judges the objects of a value by the schemas that they name for themselves, beside those that apply to them anyway.

use serde_json::{Map, Value};

use crate::contract::notation;
use crate::contract::refs::Refs;
use crate::contract::{Breach, Location};
use crate::difference::Difference;
use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::discriminator::Discriminator;
use super::documented::{Documented, Id};
use super::explain::{Explainer, below};
use super::walk::{self, Object};
use super::{SchemaKey, Schemas, Subject};

/// What the discriminators of one value say.
#[derive(Default)]
struct Chosen {
    /// Objects that name a schema: where they stand, and its number.
    named: Vec<(Pointer, SchemaKey)>,
    /// Objects that name one that is not known: where they stand, and the breach.
    unknown: Vec<(Pointer, Breach)>,
}

/// Adds to `breaches` what the objects in `value` break of the schemas that they name.
pub(super) fn judge(schemas: &Schemas, subject: Subject<'_>, value: &Value, breaches: &mut Vec<Breach>) {
    let chosen = chosen(&schemas.documented, subject, value);
    for (at, key) in chosen.named {
        let Some(mut object) = at.of(value).cloned() else { continue };
        let location = |within: Pointer| (subject.location)(at.concat(&within));
        let subject = Subject { key, location: &location, ..subject };
        let violations = schemas.violations(key, &mut object);
        for breach in Explainer::new(subject, &schemas.documented, &object).breaches(violations) {
            if !breaches.iter().any(|held| is_same(held, &breach)) {
                breaches.push(breach);
            }
        }
    }
    for (at, breach) in chosen.unknown {
        let location = (subject.location)(at);
        breaches.retain(|held| !is_of_choice(held, &location));
        breaches.push(breach);
    }
}

fn chosen(documented: &Documented, subject: Subject<'_>, value: &Value) -> Chosen {
    let mut chosen = Chosen::default();
    walk::objects(documented, &documented.root(subject.key), value, &mut |object| {
        for id in object.group {
            let Some(discriminator) = &documented.node(*id).says().discriminator else { continue };
            match discriminator.chosen(object.members) {
                Ok(None) => {}
                Ok(Some(named)) => {
                    let key = documented.key(named).filter(|_| !is_judged(documented, object.anyway, *id, named));
                    chosen.named.extend(key.map(|key| (object.at(), key)));
                }
                Err(tag) if is_listed(subject.refs, documented, (object, discriminator), tag) => {}
                Err(tag) => {
                    let breach = unknown(documented, subject, (*id, object), discriminator);
                    chosen.unknown.push((object.at(), Breach { near: near(discriminator, tag), ..breach }));
                }
            }
        }
    });
    chosen
}

/// Whether the schema `named` applies anyway, rather than as one branch among several of the schema `id`.
fn is_judged(documented: &Documented, anyway: &[Id], id: Id, named: Id) -> bool {
    named == id || (documented.node(id).says().alternatives.is_empty() && anyway.contains(&named))
}

/// Whether a schema of the naming member lists the name: then the branches tell by it which of them is meant, as in documents
/// whose names differ in case from those of the schemas.
fn is_listed(
    refs: Refs<'_>,
    documented: &Documented,
    (object, discriminator): (&Object<'_>, &Discriminator),
    tag: &str,
) -> bool {
    let own: Vec<Id> = documented.members(object.group, &discriminator.property).collect();
    documented.union(&own).iter().filter_map(|id| refs.value(&documented.node(*id).anchor)).any(|schema| {
        let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        listed.chain(schema.get("const")).any(|value| value == tag)
    })
}

fn unknown(
    documented: &Documented,
    subject: Subject<'_>,
    (id, object): (Id, &Object<'_>),
    discriminator: &Discriminator,
) -> Breach {
    let at = object.at().join(&discriminator.property);
    let names: Vec<String> = discriminator.named.keys().map(|name| notation::text(name.as_bytes())).collect();
    Breach {
        rule: subject.rule,
        keyword: "discriminator".to_owned(),
        location: (subject.location)(at),
        anchor: below(&documented.node(id).anchor, "discriminator"),
        expected: names.join(" | "),
        actual: value_of(object.members, discriminator),
        difference: Difference::UnknownDiscriminator,
        near: None,
        branch_of: None,
    }
}

fn value_of(members: &Map<String, Value>, discriminator: &Discriminator) -> Option<String> {
    members.get(&discriminator.property).map(notation::value)
}

fn near(discriminator: &Discriminator, tag: &str) -> Option<String> {
    nearest(tag, discriminator.named.keys().map(String::as_str)).map(str::to_owned)
}

fn is_same(a: &Breach, b: &Breach) -> bool {
    a.location == b.location && a.keyword == b.keyword && a.anchor == b.anchor
}

/// Whether a breach says which branch the object at `location` is no instance of, which its unknown name says better.
fn is_of_choice(breach: &Breach, location: &Location) -> bool {
    let is_choice = matches!(breach.keyword.as_str(), "oneOf" | "anyOf") && breach.location == *location;
    is_choice || breach.branch_of.as_ref().is_some_and(|of| of.location == *location)
}
