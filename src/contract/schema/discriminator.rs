//! `discriminator`: the member by which a value names the schema that it keeps (OpenAPI 3.1 §4.8.25).

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

use crate::contract::Anchor;
use crate::contract::refs::Refs;
use crate::pointer::Pointer;

use super::documented::Id;

/// What a schema says about how its values name theirs.
#[derive(Debug)]
pub(super) struct Discriminator {
    /// The member that names.
    pub property: String,
    /// The schema of every name.
    pub named: BTreeMap<String, Id>,
    /// The schema of values that have another name or none (`defaultMapping`, OpenAPI 3.2 §4.25).
    pub otherwise: Option<Id>,
}

impl Discriminator {
    /// The schema that the value with these members names for itself; an error when it names one that is not known.
    pub fn chosen<'v>(&self, members: &'v Map<String, Value>) -> Result<Option<Id>, &'v str> {
        let Some(tag) = members.get(&self.property) else { return Ok(self.otherwise) };
        // What is no text is for the schema of the member to say.
        let Some(tag) = tag.as_str() else { return Ok(None) };
        self.named.get(tag).copied().or(self.otherwise).map(Some).ok_or(tag)
    }
}

/// The schemas that extend others: by the schema that stands in an `allOf`, those that hold it there.
pub(super) type Children = HashMap<Anchor, Vec<Anchor>>;

/// The component schemas of all files that have an `allOf` with references in it.
pub(super) fn children(refs: Refs<'_>) -> Children {
    let mut children = Children::new();
    for document in 0..refs.documents.len() {
        let schemas = components(document);
        for (name, schema) in refs.value(&schemas).and_then(Value::as_object).into_iter().flatten() {
            let child = Anchor { document, pointer: schemas.pointer.join(name) };
            for parent in parents(refs, document, schema) {
                children.entry(parent).or_default().push(child.clone());
            }
        }
    }
    children
}

fn parents(refs: Refs<'_>, document: usize, schema: &Value) -> Vec<Anchor> {
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    parts.filter_map(|part| refs.referred(document, part)).collect()
}

/// The names that the discriminator of `schema` knows, and the schemas that they mean: its branches, else the schemas that
/// extend it; then its `mapping`.
pub(super) fn names(
    refs: Refs<'_>,
    at: &Anchor,
    schema: &Map<String, Value>,
    children: &Children,
) -> BTreeMap<String, Anchor> {
    let branches = ["oneOf", "anyOf"].iter().filter_map(|keyword| schema.get(*keyword)?.as_array()).flatten();
    let branches = branches.filter_map(|branch| refs.referred(at.document, branch));
    let branches: Vec<Anchor> = branches.collect();
    let known = if branches.is_empty() { descendants(owner(at), children) } else { branches };
    let implied = known.into_iter().filter_map(|anchor| Some((anchor.pointer.last()?, anchor)));
    let mapping = schema.get("discriminator").and_then(|held| held.get("mapping")).and_then(Value::as_object);
    let mapped = mapping.into_iter().flatten();
    let mapped = mapped.filter_map(|(tag, target)| Some((tag.clone(), target_of(refs, at, target.as_str()?)?)));
    implied.chain(mapped).collect()
}

/// The schema that a mapping's value means: the name of a component, else a reference (OpenAPI 3.1 §4.8.25.1).
pub(super) fn target_of(refs: Refs<'_>, at: &Anchor, target: &str) -> Option<Anchor> {
    let in_document = |document| {
        let schemas = components(document);
        let anchor = Anchor { document, pointer: schemas.pointer.join(target) };
        refs.value(&anchor).is_some().then_some(anchor)
    };
    let by_reference = || refs.target(at.document, target).ok().filter(|anchor| refs.value(anchor).is_some());
    in_document(0).or_else(|| in_document(at.document)).or_else(by_reference)
}

/// `schema` itself and everything that extends it, over any number of steps.
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

/// The component that a schema stands in, which is what others extend; itself where it stands in none.
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
