//! `required-undeclared`: a name in `required` that no schema of the same object declares.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contract::Anchor;
use crate::suggestion::nearest;

use super::group::Group;
use super::parts::Parts;
use super::report::Report;

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let mut names = Names::default();
    for schema in parts.values() {
        names.take(&Group::of_some(report.contract, schema));
    }
    let Names { missing, declared } = names;
    for (at, (name, near)) in missing.into_iter().filter(|(at, _)| !declared.contains(at)) {
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it under `properties`".to_owned(),
        };
        let message = format!("`{name}` is required, but no property of that name is declared: any value will do");
        report.warn(&at, "required-undeclared", message, help);
    }
}

/// The names in every `required`: a schema may be part of several objects, of which only one need declare them.
#[derive(Default)]
struct Names<'d> {
    missing: BTreeMap<Anchor, (&'d str, Option<&'d str>)>,
    declared: BTreeSet<Anchor>,
}

impl<'d> Names<'d> {
    fn take(&mut self, group: &Group<'d>) {
        let required = || group.members.iter().filter_map(|node| node.get("required"));
        if required().next().is_none() {
            return;
        }
        let properties = group.members.iter().filter_map(|node| node.value.get("properties")?.as_object());
        let known: BTreeSet<&str> = properties.flat_map(|held| held.keys().map(String::as_str)).collect();
        let is_open = !group.is_whole || group.members.iter().any(|node| covers_names(node.value));
        for name in required().flat_map(|list| list.items().collect::<Vec<_>>()) {
            let Some(text) = name.value.as_str() else { continue };
            if is_open || known.contains(text) {
                self.declared.insert(name.anchor());
            } else {
                // A name of two letters is near to any other.
                let near = nearest(text, known.iter().copied()).filter(|_| text.len() > 2);
                self.missing.insert(name.anchor(), (text, near));
            }
        }
    }
}

/// Whether a schema says something about members that it does not name.
fn covers_names(schema: &Value) -> bool {
    let rest =
        ["additionalProperties", "unevaluatedProperties"].iter().filter_map(|name| schema.get(name)?.as_object());
    schema.get("patternProperties").is_some() || rest.into_iter().any(|rest| !rest.is_empty())
}
