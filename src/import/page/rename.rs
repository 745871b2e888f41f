//! New names for components of a page that differ from those of other pages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::contract::lint::{ObjectKind, all_objects};
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::page_document::PageDocument;
use super::references::{Component, components, fragment, location, redirect, references, rename_key};

/// The kind of components that are schemas.
const SCHEMAS: &str = "schemas";

/// Gives new names to components of `next` that differ from components of the same name, or refer to one that does. `taken` has the
/// names that are in use.
pub(super) fn rename_components(
    merged: &PageDocument,
    next: &mut PageDocument,
    taken: &mut BTreeSet<Component>,
    notes: &mut Vec<Problem>,
) {
    let mut renamed = BTreeMap::new();
    for component in differing(&merged.root, &next.root) {
        let (kind, name) = &component;
        let mut names = (2_u32..).map(|number| format!("{name}{number}"));
        let Some(new) = names.find(|new| taken.insert((kind.clone(), new.clone()))) else { continue };
        let message = format!(
            "{kind}/{name} of {} differs from that of {}: it is {new} in the document",
            next.place(),
            merged.place()
        );
        notes.push(Problem::new(message).as_warning());
        renamed.insert(component, new);
    }
    if renamed.is_empty() {
        return;
    }
    keep_tags(&mut next.root, &renamed);
    keep_elements(&mut next.root, &renamed);
    redirect(&mut next.root, &renamed);
    for ((kind, name), new) in &renamed {
        let held = next.root.get_mut("components").and_then(|components| components.get_mut(kind));
        if let Some(Value::Object(held)) = held {
            rename_key(held, name, new);
        }
    }
}

/// The components of `next` that are not those of the same name in `merged`.
fn differing(merged: &Value, next: &Value) -> BTreeSet<Component> {
    let held: BTreeMap<Component, &Value> = components(merged).collect();
    let shared: Vec<(Component, bool)> = components(next)
        .filter_map(|(component, value)| held.get(&component).map(|held| *held != value).map(|is| (component, is)))
        .collect();
    let uses = uses(next);
    let mut differing: BTreeSet<Component> =
        shared.iter().filter(|(_, is_differing)| *is_differing).map(|(component, _)| component.clone()).collect();
    loop {
        let uses_differing =
            |component: &Component| uses.get(component).is_some_and(|used| !used.is_disjoint(&differing));
        let more: Vec<_> = shared
            .iter()
            .map(|(component, _)| component)
            .filter(|component| !differing.contains(component) && uses_differing(component))
            .cloned()
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

/// The components that each component refers to, and those that its discriminator selects by name.
fn uses(root: &Value) -> BTreeMap<Component, BTreeSet<Component>> {
    let mut uses: BTreeMap<Component, BTreeSet<Component>> = BTreeMap::new();
    let named = references(root).into_iter().map(|reference| (reference.at, reference.to));
    let selected = implied_tags(root).into_iter();
    let selected = selected.flat_map(|(at, names)| names.into_iter().map(move |name| (at.clone(), schema(name))));
    for (at, to) in named.chain(selected) {
        let mut tokens = at.tokens();
        if let (Some(first), Some(kind), Some(name)) = (tokens.next(), tokens.next(), tokens.next())
            && first == "components"
        {
            uses.entry((kind.into_owned(), name.into_owned())).or_default().insert(to);
        }
    }
    uses
}

fn schema(name: String) -> Component {
    (SCHEMAS.to_owned(), name)
}

/// Each schema with a discriminator, and the schemas whose names are values of the discriminating property: its alternatives, or else the
/// schemas that extend it (OpenAPI 3.1 §4.8.25).
fn implied_tags(root: &Value) -> Vec<(Pointer, Vec<String>)> {
    let schemas = root.get("components").and_then(|held| held.get(SCHEMAS)).and_then(Value::as_object);
    let name_of = |part: &Value| {
        let name = part.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")?;
        (!name.contains('/')).then(|| name.to_owned())
    };
    let named = |schema: &Value, keyword: &str| -> Vec<String> {
        schema.get(keyword).and_then(Value::as_array).into_iter().flatten().filter_map(name_of).collect()
    };
    let parents: Vec<(&String, Vec<String>)> =
        schemas.into_iter().flatten().map(|(name, schema)| (name, named(schema, "allOf"))).collect();
    let descendants = |name: String| {
        let mut found = vec![name];
        let mut next = 0;
        while let Some(parent) = found.get(next).cloned() {
            let children = parents.iter().filter(|(_, parents)| parents.contains(&parent)).map(|(name, _)| *name);
            let new: Vec<_> = children.filter(|name| !found.contains(name)).cloned().collect();
            found.extend(new);
            next += 1;
        }
        found
    };
    let mut tags = Vec::new();
    for (kind, at) in all_objects(root) {
        let Some(schema) = at.of(root).filter(|_| matches!(kind, ObjectKind::Schema(_))) else { continue };
        if !schema.get("discriminator").is_some_and(Value::is_object) {
            continue;
        }
        let has_branches = ["oneOf", "anyOf"].iter().any(|keyword| schema.get(*keyword).is_some());
        let tokens: Vec<String> = at.tokens().take(3).map(|token| token.into_owned()).collect();
        let names = match &tokens[..] {
            _ if has_branches => [named(schema, "oneOf"), named(schema, "anyOf")].concat(),
            [components, kind, name] if components == "components" && kind == SCHEMAS => descendants(name.clone()),
            _ => Vec::new(),
        };
        tags.push((at, names));
    }
    tags
}

/// Adds the old names of schemas to the discriminators that select these schemas by their names.
fn keep_tags(root: &mut Value, renamed: &BTreeMap<Component, String>) {
    for (at, names) in implied_tags(root) {
        let discriminator = root.pointer_mut(at.join("discriminator").as_str());
        let Some(discriminator) = discriminator.and_then(Value::as_object_mut) else { continue };
        for name in names {
            let component = schema(name);
            if renamed.contains_key(&component)
                && let Value::Object(mapping) = discriminator.entry("mapping").or_insert_with(|| json!({}))
            {
                let target = fragment(&location(&component));
                mapping.entry(component.1).or_insert_with(|| target.into());
            }
        }
    }
}

/// Names the XML elements of schemas whose default is the name of the component (OpenAPI 3.2 §4.26.3).
fn keep_elements(root: &mut Value, renamed: &BTreeMap<Component, String>) {
    if !root.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.2.")) {
        return;
    }
    for component in renamed.keys().filter(|(kind, _)| kind == SCHEMAS) {
        let Some(Value::Object(schema)) = root.pointer_mut(location(component).as_str()) else { continue };
        if let Value::Object(xml) = schema.entry("xml").or_insert_with(|| Map::new().into()) {
            xml.entry("name").or_insert_with(|| component.1.as_str().into());
        }
    }
}
