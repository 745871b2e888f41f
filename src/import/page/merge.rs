//! Several documents as one: pages of the same API repeat its servers and schemas, and hold an operation each.
//!
//! Nothing is lost, and nothing changes its meaning: a component that differs from one of the same name gets a new name, and security and
//! servers of a document become those of its operations where the documents differ. Problems are only documents of different versions,
//! and an operation that two pages describe differently.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::contract::lint::{ObjectKind, all_objects};
use crate::contract::version::OasVersion;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::page_document::PageDocument;
use super::paths::add_paths;
use super::references::{components, fragment, references};
use super::rename::rename_components;
use super::servers;

/// Merges documents into the first of them. Changes are noted.
pub(super) fn merge(documents: Vec<PageDocument>, notes: &mut Vec<Problem>) -> Result<Value, Vec<Problem>> {
    let mut problems = other_dialects(&documents);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut taken: BTreeSet<_> = documents.iter().flat_map(|held| references(&held.root)).map(|held| held.to).collect();
    taken.extend(documents.iter().flat_map(|held| components(&held.root)).map(|(component, _)| component));
    let mut documents = documents.into_iter();
    let Some(mut merged) = documents.next() else { return Ok(json!({})) };
    for mut next in documents {
        keep_version(&mut merged, &next, notes);
        rename_components(&merged, &mut next, &mut taken, notes);
        remove_known_ids(&merged, &mut next, notes);
        if merged.root.get("security") != next.root.get("security") {
            own_security(&mut merged.root);
            own_security(&mut next.root);
        }
        servers::keep_own(&merged.root, &mut next.root);
        problems.extend(add_paths(&mut merged, &mut next));
        if let (Value::Object(held), Value::Object(more)) = (&mut merged.root, next.root) {
            add(held, more, notes, &next.page);
        }
    }
    if problems.is_empty() { Ok(merged.root) } else { Err(problems) }
}

/// The documents that are read by other rules than the first: of another version, or with schemas of another dialect.
fn other_dialects(documents: &[PageDocument]) -> Vec<Problem> {
    let Some((first, others)) = documents.split_first() else { return Vec::new() };
    let mut problems = Vec::new();
    for other in others {
        let dialect = |held: &PageDocument| held.root.get("jsonSchemaDialect").cloned();
        let message = match (first.version(), other.version()) {
            (Some(a), Some(b)) if a.minor() != b.minor() => {
                format!("expected OpenAPI {} as at {}, got {}", first.openapi(), first.place(), other.openapi())
            }
            _ if dialect(first) != dialect(other) => {
                format!("the jsonSchemaDialect of {} differs from that of {}", other.place(), first.place())
            }
            _ => continue,
        };
        let help = "their schemas differ in meaning: import the pages of each version with their own --spec FILE";
        problems.push(Problem::new(message).rule(rules::OPENAPI_VERSION).at(other.at.clone()).help(help));
    }
    problems
}

/// Keeps the lowest version. Up to 3.0.2 it permits more values of schemas with `nullable`, so no target is blamed for one of them.
fn keep_version(merged: &mut PageDocument, next: &PageDocument, notes: &mut Vec<Problem>) {
    let (Some(held), Some(other)) = (merged.version(), next.version()) else { return };
    let is_other = |read: &dyn Fn(OasVersion) -> bool| read(held) != read(other);
    if is_other(&OasVersion::nullable_needs_type) || is_other(&|version| version.label_separator() == '.') {
        let lowest = if held < other { merged.openapi() } else { next.openapi() };
        let message = format!(
            "{} is OpenAPI {}, and {} is {}: the document is {lowest}",
            next.place(),
            next.openapi(),
            merged.place(),
            merged.openapi()
        );
        notes.push(Problem::new(message).at(next.at.clone()).as_warning());
    }
    if other < held {
        merged.root["openapi"] = next.openapi().into();
    }
}

/// Removes operation ids of `next` that other operations have, and refers to its operations by their paths instead.
fn remove_known_ids(merged: &PageDocument, next: &mut PageDocument, notes: &mut Vec<Problem>) {
    let held: BTreeMap<String, Pointer> = operation_ids(&merged.root).collect();
    let known: BTreeMap<String, Pointer> =
        operation_ids(&next.root).filter(|(id, at)| held.get(id).is_some_and(|other| other != at)).collect();
    if known.is_empty() {
        return;
    }
    for (kind, at) in all_objects(&next.root) {
        let Some(Value::Object(object)) = next.root.pointer_mut(at.as_str()) else { continue };
        let Some(id) = object.get("operationId").and_then(Value::as_str).map(str::to_owned) else { continue };
        match (kind, known.get(&id)) {
            (ObjectKind::Link, Some(operation)) => {
                object.remove("operationId");
                object.insert("operationRef".to_owned(), fragment(operation).into());
            }
            (ObjectKind::Operation, Some(operation)) if *operation == at => {
                object.remove("operationId");
                let message = format!(
                    "the operationId {id} of {} is that of another operation of {}, and is left out",
                    next.place(),
                    merged.place()
                );
                notes.push(Problem::new(message).as_warning());
            }
            _ => {}
        }
    }
}

/// The operation ids of a document, with the locations of their operations.
fn operation_ids(root: &Value) -> impl Iterator<Item = (String, Pointer)> {
    let operations = all_objects(root).into_iter().filter(|(kind, _)| *kind == ObjectKind::Operation);
    operations.filter_map(|(_, at)| Some((at.of(root)?.get("operationId")?.as_str()?.to_owned(), at)))
}

/// Writes the security of the document to its operations that have none of their own.
fn own_security(root: &mut Value) {
    let Some(security) = root.as_object_mut().and_then(|root| root.remove("security")) else { return };
    for (_, at) in all_objects(root).into_iter().filter(|(kind, _)| *kind == ObjectKind::Operation) {
        if let Some(Value::Object(operation)) = root.pointer_mut(at.as_str()) {
            operation.entry("security").or_insert_with(|| security.clone());
        }
    }
}

/// Adds what `merged` does not have: members of objects, elements of lists. The rest is kept as it is in the first document.
fn add(merged: &mut Map<String, Value>, next: Map<String, Value>, notes: &mut Vec<Problem>, page: &str) {
    let mut left_out = |what: &str| {
        let message = format!("{what} of {page} differs from that of the pages before, and is left out");
        notes.push(Problem::new(message).as_warning());
    };
    for (name, value) in next {
        match (merged.get_mut(&name), value) {
            (None, value) => {
                merged.insert(name, value);
            }
            // The operations have the servers of their pages.
            (Some(_), _) if matches!(name.as_str(), "openapi" | "servers") => {}
            (Some(Value::Array(held)), Value::Array(items)) => {
                // Tags have names, which are unique.
                let is_named = |held: &Value, name: &Value| held.get("name") == Some(name);
                let is_new = |item: &Value| {
                    !held.contains(item)
                        && item.get("name").is_none_or(|name| !held.iter().any(|held| is_named(held, name)))
                };
                let new: Vec<_> = items.into_iter().filter(is_new).collect();
                held.extend(new);
            }
            (Some(Value::Object(held)), Value::Object(members)) if name == "components" => {
                for (kind, value) in members {
                    match (held.get_mut(&kind), value) {
                        (Some(Value::Object(held)), Value::Object(members)) => {
                            members.into_iter().for_each(|(name, value)| {
                                held.entry(name).or_insert(value);
                            });
                        }
                        (Some(_), _) => {}
                        (None, value) => {
                            held.insert(kind, value);
                        }
                    }
                }
            }
            (Some(Value::Object(held)), Value::Object(members)) if name != "info" => {
                for (member, value) in members {
                    match held.get(&member) {
                        None => {
                            held.insert(member, value);
                        }
                        Some(same) if *same == value => {}
                        Some(_) => left_out(&format!("{name}/{member}")),
                    }
                }
            }
            (Some(held), value) if *held != value => left_out(&name),
            (Some(_), _) => {}
        }
    }
}
