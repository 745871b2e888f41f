//! `required-undeclared`: a name in `required` that no schema of the same object declares.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::Anchor;
use crate::contract::keyword::{self, Applies, Keyword};
use crate::contract::schema::{Applicable, SchemaView};
use crate::rules;
use crate::suggestion::nearest;

use super::objects::DocumentObjects;
use super::report::Report;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    let mut names = Names::default();
    for schema in objects.values() {
        names.take(&Applicable::possibly(&schema, report.contract.openapi));
    }
    let Names { missing, declared } = names;
    for (at, (name, near)) in missing.into_iter().filter(|(at, _)| !declared.contains(at)) {
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it under `properties`".to_owned(),
        };
        let message = format!("`{name}` is required, but not declared as a property: any value is accepted");
        report.warn(&at, rules::REQUIRED_UNDECLARED, message, help);
    }
}

/// Names of all `required` lists. A schema may be part of several objects, and it is enough that one of them declares the name.
#[derive(Default)]
struct Names<'d> {
    missing: BTreeMap<Anchor, (&'d str, Option<&'d str>)>,
    declared: BTreeSet<Anchor>,
}

impl<'d> Names<'d> {
    fn take(&mut self, group: &Applicable<'d>) {
        if !group.schemas.iter().any(|schema| schema.has("required")) {
            return;
        }
        let properties = group.schemas.iter().filter_map(|schema| schema.map("properties"));
        let known: BTreeSet<&str> = properties.flat_map(|held| held.keys().map(String::as_str)).collect();
        let is_open = !group.is_complete || group.schemas.iter().any(covers_names);
        for name in group.schemas.iter().flat_map(|schema| schema.branches("required")) {
            let Some(text) = name.value().as_str() else { continue };
            if is_open || known.contains(text) {
                self.declared.insert(name.anchor().clone());
            } else {
                // Names of one or two letters resemble any other.
                let near = nearest(text, known.iter().copied()).filter(|_| text.len() > 2);
                self.missing.insert(name.anchor().clone(), (text, near));
            }
        }
    }
}

/// Whether a schema covers properties that it does not name.
fn covers_names(schema: &SchemaView<'_>) -> bool {
    let is_for_others = |keyword: &&Keyword| keyword.applies() == Some(Applies::ToOtherProperties);
    let mut others = keyword::applicators().filter(is_for_others).filter_map(|keyword| schema.map(keyword.name));
    schema.has("patternProperties") || others.any(|schema| !schema.is_empty())
}
