//! Resolves references: from a file and a `$ref` to a node of one of the contract's files (RFC 3986 §5, RFC 6901 §6).

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::document::Document;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::suggestion::nearest;

use super::Anchor;
use super::identifiers::{self, Identifiers};
use super::uri;
use super::version::OasVersion;

/// URIs of the documents, and of the schemas in them that have their own.
#[derive(Debug, Default)]
pub struct Uris {
    bases: Vec<String>,
    documents: HashMap<String, usize>,
    /// Read when it is first needed, when all documents are known.
    identifiers: OnceLock<Identifiers>,
}

impl Uris {
    /// Adds the next document: the base URI of its references, and the URI that it was read from. They differ if the document
    /// declares its own URI (OpenAPI 3.2 §4.1.2.2.2).
    pub(super) fn add(&mut self, base: String, retrieved: String) {
        let document = self.bases.len();
        self.documents.insert(retrieved, document);
        self.documents.entry(base.clone()).or_insert(document);
        self.bases.push(base);
    }

    /// The base URI of a document's references.
    pub(super) fn base(&self, document: usize) -> &str {
        self.bases.get(document).map_or("", String::as_str)
    }

    /// Whether `uri` names a document.
    pub(super) fn has(&self, uri: &str) -> bool {
        self.documents.contains_key(uri)
    }

    /// Every URI with the index of its document, base URIs first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        let bases = self.bases.iter().enumerate().map(|(document, uri)| (document, uri.as_str()));
        let others = self.documents.iter().map(|(uri, document)| (*document, uri.as_str()));
        bases.chain(others.filter(|(document, uri)| self.base(*document) != *uri))
    }
}

impl From<&str> for Uris {
    fn from(uri: &str) -> Self {
        let mut uris = Self::default();
        uris.add(uri.to_owned(), uri.to_owned());
        uris
    }
}

/// Every file of a contract with its URI.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refs<'d> {
    /// The files.
    pub documents: &'d [Document],
    /// Their URIs, by the same index.
    pub uris: &'d Uris,
    /// The version of the first document, which decides the keywords of schemas.
    pub openapi: OasVersion,
}

/// The name of the field of Reference Objects, and of the keyword of schemas, that refers to something else.
pub(crate) const REF: &str = "$ref";

/// The keyword that refers to a schema by the scope it is evaluated in (JSON Schema 2020-12 Core §8.2.3.2).
pub(crate) const DYNAMIC_REF: &str = "$dynamicRef";

/// The keyword that does the same in 2019-09 (JSON Schema 2019-09 Core §8.2.4.2).
pub(crate) const RECURSIVE_REF: &str = "$recursiveRef";

/// The `$ref` of an object: a Reference Object, a path item or a schema.
pub(crate) fn reference(object: &Value) -> Option<&str> {
    object.get(REF)?.as_str()
}

/// Why a reference cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RefError {
    /// It names a remote document; its URI.
    #[error("{0} is remote, and remote references are never fetched")]
    Remote(String),
    /// It is not a URI reference.
    #[error("{0:?} is not a URI reference")]
    NotAUri(String),
    /// Its fragment is neither a JSON Pointer nor an anchor.
    #[error("#{0} is neither a JSON Pointer, which starts with #/, nor the `$anchor` of a schema")]
    NotAPointer(String),
    /// It names an unreadable file; as written, and its URI.
    #[error("cannot read the file {0}")]
    Unread(String, String),
}

impl RefError {
    /// How to fix it, where that is known.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::Remote(uri) => {
                Some(format!("add a local copy to signoff.yaml, as in `refs: {{ {uri:?}: path/to/copy.yaml }}`"))
            }
            _ => None,
        }
    }
}

impl<'d> Refs<'d> {
    /// Resolves `reference` at or in the node `from`, relative to the `$id` around it, else to its document (JSON Schema 2020-12 Core
    /// §8.2). Does not check that the target of a pointer exists.
    pub(super) fn target(self, from: &Anchor, reference: &str) -> Result<Anchor, RefError> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let root = self.resource(from, file)?;
        let not_a_pointer = || RefError::NotAPointer(fragment.to_owned());
        let fragment = percent_decode_str(fragment).decode_utf8().map_err(|_| not_a_pointer())?;
        match Pointer::parse(&fragment) {
            Some(pointer) => Ok(Anchor { document: root.document, pointer: root.pointer.concat(&pointer) }),
            None => self.identifiers().named(&root, &fragment).cloned().ok_or_else(not_a_pointer),
        }
    }

    /// Resolves the `$ref` of `object`, the node at `at`, else its `$dynamicRef`, where that has only one target. Does not check that the
    /// target exists.
    pub(super) fn referred(self, at: &Anchor, object: &Value) -> Option<Anchor> {
        match reference(object) {
            Some(reference) => self.target(at, reference).ok(),
            None if self.openapi.is_3_0() => None,
            None => self.dynamic_target(at, object.get(DYNAMIC_REF)?.as_str()?),
        }
    }

    /// Resolves the `$dynamicRef` `reference` of the schema at `from`; none where the target depends on the dynamic scope (JSON Schema
    /// 2020-12 Core §8.2.3.2).
    pub(super) fn dynamic_target(self, from: &Anchor, reference: &str) -> Option<Anchor> {
        let target = self.target(from, reference).ok()?;
        let name = reference.split_once('#').map_or("", |(_, fragment)| fragment);
        let is_dynamic = self.value(&target)?.get("$dynamicAnchor").is_some_and(|held| held == name);
        (!is_dynamic || !self.identifiers().is_ambiguous(name)).then_some(target)
    }

    /// What the schemas name themselves. In OpenAPI 3.0 they have no such keywords.
    pub(super) fn identifiers(self) -> &'d Identifiers {
        self.uris.identifiers.get_or_init(|| match self.openapi.is_3_0() {
            true => Identifiers::default(),
            false => Identifiers::new(self.documents, |document| self.uris.base(document)),
        })
    }

    /// The value at `anchor`.
    pub(super) fn value(self, anchor: &Anchor) -> Option<&'d Value> {
        anchor.pointer.of(self.documents.get(anchor.document)?.value())
    }

    /// The problem of `reference`, whose target `anchor` does not exist.
    pub(super) fn dangling(self, reference: &str, anchor: &Anchor) -> Problem {
        let near = self.nearest_sibling(anchor).map(|near| format!("did you mean {near}?"));
        near.into_iter().fold(Problem::new(format!("{reference} does not exist")), Problem::help)
    }

    /// The existing sibling with the most similar name, for a missing node at `anchor`.
    fn nearest_sibling(self, anchor: &Anchor) -> Option<String> {
        let parent = Anchor { document: anchor.document, pointer: anchor.pointer.parent()? };
        let names = self.value(&parent)?.as_object()?.keys().map(String::as_str);
        nearest(&anchor.pointer.last()?, names).map(str::to_owned)
    }

    /// Returns `documents` and all documents that they refer to, transitively.
    pub(super) fn reached(self, mut documents: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = documents.iter().copied().collect();
        while let Some(from) = open.pop().filter(|_| documents.len() < self.documents.len()) {
            let uris = referred_uris(&self.documents[from], self.uris.base(from));
            let found = uris.into_iter().filter_map(|uri| Some(self.resource_of(&uri)?.document));
            open.extend(found.filter(|document| documents.insert(*document)));
        }
        documents
    }

    /// The root of the resource that `file` names in the node `from`: a document, or a schema with an `$id`.
    fn resource(self, from: &Anchor, file: &str) -> Result<Anchor, RefError> {
        let own = self.identifiers().around(from);
        if file.is_empty() {
            return Ok(own.map_or_else(|| Anchor::root(from.document), |(root, _)| root));
        }
        let base = own.as_ref().map_or_else(|| self.uris.base(from.document), |(_, uri)| uri);
        let uri = uri::resolve(base, file).ok_or_else(|| RefError::NotAUri(file.to_owned()))?;
        self.resource_of(&uri).ok_or_else(|| match uri.starts_with("file:") {
            true => RefError::Unread(file.to_owned(), uri),
            false => RefError::Remote(uri),
        })
    }

    fn resource_of(self, uri: &str) -> Option<Anchor> {
        let schema = self.identifiers().resource(uri).cloned();
        schema.or_else(|| self.uris.documents.get(uri).map(|document| Anchor::root(*document)))
    }
}

/// The URIs that references in a document with that base URI name, without fragments.
pub(super) fn referred_uris(document: &Document, base: &str) -> BTreeSet<String> {
    let keywords = [REF, DYNAMIC_REF];
    if mentions(document, "$id") || mentions(document, "/draft-04/") {
        return identifiers::referred(document, base, &keywords);
    }
    let files = keywords.into_iter().flat_map(|keyword| mentioned(document, keyword));
    files.filter_map(|file| uri::resolve(base, file)).collect()
}

/// The values of `keyword` in `document`, without their fragments.
fn mentioned<'d>(document: &'d Document, keyword: &str) -> BTreeSet<&'d str> {
    let mut found = BTreeSet::new();
    if !mentions(document, keyword) {
        return found;
    }
    let mut waiting = vec![document.value()];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                let file = members.get(keyword).and_then(Value::as_str).and_then(|text| text.split('#').next());
                found.extend(file.filter(|file| !file.is_empty()));
                waiting.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

/// Whether `document` may have that word.
fn mentions(document: &Document, word: &str) -> bool {
    document.text().contains(word) || document.added().next().is_some()
}
