//! Patched copies of documents, which work around limits of the `jsonschema` crate.
//!
//! The crate looks for anchors in schemas only, and a document is none. It does not notice that a pointer leads through a document
//! into a schema with an `$id`. It compiles no schema with a pattern that it does not support. Only documents with any of these are
//! copied: anchors are declared where the crate looks for them, such pointers start at the `$id`, and such patterns are omitted.
//! Bounds of numbers that it would read as the nearest float are replaced. Keywords that OpenAPI 3.0 does not have are removed. It reads the patterns of property names by other rules than ECMA-262, so they are translated. All else keeps its location, so that
//! the locations of errors stay right.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value, json};

use crate::contract::Anchor;
use crate::contract::refs::{REF, Refs};

use super::custom::not_checked;
use super::ecma;
use super::inexact_bound::InexactBound;
use super::resources::{Name, Resources};
use super::undecided::Undecided;

/// The keyword that marks a schema from whose `patternProperties` a pattern was omitted.
pub(super) const OMITTED_PATTERN: &str = "x-signoff-left-out";

/// The patched documents.
pub(super) struct PatchedDocuments {
    /// By document index.
    documents: HashMap<usize, Value>,
    /// The pattern that each translated one was written as.
    originals: HashMap<String, String>,
}

/// What is patched in schemas.
pub(super) struct Patches<'a> {
    /// Patterns of names that are not supported, and why.
    pub unsupported: &'a [(Anchor, String)],
    /// All patterns of names, of which the crate would misread some.
    pub names: &'a [(Anchor, String)],
    /// Bounds that the crate would read as the nearest float.
    pub bounds: &'a [InexactBound],
    /// Keywords that the crate knows and the dialect does not.
    pub ineffective: &'a [Anchor],
    /// Keywords that depend on what is not checked, by the location of their schema and their name.
    pub undecided: &'a BTreeMap<(Anchor, &'static str), Undecided>,
}

impl PatchedDocuments {
    /// Patches documents with anchors outside of schemas with an `$id`, with pointers into such schemas, or with `patches`.
    pub(super) fn new(
        refs: Refs<'_>,
        resources: &Resources,
        Patches { unsupported, names, bounds, ineffective, undecided }: &Patches<'_>,
    ) -> Self {
        let mut originals = HashMap::new();
        let mut documents = HashMap::new();
        for name in resources.outside_ids() {
            let place = resources.uri(&name.anchor);
            declare_anchor(copy(&mut documents, refs, name.anchor.document), name, &place);
        }
        for (at, uri) in resources.crossing(refs) {
            rewrite_ref(copy(&mut documents, refs, at.document), &at, uri);
        }
        for at in *ineffective {
            remove(copy(&mut documents, refs, at.document), at);
        }
        for bound in *bounds {
            change(&mut documents, refs, bound.schema(), |schema| bound.replace_in(schema));
        }
        for ((at, keyword), undecided) in undecided.iter().rev() {
            change(&mut documents, refs, at, |schema| undecided.replace_in(schema, keyword));
        }
        let supported = names.iter().filter(|(at, _)| !unsupported.iter().any(|(other, _)| at == other));
        let translated = supported.filter_map(|(at, pattern)| Some((at, pattern, translated(pattern)?)));
        let mut translated: Vec<_> = translated.collect();
        // A renamed pattern changes the location of those within its schema.
        translated.sort_by_key(|(at, ..)| std::cmp::Reverse(at.pointer.as_str().len()));
        for (at, pattern, translation) in translated {
            rename_pattern(copy(&mut documents, refs, at.document), at, &translation);
            originals.insert(translation, pattern.clone());
        }
        for (at, why) in *unsupported {
            omit_pattern(copy(&mut documents, refs, at.document), at, why);
        }
        Self { documents, originals }
    }

    /// The pattern that each translated one was written as.
    pub(super) fn into_originals(self) -> HashMap<String, String> {
        self.originals
    }

    /// The value at `anchor` for the library.
    pub(super) fn value<'v>(&'v self, refs: Refs<'v>, anchor: &Anchor) -> Option<&'v Value> {
        match self.documents.get(&anchor.document) {
            Some(document) => anchor.pointer.of(document),
            None => refs.value(anchor),
        }
    }
}

fn copy<'f>(documents: &'f mut HashMap<usize, Value>, refs: Refs<'_>, document: usize) -> &'f mut Value {
    documents.entry(document).or_insert_with(|| refs.documents[document].value().clone())
}

/// Changes the schema at `at`, where there still is one.
fn change(
    documents: &mut HashMap<usize, Value>,
    refs: Refs<'_>,
    at: &Anchor,
    change: impl FnOnce(&mut Map<String, Value>),
) {
    let schema = copy(documents, refs, at.document).pointer_mut(at.pointer.as_str());
    if let Some(schema) = schema.and_then(Value::as_object_mut) {
        change(schema);
    }
}

/// Adds a definition with the anchor `name`, which refers to the schema at the URI `place`.
fn declare_anchor(document: &mut Value, name: &Name, place: &str) {
    let Some(document) = document.as_object_mut() else { return };
    let definitions = document.entry("$defs").or_insert_with(|| Map::new().into());
    if let Some(definitions) = definitions.as_object_mut() {
        let key = format!("x-signoff-{}-{}", name.keyword, name.text);
        definitions.insert(key, json!({ name.keyword: name.text, REF: place }));
    }
}

/// Removes the keyword at `at`.
fn remove(document: &mut Value, at: &Anchor) {
    let holder = at.pointer.parent().and_then(|holder| document.pointer_mut(holder.as_str()));
    if let (Some(schema), Some(keyword)) = (holder.and_then(Value::as_object_mut), at.pointer.last()) {
        schema.shift_remove(&*keyword);
    }
}

/// Rewrites the `$ref` at `at` to `uri`.
fn rewrite_ref(document: &mut Value, at: &Anchor, uri: String) {
    if let Some(holder) = document.pointer_mut(at.pointer.as_str()).and_then(Value::as_object_mut) {
        holder.insert(REF.to_owned(), uri.into());
    }
}

/// The translation of a pattern that the crate reads by other rules than ECMA-262.
fn translated(pattern: &str) -> Option<String> {
    let same = ["\\.", "\\-", "\\/", "\\d", "\\w", "\\s"];
    let other = [".", "\\", "(?", "[]", "[^]", "{,"];
    let bare = same.iter().fold(pattern.to_owned(), |bare, escape| bare.replace(escape, ""));
    other.iter().any(|part| bare.contains(part)).then(|| ecma::translate(pattern))?
}

/// Replaces the pattern at `at` by its translation.
fn rename_pattern(document: &mut Value, at: &Anchor, translation: &str) {
    let holder = at.pointer.parent();
    let patterns = holder.and_then(|holder| document.pointer_mut(holder.as_str())).and_then(Value::as_object_mut);
    let (Some(patterns), Some(pattern)) = (patterns, at.pointer.last()) else { return };
    let held = std::mem::take(patterns);
    patterns.extend(held.into_iter().map(|(name, schema)| match name == pattern {
        true => (translation.to_owned(), schema),
        false => (name, schema),
    }));
}

/// Replaces the pattern at `at` by one that matches any name and restricts nothing.
fn omit_pattern(document: &mut Value, at: &Anchor, why: &str) {
    let holder = at.pointer.parent();
    let schema = holder.as_ref().and_then(|holder| holder.parent());
    let schema = schema.and_then(|schema| document.pointer_mut(schema.as_str())).and_then(Value::as_object_mut);
    let (Some(schema), Some(pattern)) = (schema, at.pointer.last()) else { return };
    if let Some(patterns) = schema.get_mut("patternProperties").and_then(Value::as_object_mut) {
        patterns.shift_remove(&pattern);
        patterns.entry("").or_insert(Value::Bool(true));
    }
    schema.insert(OMITTED_PATTERN.to_owned(), why.into());
}

/// Keyword that reports for every object that a pattern was omitted.
pub(super) struct OmittedPattern(Arc<str>);

impl OmittedPattern {
    /// The keyword with its reason.
    pub(super) fn new(why: &Value) -> Self {
        Self(why.as_str().unwrap_or_default().into())
    }
}

impl<'i> Keyword<'i> for OmittedPattern {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(not_checked(&self.0)) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        !instance.is_object()
    }
}
