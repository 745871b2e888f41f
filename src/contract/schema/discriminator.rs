//! `discriminator`: the property by which a value selects its schema (OpenAPI 3.1 §4.8.25).

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use crate::contract::Anchor;
use crate::contract::keyword::{self, Applies};
use crate::contract::node::Node;
use crate::contract::refs::Refs;
use crate::pointer::Pointer;

/// The number of a schema in the index.
pub(super) type SchemaId = usize;

/// How the values of a schema select one of several schemas.
#[derive(Debug)]
pub(super) struct Discriminator {
    /// The property that names the schema.
    pub property: String,
    /// The schema of each name.
    pub named: BTreeMap<String, SchemaId>,
    /// The schema of values with another name or none (`defaultMapping`, OpenAPI 3.2 §4.25).
    pub otherwise: Option<SchemaId>,
    /// The names of `mapping` whose schema does not exist.
    pub unresolved: BTreeSet<String>,
    /// Whether objects may conform to a branch that is no reference and so has no name.
    pub has_inline_branch: bool,
}

impl Discriminator {
    /// Returns the schema that a value with these properties selects; an error with the name where no schema has it.
    pub(super) fn selected<'v>(&self, properties: &'v Map<String, Value>) -> Result<Option<SchemaId>, &'v str> {
        let Some(tag) = properties.get(&self.property) else { return Ok(self.otherwise) };
        // The schema of the property reports a value that is not a string.
        let Some(tag) = tag.as_str() else { return Ok(None) };
        let is_unknown = || !self.has_inline_branch && !self.unresolved.contains(tag);
        match self.named.get(tag).copied().or(self.otherwise) {
            None if is_unknown() => Err(tag),
            selected => Ok(selected),
        }
    }
}

/// Schemas that extend others: by the schema that an `allOf` refers to, those with the `allOf`.
pub(super) type Children = HashMap<Anchor, Vec<Anchor>>;

/// Finds the component schemas of all documents whose `allOf` has references.
pub(super) fn children(refs: Refs<'_>) -> Children {
    let mut children = Children::new();
    for document in 0..refs.documents.len() {
        let schemas = components(document);
        for (name, schema) in refs.value(&schemas).and_then(Value::as_object).into_iter().flatten() {
            let child = Anchor { document, pointer: schemas.pointer.join(name) };
            for parent in parents(refs, &child, schema) {
                children.entry(parent).or_default().push(child.clone());
            }
        }
    }
    children
}

fn parents(refs: Refs<'_>, at: &Anchor, schema: &Value) -> Vec<Anchor> {
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    parts.filter_map(|part| refs.referred(at, part)).collect()
}

/// The names that the discriminator of `schema` knows, with their schemas: its branches, else the schemas that extend it; then
/// its `mapping`.
pub(super) fn names(
    refs: Refs<'_>,
    at: &Anchor,
    schema: &Map<String, Value>,
    children: &Children,
) -> BTreeMap<String, Anchor> {
    let known = match branches(schema).next() {
        Some(_) => branches(schema).filter_map(|branch| refs.referred(at, branch)).collect(),
        None => descendants(owner(at), children),
    };
    let implied = known.into_iter().filter_map(|anchor| Some((anchor.pointer.last()?, anchor)));
    let mapped = mapping(schema).filter_map(|(tag, target)| Some((tag.to_owned(), target_of(refs, at, target)?)));
    implied.chain(mapped).collect()
}

/// The names of `mapping` in the discriminator of `schema`, with the values that name schemas.
fn mapping(schema: &Map<String, Value>) -> impl Iterator<Item = (&str, &str)> {
    let mapping = schema.get("discriminator").and_then(|held| held.get("mapping")).and_then(Value::as_object);
    mapping.into_iter().flatten().filter_map(|(tag, target)| Some((tag.as_str(), target.as_str()?)))
}

/// The names of `mapping` in the discriminator of `schema` whose schema does not exist.
pub(in crate::contract) fn unresolved<'s>(
    refs: Refs<'_>,
    at: &Anchor,
    schema: &'s Map<String, Value>,
) -> impl Iterator<Item = &'s str> {
    mapping(schema).filter(move |(_, target)| target_of(refs, at, target).is_none()).map(|(tag, _)| tag)
}

/// Finds the schemas that the discriminators of schemas select.
pub(in crate::contract) struct Selectable<'d> {
    refs: Refs<'d>,
    children: OnceCell<Children>,
}

impl<'d> Selectable<'d> {
    /// For the schemas of these documents.
    pub(in crate::contract) fn new(refs: Refs<'d>) -> Self {
        Self { refs, children: OnceCell::new() }
    }

    /// The schemas that the discriminator of `schema` selects.
    pub(in crate::contract) fn of(&self, schema: &Node<'d>) -> Vec<Node<'d>> {
        let Some(held) = schema.value.as_object() else { return Vec::new() };
        let Some(own) = held.get("discriminator") else { return Vec::new() };
        let (refs, at) = (self.refs, schema.anchor());
        let children = self.children.get_or_init(|| children(refs));
        let otherwise = own.get("defaultMapping").and_then(Value::as_str);
        let otherwise = otherwise.and_then(|name| target_of(refs, &at, name));
        let all = names(refs, &at, held, children).into_values().chain(otherwise);
        all.filter_map(|target| {
            let value = refs.value(&target)?;
            Some(Node { document: target.document, pointer: target.pointer, value })
        })
        .collect()
    }
}

/// The branches of `oneOf` and `anyOf`.
pub(super) fn branches(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let choices = keyword::applicators().filter(|keyword| keyword.applies() == Some(Applies::Alternatively));
    choices.filter_map(|keyword| schema.get(keyword.name)?.as_array()).flatten()
}

/// The schema that a value of `mapping` names: a component, else a reference (OpenAPI 3.1 §4.8.25.1).
pub(super) fn target_of(refs: Refs<'_>, at: &Anchor, target: &str) -> Option<Anchor> {
    let in_document = |document| {
        let schemas = components(document);
        let anchor = Anchor { document, pointer: schemas.pointer.join(target) };
        refs.value(&anchor).is_some().then_some(anchor)
    };
    let by_reference = || refs.target(at, target).ok().filter(|anchor| refs.value(anchor).is_some());
    in_document(0).or_else(|| in_document(at.document)).or_else(by_reference)
}

/// `schema` itself and everything that extends it, directly or not.
fn descendants(schema: Anchor, children: &Children) -> Vec<Anchor> {
    let mut found = vec![schema];
    let mut seen: HashSet<Anchor> = found.iter().cloned().collect();
    let mut next = 0;
    while let Some(parent) = found.get(next) {
        let more: Vec<Anchor> = children.get(parent).into_iter().flatten().cloned().collect();
        found.extend(more.into_iter().filter(|child| seen.insert(child.clone())));
        next += 1;
    }
    found
}

/// The component that holds the schema, which is what others extend; the schema itself where none does.
fn owner(at: &Anchor) -> Anchor {
    let tokens: Vec<String> = at.pointer.tokens().take(3).map(|token| token.to_string()).collect();
    match tokens.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => {
            let pointer = self::components(at.document).pointer.join(name);
            Anchor { document: at.document, pointer }
        }
        _ => at.clone(),
    }
}

fn components(document: usize) -> Anchor {
    Anchor { document, pointer: Pointer::root().join("components").join("schemas") }
}
