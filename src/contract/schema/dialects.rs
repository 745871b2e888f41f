//! The dialects of the schemas of a contract: that of the document, and others that documents and schemas in it name (`$schema`).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::Anchor;
use crate::contract::identifiers::{RECURSIVE_ANCHOR, inner};
use crate::contract::keyword::{self, Keyword, Shape};
use crate::contract::refs::{DYNAMIC_REF, RECURSIVE_REF, REF, Refs};
use crate::document::Document;
use crate::pointer::Pointer;

use super::dialect::Dialect;

/// The dialect of every schema.
#[derive(Debug)]
pub(super) struct DialectMap {
    default: Dialect,
    /// The schemas and documents whose dialect is not that around them.
    roots: BTreeMap<Anchor, Dialect>,
}

impl DialectMap {
    /// Reads the dialects in the documents of `refs`. In OpenAPI 3.0 there is only one: `$schema` is no keyword of it.
    pub(super) fn new(refs: Refs<'_>) -> Self {
        let entry = refs.documents.first().map_or(&Value::Null, Document::value);
        let mut map = Self { default: Dialect::new(refs.openapi, entry), roots: BTreeMap::new() };
        for (index, document) in refs.documents.iter().enumerate().filter(|_| !refs.openapi.is_3_0()) {
            map.read(refs, index, document);
        }
        map
    }

    /// The dialect of the first document.
    pub(super) fn default(&self) -> &Dialect {
        &self.default
    }

    /// The dialect of the schema at `anchor`.
    pub(super) fn of(&self, anchor: &Anchor) -> &Dialect {
        self.around(anchor).map_or(&self.default, |(_, dialect)| dialect)
    }

    /// The schema or document at or around `anchor` that names its dialect, and that.
    pub(super) fn around(&self, anchor: &Anchor) -> Option<(Anchor, &Dialect)> {
        let mut around = anchor.around().filter(|_| !self.roots.is_empty());
        around.find_map(|at| self.roots.get(&at).map(|dialect| (at, dialect)))
    }

    /// The schemas and documents whose dialect is not that around them, in order.
    pub(super) fn roots(&self) -> impl Iterator<Item = (&Anchor, &Dialect)> {
        self.roots.iter()
    }

    /// Why the schema at `anchor` is not checked; none where it is.
    pub(super) fn unknown(&self, anchor: &Anchor) -> Option<&str> {
        self.of(anchor).unknown()
    }

    /// The schemas that the schema at `anchor` refers to: by `$ref`, and by the dynamic references of its dialect that have only one
    /// target.
    pub(super) fn targets(&self, refs: Refs<'_>, anchor: &Anchor) -> impl Iterator<Item = Anchor> {
        let reference = |keyword: &str| refs.value(anchor)?.get(keyword)?.as_str();
        let fixed = reference(REF).and_then(|reference| refs.target(anchor, reference).ok());
        let later = Some(self.of(anchor)).filter(|dialect| fixed.is_none() || !dialect.ref_stands_alone());
        let has = |name: &str| later.is_some_and(|dialect| keyword::find(name).is_some_and(|one| dialect.has(one)));
        let dynamic = reference(DYNAMIC_REF).filter(|_| has(DYNAMIC_REF));
        let dynamic = dynamic.and_then(|reference| refs.dynamic_target(anchor, reference));
        let recursive = reference(RECURSIVE_REF).filter(|_| has(RECURSIVE_REF));
        let recursive = recursive.and_then(|_| self.recursive_target(refs, anchor));
        fixed.into_iter().chain(dynamic).chain(recursive)
    }

    /// Resolves the `$recursiveRef` of the schema at `anchor`, which leads to the root of its resource; none where the target depends on
    /// the dynamic scope (JSON Schema 2019-09 Core §8.2.4.2).
    fn recursive_target(&self, refs: Refs<'_>, anchor: &Anchor) -> Option<Anchor> {
        let identified = refs.identifiers().around(anchor).map(|(root, _)| root);
        let named = self.around(anchor).map(|(root, _)| root);
        let root = identified.into_iter().chain(named).max_by_key(|root| root.pointer.tokens().count())?;
        let is_dynamic = refs.value(&root)?.get("$recursiveAnchor") == Some(&Value::Bool(true));
        (!is_dynamic || !refs.identifiers().is_ambiguous(RECURSIVE_ANCHOR)).then_some(root)
    }

    fn read(&mut self, refs: Refs<'_>, index: usize, document: &Document) {
        let value = document.value();
        let mut own = self.default.clone();
        if value.get("openapi").is_some() {
            own = Dialect::new(refs.openapi, value);
            self.add(Anchor::root(index), own.clone(), &self.default.clone());
        }
        let mentions = document.text().contains("$schema") || document.added().next().is_some();
        let mut open = vec![(value, Pointer::root(), own)];
        while let Some((value, pointer, around)) = open.pop().filter(|_| mentions) {
            let anchor = Anchor { document: index, pointer };
            let named = value.get("$schema").and_then(Value::as_str).filter(|_| value.get("openapi").is_none());
            let dialect = named.map(|uri| dialect(refs, &anchor, uri, &around));
            if let Some(dialect) = &dialect {
                self.add(anchor.clone(), dialect.clone(), &around);
            }
            let own = dialect.unwrap_or(around);
            open.extend(inner(value, &anchor.pointer).into_iter().map(|(value, at)| (value, at, own.clone())));
        }
    }

    fn add(&mut self, root: Anchor, dialect: Dialect, around: &Dialect) {
        if dialect != *around {
            self.roots.insert(root, dialect);
        }
    }
}

/// Every `$schema` and `jsonSchemaDialect` of a dialect that is not known, and why.
pub(in crate::contract) fn unknown(refs: Refs<'_>) -> Vec<(Anchor, String)> {
    let map = DialectMap::new(refs);
    let entry = Anchor::root(0);
    let default = map.default.unknown().map(|why| (entry.member("jsonSchemaDialect"), why.to_owned()));
    let others = map.roots().filter_map(|(root, dialect)| {
        let keyword = if refs.value(root)?.get("openapi").is_some() { "jsonSchemaDialect" } else { "$schema" };
        Some((root.member(keyword), dialect.unknown()?.to_owned()))
    });
    default.into_iter().chain(others).collect()
}

/// The dialect that the `$schema` at `anchor` names within another one. It must not be in a schema that is not the root of a resource
/// (JSON Schema 2020-12 Core §8.1.1); OpenAPI also allows it where a schema is in no other (OpenAPI 3.1 §4.8.24.5).
fn dialect(refs: Refs<'_>, anchor: &Anchor, uri: &str, around: &Dialect) -> Dialect {
    let named = Dialect::named(uri);
    if named == *around || is_root(refs, anchor) {
        return named;
    }
    Dialect::Unknown("`$schema` is only allowed in a schema that has an `$id` or is in no other schema".to_owned())
}

/// Whether `$schema` is allowed in the schema at `anchor`.
fn is_root(refs: Refs<'_>, anchor: &Anchor) -> bool {
    refs.identifiers().identified().contains_key(anchor) || !is_subschema(refs, anchor)
}

/// Whether the schema at `anchor` is in another one.
fn is_subschema(refs: Refs<'_>, anchor: &Anchor) -> bool {
    let shape = |at: &Anchor| at.pointer.last().and_then(|name| keyword::find(&name)).and_then(Keyword::shape);
    let parent = anchor.parent();
    if matches!(shape(anchor), Some(Shape::One | Shape::OneOrList)) && may_be_schema(refs, &parent) {
        return true;
    }
    let is_listed = !parent.pointer.is_root() && shape(&parent).is_some_and(|shape| shape != Shape::One);
    is_listed && may_be_schema(refs, &parent.parent())
}

/// Whether the node at `anchor` is a schema, if one of its members has the name of a keyword: not a document, nor the schemas of a
/// component.
fn may_be_schema(refs: Refs<'_>, anchor: &Anchor) -> bool {
    let is_document =
        anchor.pointer.is_root() && refs.value(anchor).is_some_and(|value| value.get("openapi").is_some());
    !is_document && anchor.pointer.as_str() != "/components/schemas"
}
