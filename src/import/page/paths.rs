//! The path items of several pages as one.

use serde_json::{Map, Value, json};

use crate::contract::lint::OPERATIONS;
use crate::contract::refs::reference;
use crate::document::End;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::page_document::PageDocument;
use super::servers;

/// Maximum number of references from one to the next.
const MAX_REFERENCES: usize = 10;

/// Moves the path items of `next` to `merged`. Returns the operations that differ.
pub(super) fn add_paths(merged: &mut PageDocument, next: &mut PageDocument) -> Vec<Problem> {
    let (first, second) = (merged.place(), next.place());
    let mut problems = Vec::new();
    let Some(Value::Object(added)) = next.root.as_object_mut().and_then(|root| root.remove("paths")) else {
        return problems;
    };
    let Value::Object(mut paths) = merged.root.get_mut("paths").map(Value::take).unwrap_or_else(|| json!({})) else {
        return problems;
    };
    for (path, mut item) in added {
        let held = paths.entry(path.clone()).or_insert_with(|| json!({}));
        if held.as_object().is_some_and(|held| !held.is_empty()) {
            own_fields(held, &merged.root, &mut item, &next.root);
        }
        let (Value::Object(held), Value::Object(item)) = (held, item) else { continue };
        for (member, value) in item {
            let Some(same) = held.get_mut(&member) else {
                held.insert(member, value);
                continue;
            };
            // Texts do not change what the operations mean.
            let is_text = matches!(member.as_str(), "summary" | "description") || member.starts_with("x-");
            let is_operation = OPERATIONS.contains(&&*member);
            if *same != value && !is_text && !(is_operation && add_servers(same, &value)) {
                let message = format!("{} {path} of {second} differs from that of {first}", member.to_uppercase());
                let at = next.snippet(&Pointer::root().join("paths").join(&path).join(&member), End::Key);
                problems.push(Problem::new(message).at(at).help("import one of the two pages"));
            }
        }
    }
    if let Some(root) = merged.root.as_object_mut() {
        root.insert("paths".to_owned(), paths.into());
    }
    problems
}

/// Adds the servers of an operation that differs in nothing else. Returns whether that is so.
fn add_servers(held: &mut Value, other: &Value) -> bool {
    let without = |operation: &Value| {
        let mut operation = operation.clone();
        let servers = operation.as_object_mut().and_then(|operation| operation.remove("servers"));
        (operation, servers)
    };
    let ((a, _), (b, more)) = (without(held), without(other));
    if a == b
        && let (Value::Object(held), Some(more)) = (held, more)
    {
        servers::add(held.entry("servers").or_insert_with(|| json!([])), &more);
    }
    a == b
}

/// Writes parameters and servers of path items to their operations if those of the other item are others.
fn own_fields(held: &mut Value, held_root: &Value, item: &mut Value, root: &Value) {
    let (Value::Object(held), Value::Object(item)) = (held, item) else { return };
    if held.get("parameters") != item.get("parameters") {
        own_parameters(held, held_root);
        own_parameters(item, root);
    }
    if held.get("servers") != item.get("servers") {
        own_servers(held);
        own_servers(item);
    }
}

fn own_servers(item: &mut Map<String, Value>) {
    let Some(servers) = item.remove("servers") else { return };
    for operation in servers::operations(item) {
        operation.entry("servers").or_insert_with(|| servers.clone());
    }
}

/// The parameters of an operation replace those of its path item with the same name and location.
fn own_parameters(item: &mut Map<String, Value>, root: &Value) {
    let Some(Value::Array(shared)) = item.remove("parameters") else { return };
    for operation in servers::operations(item) {
        let Value::Array(own) = operation.entry("parameters").or_insert_with(|| json!([])) else { continue };
        let is_own = |parameter: &Value| own.iter().any(|own| identity(own, root) == identity(parameter, root));
        let more: Vec<_> = shared.iter().filter(|parameter| !is_own(parameter)).cloned().collect();
        // At the end: assumptions refer to parameters by their position.
        own.extend(more);
    }
}

/// Name and location of a parameter.
fn identity<'v>(parameter: &'v Value, root: &'v Value) -> (Option<&'v Value>, Option<&'v Value>) {
    let mut parameter = parameter;
    for _ in 0..MAX_REFERENCES {
        let target = reference(parameter).and_then(|reference| root.pointer(reference.strip_prefix('#')?));
        let Some(target) = target else { break };
        parameter = target;
    }
    (parameter.get("name"), parameter.get("in"))
}
