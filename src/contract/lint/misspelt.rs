//! `misspelt-keyword`: a name in a schema that resembles a keyword but is none, and so has no effect.

use serde_json::Value;

use crate::contract::Anchor;
use crate::contract::keyword;
use crate::contract::refs::Refs;
use crate::pointer::Pointer;
use crate::rules;
use crate::suggestion::nearest;

use super::grammar::ObjectKind;
use super::objects::DocumentObjects;
use super::report::Report;
use super::role::SchemaRole;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    for (anchor, name, near) in names(objects) {
        report.warn(&anchor, rules::MISSPELT_KEYWORD, message(name), format!("did you mean `{near}`?"));
    }
}

/// Returns the misspelt keywords of a standalone schema with their locations.
pub(in crate::contract) fn in_schema(refs: Refs<'_>, schema: &Value) -> Vec<(Pointer, String)> {
    let objects = DocumentObjects::from_value(refs, ObjectKind::Schema(SchemaRole::Value), schema);
    let problem = |(anchor, name, near): (Anchor, &str, &str)| {
        (anchor.pointer, format!("{}; did you mean `{near}`?", message(name)))
    };
    names(&objects).map(problem).collect()
}

/// The misspelt names, each with its location and the keyword that it resembles.
fn names<'d>(objects: &DocumentObjects<'d>) -> impl Iterator<Item = (Anchor, &'d str, &'static str)> {
    objects.schemas().flat_map(|schema| {
        let names = schema.keywords().map(|(name, _)| name);
        let others = names.filter(|name| !name.starts_with("x-") && keyword::find(name).is_none());
        let found = others.filter_map(|name| Some((schema.location(name), name, near(name)?)));
        found.collect::<Vec<_>>()
    })
}

fn near(name: &str) -> Option<&'static str> {
    let near = nearest(name, keyword::all().map(|keyword| keyword.name))?;
    // Short words resemble too many keywords; of three letters, only those that lack one of a longer keyword are suspect.
    (name.len() > 3 || name.len() == 3 && near.len() > 3).then_some(near)
}

fn message(name: &str) -> String {
    format!("`{name}` is not a schema keyword and has no effect")
}
