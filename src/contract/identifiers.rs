//! What the schemas of documents name themselves: `$id`, which also is the base of the references in a schema, and anchors (JSON Schema
//! 2020-12 Core §8.2). Draft 4 has `id` instead, and up to Draft 7 an `$id` may be an anchor: `$id: '#name'` (Draft 7 Core §8.2.3).

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;
use url::Url;

use crate::document::Document;
use crate::pointer::Pointer;

use super::Anchor;
use super::keyword::{self, Keyword, Shape};
use super::uri::canonical;

/// The keyword of 2019-09 that a `$dynamicAnchor` replaces; no anchor has its name.
pub(super) const RECURSIVE_ANCHOR: &str = "$recursiveAnchor";

/// The identifiers of all schemas.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    /// The URI of each schema with an `$id`.
    identified: HashMap<Anchor, String>,
    /// The schema with each URI.
    resources: HashMap<String, Anchor>,
    /// The schema with each anchor, by the root of its resource.
    named: HashMap<(Anchor, String), Anchor>,
    /// Every `$anchor` and `$dynamicAnchor` outside of schemas with an `$id`.
    outside: Vec<Name>,
    /// How many schemas have a `$dynamicAnchor` of that name, or a `$recursiveAnchor`; the outermost in the dynamic scope counts.
    dynamic: HashMap<String, usize>,
}

/// An `$anchor` or `$dynamicAnchor`.
#[derive(Debug)]
pub(super) struct Name {
    /// The keyword.
    pub keyword: &'static str,
    /// Its value.
    pub text: String,
    /// The schema with the keyword.
    pub anchor: Anchor,
}

impl Identifiers {
    /// Collects the identifiers in `documents`; `base` is the base URI of each by index.
    pub(super) fn new<'b>(documents: &[Document], base: impl Fn(usize) -> &'b str) -> Self {
        let mut identifiers = Self::default();
        for (index, document) in documents.iter().enumerate().filter(|(_, document)| has_names(document)) {
            if let Ok(base) = Url::parse(base(index)) {
                identifiers.read(index, document, base);
            }
        }
        identifiers
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.identified.is_empty() && self.named.is_empty()
    }

    /// Every schema with an `$id`, and its URI.
    pub(super) fn identified(&self) -> &HashMap<Anchor, String> {
        &self.identified
    }

    /// The schema with an `$id` that is, or that contains, the node at `anchor`, and its URI.
    pub(super) fn around(&self, anchor: &Anchor) -> Option<(Anchor, &str)> {
        if self.identified.is_empty() {
            return None;
        }
        anchor.around().find_map(|at| self.identified.get(&at).map(|uri| (at, uri.as_str())))
    }

    /// The schema with that URI.
    pub(super) fn resource(&self, uri: &str) -> Option<&Anchor> {
        self.resources.get(uri)
    }

    /// The schema with the anchor `name` in the resource at `root`.
    pub(super) fn named(&self, root: &Anchor, name: &str) -> Option<&Anchor> {
        self.named.get(&(root.clone(), name.to_owned()))
    }

    /// Every `$anchor` and `$dynamicAnchor` outside of schemas with an `$id`.
    pub(super) fn outside(&self) -> &[Name] {
        &self.outside
    }

    /// Whether several schemas have that `$dynamicAnchor`, or [`RECURSIVE_ANCHOR`].
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        self.dynamic.get(name).is_some_and(|count| *count > 1)
    }

    fn read(&mut self, index: usize, document: &Document, base: Url) {
        walk(document.value(), base, &mut |schema| {
            let text = |keyword: &str| schema.value.get(keyword).and_then(Value::as_str);
            let anchor = Anchor { document: index, pointer: schema.at.clone() };
            let root = Anchor { document: index, pointer: schema.root.clone() };
            if let Some(uri) = schema.uri() {
                self.resources.entry(uri.clone()).or_insert_with(|| anchor.clone());
                self.identified.insert(anchor.clone(), uri);
            }
            if let Some(name) = schema.early_anchor() {
                self.named.entry((root.clone(), name.to_owned())).or_insert_with(|| anchor.clone());
            }
            for (keyword, name) in ["$anchor", "$dynamicAnchor"].iter().filter_map(|name| Some((*name, text(name)?))) {
                if !self.identified.contains_key(&root) {
                    self.outside.push(Name { keyword, text: name.to_owned(), anchor: anchor.clone() });
                }
                self.named.entry((root.clone(), name.to_owned())).or_insert_with(|| anchor.clone());
            }
            let is_recursive = schema.value.get(RECURSIVE_ANCHOR) == Some(&Value::Bool(true));
            for name in text("$dynamicAnchor").into_iter().chain(is_recursive.then_some(RECURSIVE_ANCHOR)) {
                *self.dynamic.entry(name.to_owned()).or_default() += 1;
            }
        });
    }
}

/// The URIs, without fragments, that the values of `keywords` in `document` name relative to its base URI or to the `$id` around them.
pub(super) fn referred(document: &Document, base: &str, keywords: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Ok(base) = Url::parse(base) else { return found };
    walk(document.value(), base, &mut |node| {
        let references = keywords.iter().filter_map(|keyword| node.value.get(*keyword)?.as_str());
        let files = references.filter(|reference| !reference.starts_with('#'));
        found.extend(files.filter_map(|file| node.base.join(file).ok()).map(|uri| canonical(&uri)));
    });
    found
}

/// A node that may be a schema.
struct Named<'v> {
    value: &'v Value,
    at: Pointer,
    /// The base URI of its references.
    base: Rc<Url>,
    /// The root of its resource.
    root: Pointer,
    draft: Draft,
    /// The draft around it.
    around: Draft,
}

/// What identifies schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Draft {
    Four,
    UntilSeven,
    Later,
}

impl Draft {
    /// The draft that `$schema` or `jsonSchemaDialect` names, within this one.
    fn of(self, value: &Value) -> Self {
        let named = value.get("$schema").or_else(|| value.get("jsonSchemaDialect")).and_then(Value::as_str);
        match named {
            None => self,
            Some(uri) if uri.contains("/draft-04/") => Self::Four,
            Some(uri) if uri.contains("/draft-06/") || uri.contains("/draft-07/") => Self::UntilSeven,
            Some(_) => Self::Later,
        }
    }
}

impl<'v> Named<'v> {
    /// The value of `$id`: a resource is identified in the dialect around it or in its own.
    fn id(&self) -> Option<&'v str> {
        let id = |draft: Draft| {
            let keyword = if draft == Draft::Four { "id" } else { "$id" };
            // Up to Draft 7 everything next to a `$ref` is ignored (Draft 7 Core §8.3).
            let is_ignored = draft != Draft::Later && self.value.get("$ref").is_some();
            self.value.get(keyword)?.as_str().filter(|_| !is_ignored)
        };
        id(self.around).or_else(|| id(self.draft))
    }

    /// The anchor that its `$id` is.
    fn early_anchor(&self) -> Option<&'v str> {
        self.id()?.strip_prefix('#').filter(|name| self.draft != Draft::Later && !name.is_empty())
    }

    /// Its own URI.
    fn uri(&self) -> Option<String> {
        self.id().filter(|id| !id.starts_with('#')).map(|_| canonical(&self.base))
    }
}

/// Calls `visit` with every node below `value` that may be a schema, outer ones first.
fn walk<'v>(value: &'v Value, base: Url, visit: &mut dyn FnMut(&Named<'v>)) {
    let root = Named {
        value,
        at: Pointer::root(),
        base: Rc::new(base),
        root: Pointer::root(),
        draft: Draft::Later,
        around: Draft::Later,
    };
    let mut open = vec![root];
    while let Some(mut node) = open.pop() {
        (node.around, node.draft) = (node.draft, node.draft.of(node.value));
        if let Some(own) = node.id().filter(|id| !id.starts_with('#')).and_then(|id| node.base.join(id).ok()) {
            (node.base, node.root) = (Rc::new(own), node.at.clone());
        }
        visit(&node);
        let inner = inner(node.value, &node.at).into_iter();
        open.extend(inner.map(|(value, at)| Named {
            value,
            at,
            base: Rc::clone(&node.base),
            root: node.root.clone(),
            ..node
        }));
    }
}

/// The values below the value at `at`, without data such as examples.
pub(super) fn inner<'v>(value: &'v Value, at: &Pointer) -> Vec<(&'v Value, Pointer)> {
    // A property may have the name of such a keyword.
    let holds_names = |name: &str| keyword::find(name).and_then(Keyword::shape) == Some(Shape::Map);
    let is_named = at.last().is_some_and(|name| name == "schemas" || holds_names(&name));
    let is_data = |name: &str| keyword::find(name).is_some_and(Keyword::is_data);
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(name, _)| is_named || !is_data(name));
            members.map(|(name, value)| (value, at.join(name))).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (value, at.join(index))).collect(),
        _ => Vec::new(),
    }
}

/// Whether `document` may have an `$id` or an anchor; only then is it searched.
fn has_names(document: &Document) -> bool {
    let text = document.text();
    ["$id", "$anchor", "$dynamicAnchor", RECURSIVE_ANCHOR, "/draft-04/"].iter().any(|word| text.contains(word))
        || document.added().next().is_some()
}
