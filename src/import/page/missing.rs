//! What a page refers to and does not hold: components of other pages. An overlay adds them as assumptions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// Actions of an overlay that add what is missing in `root`.
pub(super) fn actions(root: &Map<String, Value>, notes: &mut Vec<Problem>) -> Vec<Value> {
    let held = |kind: &str, name: &str| {
        root.get("components").and_then(|held| held.get(kind)).is_some_and(|held| held.get(name).is_some())
    };
    let mut added: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (kind, name) in references(root).into_iter().filter(|(kind, name)| !held(kind, name)) {
        // Nothing is known of it, so it allows everything; other kinds have properties that must be there.
        if kind == "schemas" {
            notes.push(
                Problem::new(format!("{kind}/{name} is on none of the pages: any value is allowed")).as_warning(),
            );
            added.entry("schemas").or_default().insert(name, json!({}));
        }
    }
    for name in schemes(root).into_iter().filter(|name| !held("securitySchemes", name)) {
        let scheme = if name.to_lowercase().contains("basic") { "basic" } else { "bearer" };
        let message =
            format!("securitySchemes/{name} is on none of the pages: assumed to be HTTP {scheme} authentication");
        notes.push(Problem::new(message).as_warning());
        added.entry("securitySchemes").or_default().insert(name, json!({ "type": "http", "scheme": scheme }));
    }
    match added.is_empty() {
        true => Vec::new(),
        false => vec![json!({
            "target": "$",
            "description": "Assumption: the pages refer to these and do not describe them.",
            "update": { "components": added }
        })],
    }
}

/// Kind and name of the components that are referred to.
fn references(root: &Map<String, Value>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<_> = root.values().collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                let named =
                    reference.and_then(|text| text.strip_prefix("#/components/")).and_then(|text| text.split_once('/'));
                found.extend(
                    named
                        .filter(|(_, name)| !name.contains('/'))
                        .map(|(kind, name)| (kind.to_owned(), unescaped(name))),
                );
                // What is in an example is no reference.
                waiting.extend(
                    members
                        .iter()
                        .filter(|(name, _)| *name != "example" && *name != "examples")
                        .map(|(_, value)| value),
                );
            }
            _ => {}
        }
    }
    found
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// Names of the security schemes that are required.
fn schemes(root: &Map<String, Value>) -> BTreeSet<String> {
    let items = root.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let operations = items.filter_map(Value::as_object).flat_map(Map::values);
    let security = operations.filter_map(|operation| operation.get("security")).chain(root.get("security"));
    let requirements = security.filter_map(Value::as_array).flatten().filter_map(Value::as_object);
    requirements.flat_map(|requirement| requirement.keys().cloned()).collect()
}
