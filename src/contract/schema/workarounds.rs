//! Patched copies of documents, which work around limits of the `jsonschema` crate.
//!
//! The crate looks for anchors in schemas only, and a document is none. It does not notice that a pointer leads through a document
//! into a schema with an `$id`. It compiles no schema with a pattern that it does not support. Only documents with any of these are
//! copied: anchors are declared where the crate looks for them, such pointers start at the `$id`, and such patterns are omitted.
//! Bounds of numbers that it would read as the nearest float are replaced, and schemas whose dialect is not known.
//! Keywords that OpenAPI 3.0 does not have are removed. It reads the patterns of property names by other rules than ECMA-262, so they
//! are translated. All else keeps its location, so that the locations of errors stay right.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value, json};

use crate::contract::Anchor;
use crate::contract::identifiers::Name;
use crate::contract::refs::{DYNAMIC_REF, RECURSIVE_REF, REF, Refs, reference};
use crate::contract::types::Types;
use crate::pointer::Pointer;

use super::custom::not_checked;
use super::dialect::Dialect;
use super::dialects::DialectMap;
use super::ecma;
use super::index::SchemaIndex;
use super::inexact_bound::InexactBound;
use super::judged::{Instance, Judged};
use super::resources::{COPY, Resources};
use super::undecided::{self, Undecided};

/// The keyword that marks a schema from whose `patternProperties` a pattern was omitted.
pub(super) const OMITTED_PATTERN: &str = "x-signoff-left-out";

/// The patched documents.
pub(super) struct PatchedDocuments {
    /// By document index.
    documents: HashMap<usize, Value>,
    /// The pattern that each translated one was written as.
    originals: HashMap<String, String>,
    /// The keywords of which a copy is kept for references.
    copied: BTreeSet<Anchor>,
}

/// What is patched in schemas.
pub(super) struct Patches<'a> {
    /// Patterns of names that are not supported, and why.
    pub unsupported: &'a [(Anchor, String)],
    /// All patterns of names, of which the crate would misread some.
    pub names: &'a [(Anchor, String)],
    /// Bounds that the crate would read as the nearest float.
    pub bounds: &'a [InexactBound],
    /// The dialects of the schemas.
    pub dialects: &'a DialectMap,
    /// Keywords that the crate knows and the dialect does not.
    pub ineffective: &'a [Anchor],
    /// Keywords that depend on what is not checked, by the location of their schema and their name.
    pub undecided: &'a BTreeMap<(Anchor, &'static str), Undecided>,
    /// Whether references lead to the schema at a location or into it.
    pub is_target: &'a dyn Fn(&Anchor) -> bool,
}

/// A change of one schema that depends on no location within it.
enum Change<'a> {
    Ineffective(&'a Anchor),
    Undecided(&'a Anchor, &'static str, &'a Undecided),
    Rename(&'a Anchor, String),
    Omit(&'a Anchor, &'a str),
}

impl Change<'_> {
    /// The location of the changed keyword or pattern.
    fn place(&self) -> Anchor {
        match self {
            Self::Ineffective(at) | Self::Rename(at, _) | Self::Omit(at, _) => (*at).clone(),
            Self::Undecided(schema, keyword, _) => schema.member(keyword),
        }
    }

    /// Whether it removes or changes the subschemas of a keyword.
    fn is_about_keyword(&self) -> bool {
        match self {
            Self::Ineffective(_) => true,
            Self::Undecided(_, keyword, _) => *keyword != "oneOf",
            Self::Rename(..) | Self::Omit(..) => false,
        }
    }
}

impl PatchedDocuments {
    /// Patches documents with anchors outside of schemas with an `$id`, with pointers into such schemas, or with `patches`.
    pub(super) fn new(refs: Refs<'_>, resources: &Resources, index: &SchemaIndex, patches: &Patches<'_>) -> Self {
        let Patches { unsupported, names, bounds, dialects, ineffective, undecided, is_target } = patches;
        let mut originals = HashMap::new();
        let mut documents = HashMap::new();
        for name in refs.identifiers().outside() {
            let place = resources.uri(&name.anchor);
            declare_anchor(copy(&mut documents, refs, name.anchor.document), name, &place);
        }
        for (at, uri) in resources.crossing(refs, dialects) {
            rewrite_ref(copy(&mut documents, refs, at.document), &at, uri);
        }
        for (at, dialect) in dialects.roots().filter(|(at, _)| index.at(at).is_some()) {
            change(&mut documents, refs, at, |schema| name_dialect(schema, dialect));
        }
        for user in index.anchors().filter(|_| dialects.roots().any(|(_, dialect)| dialect.unknown().is_some())) {
            let why = dialects.targets(refs, user).find_map(|target| dialects.unknown(&target).map(str::to_owned));
            if let Some(why) = why {
                let is_alone = dialects.of(user).ref_stands_alone();
                change(&mut documents, refs, user, |schema| forget_reference(schema, &why, is_alone));
            }
        }
        for bound in *bounds {
            change(&mut documents, refs, bound.schema(), |schema| bound.replace_in(schema));
        }
        let supported = names.iter().filter(|(at, _)| !unsupported.iter().any(|(other, _)| at == other));
        let translated = supported.filter_map(|(at, pattern)| Some((at, pattern, translated(pattern)?)));
        let renamed = translated.map(|(at, pattern, translation)| {
            originals.insert(translation.clone(), pattern.clone());
            Change::Rename(at, translation)
        });
        let mut changes: Vec<_> = renamed.collect();
        changes.extend(unsupported.iter().map(|(at, why)| Change::Omit(at, why)));
        changes.extend(ineffective.iter().map(Change::Ineffective));
        changes.extend(undecided.iter().map(|((at, keyword), undecided)| Change::Undecided(at, keyword, undecided)));
        // A change may move or copy what is within its schema. Patterns are omitted last, since that may add one.
        changes.sort_by_cached_key(|change| {
            (std::cmp::Reverse(change.place().pointer.tokens().count()), matches!(change, Change::Omit(..)))
        });
        let copied = changes.iter().filter(|change| change.is_about_keyword()).map(Change::place);
        let copied: BTreeSet<Anchor> = copied.filter(|place| is_target(place)).collect();
        for (at, uri) in moved_refs(refs, resources, index, &copied) {
            rewrite_ref(copy(&mut documents, refs, at.document), &at, uri);
        }
        for change in &changes {
            if change.is_about_keyword() && copied.contains(&change.place()) {
                keep_copy(copy(&mut documents, refs, change.place().document), &change.place());
            }
            match change {
                Change::Ineffective(at) => remove(copy(&mut documents, refs, at.document), at),
                Change::Undecided(at, keyword, undecided) => {
                    self::change(&mut documents, refs, at, |schema| undecided.replace_in(schema, keyword));
                }
                Change::Rename(at, translation) => {
                    rename_pattern(copy(&mut documents, refs, at.document), at, translation);
                }
                Change::Omit(at, why) => omit_pattern(copy(&mut documents, refs, at.document), at, why),
            }
        }
        Self { documents, originals, copied }
    }

    /// The location for the library of the schema at `anchor`.
    pub(super) fn place(&self, anchor: &Anchor) -> Anchor {
        moved(&self.copied, anchor)
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

/// Names the dialect of a schema as the crate knows it. Of an unknown one nothing is kept.
fn name_dialect(schema: &mut Map<String, Value>, dialect: &Dialect) {
    if let Some(why) = dialect.unknown() {
        *schema = undecided::unjudged(why);
    } else if let Some(uri) = dialect.uri() {
        schema.insert("$schema".to_owned(), uri.into());
    }
}

/// Removes the references of a schema, one of which leads to a schema that is not checked.
fn forget_reference(schema: &mut Map<String, Value>, why: &str, is_alone: bool) {
    if is_alone {
        schema.clear();
    }
    for keyword in [REF, DYNAMIC_REF, RECURSIVE_REF] {
        schema.shift_remove(keyword);
    }
    schema.extend(undecided::unjudged(why));
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

/// The name of a copy of a keyword that is changed or removed: references lead to it instead.
fn copy_name(keyword: &str) -> String {
    format!("{COPY}{keyword}")
}

/// Adds the copy of the keyword at `at`.
fn keep_copy(document: &mut Value, at: &Anchor) {
    let holder = at.pointer.parent().and_then(|holder| document.pointer_mut(holder.as_str()));
    if let (Some(schema), Some(keyword)) = (holder.and_then(Value::as_object_mut), at.pointer.last()) {
        let held = schema.get(&*keyword).cloned();
        schema.extend(held.map(|held| (copy_name(&keyword), held)));
    }
}

/// The location of a schema with copies instead of the `copied` keywords.
fn moved(copied: &BTreeSet<Anchor>, anchor: &Anchor) -> Anchor {
    let mut at = Anchor { document: anchor.document, pointer: Pointer::root() };
    if copied.is_empty() {
        return anchor.clone();
    }
    let mut pointer = Pointer::root();
    for token in anchor.pointer.tokens() {
        at = at.member(&token);
        if copied.contains(&at) { pointer.push(copy_name(&token)) } else { pointer.push(&token) }
    }
    Anchor { document: anchor.document, pointer }
}

/// Every `$ref` that leads to or into a copied keyword, and the URI of the copy.
fn moved_refs(
    refs: Refs<'_>,
    resources: &Resources,
    index: &SchemaIndex,
    copied: &BTreeSet<Anchor>,
) -> Vec<(Anchor, String)> {
    let uri = |user: &Anchor| {
        let target = refs.target(user, reference(refs.value(user)?)?).ok()?;
        let place = moved(copied, &target);
        (place != target).then(|| (user.clone(), resources.uri(&place)))
    };
    index.anchors().filter(|_| !copied.is_empty()).filter_map(uri).collect()
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

impl<'i> Keyword<'i, Judged> for OmittedPattern {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(not_checked(&self.0)) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        instance.types() != Types::OBJECT
    }
}
