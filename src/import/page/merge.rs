//! Several documents as one: pages of the same API repeat its servers and schemas, and hold an operation each.
//!
//! Nothing is lost: a component that differs from one of the same name gets a new name, and security of a document becomes that of
//! its operations where the documents differ. Only an operation that two pages describe differently is a problem.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// The document of a page.
#[derive(Debug)]
pub(super) struct PageDocument {
    /// The file name of the page.
    pub page: Arc<str>,
    /// The line of the page on which the document starts.
    pub line: usize,
    /// The document.
    pub root: Map<String, Value>,
}

impl PageDocument {
    fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }
}

/// Merges documents into the first of them. Changes are noted.
pub(super) fn merge(
    documents: Vec<PageDocument>,
    notes: &mut Vec<Problem>,
) -> Result<Map<String, Value>, Vec<Problem>> {
    let mut documents = documents.into_iter();
    let Some(mut merged) = documents.next() else { return Ok(Map::new()) };
    let mut problems = Vec::new();
    for mut next in documents {
        rename_components(&merged, &mut next, notes);
        if merged.root.get("security") != next.root.get("security") {
            own_security(&mut merged.root);
            own_security(&mut next.root);
        }
        problems.extend(add_paths(&mut merged, &mut next));
        add(&mut merged.root, next.root, notes, &next.page);
    }
    if problems.is_empty() { Ok(merged.root) } else { Err(problems) }
}

/// Gives new names to components of `next` that differ from components of the same name, or refer to one that does.
fn rename_components(merged: &PageDocument, next: &mut PageDocument, notes: &mut Vec<Problem>) {
    let kept = merged.root.get("components").unwrap_or(&Value::Null);
    let mut differing: BTreeSet<(String, String)> = BTreeSet::new();
    let Some(own) = next.root.get("components").and_then(Value::as_object) else { return };
    loop {
        let found: BTreeSet<_> = components(own)
            .filter(|(kind, name, value)| {
                let same = kept.get(kind).and_then(|held| held.get(name));
                same.is_some_and(|same| same != *value || refers_to(value, &differing))
            })
            .map(|(kind, name, _)| (kind.to_owned(), name.to_owned()))
            .collect();
        if found == differing {
            break;
        }
        differing = found;
    }
    for (kind, name) in differing {
        let held = |candidate: &str| {
            let is_in = |components: Option<&Value>| {
                components.and_then(|held| held.get(&kind)).is_some_and(|held| held.get(candidate).is_some())
            };
            is_in(merged.root.get("components")) || is_in(next.root.get("components"))
        };
        let mut numbers = 2_u32..;
        let Some(renamed) = numbers.by_ref().map(|number| format!("{name}{number}")).find(|candidate| !held(candidate))
        else {
            continue;
        };
        let (from, to) = (format!("#/components/{kind}/{name}"), format!("#/components/{kind}/{renamed}"));
        notes.push(
            Problem::new(format!(
                "{kind}/{name} of {} differs from that of {}: it is {renamed} in the document",
                next.place(),
                merged.place()
            ))
            .as_warning(),
        );
        if let Some(Value::Object(held)) =
            next.root.get_mut("components").and_then(|components| components.get_mut(&kind))
        {
            *held = std::mem::take(held)
                .into_iter()
                .map(|(key, value)| (if key == name { renamed.clone() } else { key }, value))
                .collect();
        }
        for value in next.root.values_mut() {
            redirect(value, &from, &to);
        }
        if kind == "securitySchemes" {
            rename_scheme(&mut next.root, &name, &renamed);
        }
    }
}

fn components(components: &Map<String, Value>) -> impl Iterator<Item = (&str, &str, &Value)> {
    components.iter().flat_map(|(kind, held)| {
        held.as_object().into_iter().flatten().map(move |(name, value)| (kind.as_str(), name.as_str(), value))
    })
}

fn refers_to(value: &Value, names: &BTreeSet<(String, String)>) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| refers_to(item, names)),
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            let named =
                reference.and_then(|text| text.strip_prefix("#/components/")).and_then(|text| text.split_once('/'));
            named.is_some_and(|(kind, name)| names.contains(&(kind.to_owned(), name.to_owned())))
                || members.values().any(|member| refers_to(member, names))
        }
        _ => false,
    }
}

fn redirect(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, from, to)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "$ref" && text == from => to.clone_into(text),
                    member => redirect(member, from, to),
                }
            }
        }
        _ => {}
    }
}

/// Requirements name their schemes without a reference.
fn rename_scheme(root: &mut Map<String, Value>, from: &str, to: &str) {
    let rename = |security: &mut Value| {
        for requirement in security.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            if let Some(scopes) = requirement.remove(from) {
                requirement.insert(to.to_owned(), scopes);
            }
        }
    };
    root.get_mut("security").into_iter().for_each(rename);
    operations(root).filter_map(|operation| operation.get_mut("security")).for_each(rename);
}

/// Writes the security of the document to its operations that have none of their own.
fn own_security(root: &mut Map<String, Value>) {
    let Some(security) = root.remove("security") else { return };
    for operation in operations(root) {
        operation.entry("security").or_insert_with(|| security.clone());
    }
}

/// The operations: of the properties of a path item, only they are objects.
fn operations(root: &mut Map<String, Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = root.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    let items = paths.filter_map(|(_, item)| item.as_object_mut());
    items.flatten().filter_map(|(_, held)| held.as_object_mut())
}

/// Moves the path items of `next` to `merged`. Returns the operations that differ.
fn add_paths(merged: &mut PageDocument, next: &mut PageDocument) -> Vec<Problem> {
    let (first, second) = (merged.place(), next.place());
    let mut problems = Vec::new();
    let Some(Value::Object(added)) = next.root.remove("paths") else { return problems };
    let Value::Object(paths) = merged.root.entry("paths").or_insert_with(|| json!({})) else { return problems };
    for (path, item) in added {
        let Value::Object(held) = paths.entry(path.clone()).or_insert_with(|| json!({})) else { continue };
        for (member, value) in item.as_object().cloned().unwrap_or_default() {
            match held.get(&member) {
                Some(same) if *same != value => {
                    let message = format!("{} {path} of {second} differs from that of {first}", member.to_uppercase());
                    problems.push(Problem::new(message).help("import one of the two pages"));
                }
                Some(_) => {}
                None => {
                    held.insert(member, value);
                }
            }
        }
    }
    problems
}

/// Adds what `merged` does not have: members of objects, elements of lists. The rest is kept as it is in the first document.
fn add(merged: &mut Map<String, Value>, next: Map<String, Value>, notes: &mut Vec<Problem>, page: &str) {
    for (name, value) in next {
        match (merged.get_mut(&name), value) {
            (None, value) => {
                merged.insert(name, value);
            }
            (Some(Value::Array(held)), Value::Array(items)) => {
                let new: Vec<_> = items.into_iter().filter(|item| !held.contains(item)).collect();
                held.extend(new);
            }
            (Some(Value::Object(held)), Value::Object(members)) if name != "info" => {
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
            (Some(held), value) if *held != value => {
                notes.push(
                    Problem::new(format!("{name} of {page} differs from that of the pages before, and is left out"))
                        .as_warning(),
                );
            }
            (Some(_), _) => {}
        }
    }
}
