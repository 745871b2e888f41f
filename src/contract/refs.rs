//! Resolves references: from a file and a `$ref` to a node of one of the contract's files (RFC 3986 §5, RFC 6901 §6).

use std::collections::{BTreeSet, HashMap};

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use crate::document::Document;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::suggestion::nearest;

use super::Anchor;

/// URIs of the documents.
#[derive(Debug, Default)]
pub struct Uris {
    bases: Vec<String>,
    documents: HashMap<String, usize>,
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
}

/// The name of the field of Reference Objects, and of the keyword of schemas, that refers to something else.
pub(crate) const REF: &str = "$ref";

/// The keyword that refers to a schema by the scope it is evaluated in (JSON Schema 2020-12 Core §8.2.3.2).
pub(crate) const DYNAMIC_REF: &str = "$dynamicRef";

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
    /// Its fragment is not a JSON Pointer.
    #[error("#{0} is not a JSON Pointer, which starts with #/")]
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
    /// Resolves `reference` in the document `from`; does not check that the target exists.
    pub(super) fn target(self, from: usize, reference: &str) -> Result<Anchor, RefError> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let document = if file.is_empty() { from } else { self.document(from, file)? };
        Ok(Anchor { document, pointer: pointer(fragment)? })
    }

    /// Resolves the `$ref` of `object` in the document `from`; does not check that the target exists.
    pub(super) fn referred(self, from: usize, object: &Value) -> Option<Anchor> {
        self.target(from, reference(object)?).ok()
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
            let files = referred_files(&self.documents[from]);
            let found = files.filter_map(|file| self.document(from, file).ok());
            open.extend(found.filter(|document| documents.insert(*document)));
        }
        documents
    }

    fn document(self, from: usize, file: &str) -> Result<usize, RefError> {
        let uri = resolve(self.uris.base(from), file)?;
        self.uris.documents.get(&uri).copied().ok_or_else(|| match uri.starts_with("file:") {
            true => RefError::Unread(file.to_owned(), uri),
            false => RefError::Remote(uri),
        })
    }
}

/// Resolves the file part of a reference to a URI without fragment.
pub(super) fn resolve(base: &str, file: &str) -> Result<String, RefError> {
    let url = Url::parse(base).and_then(|base| base.join(file));
    url.map(|url| canonical(&url)).map_err(|_| RefError::NotAUri(file.to_owned()))
}

/// A URL as a string without fragment. In file URLs, the characters that RFC 3986 does not allow in a path are encoded, because
/// the URL library leaves them.
pub(super) fn canonical(url: &Url) -> String {
    if url.scheme() != "file" || url.host().is_some() {
        return url.as_str().split('#').next().unwrap_or_default().to_owned();
    }
    let path =
        url.path().chars().map(|c| if "[]|^\\".contains(c) { format!("%{:02X}", u32::from(c)) } else { c.into() });
    format!("file://{}", path.collect::<String>())
}

fn pointer(fragment: &str) -> Result<Pointer, RefError> {
    let decoded = percent_decode_str(fragment).decode_utf8().ok();
    decoded.and_then(|text| Pointer::parse(&text)).ok_or_else(|| RefError::NotAPointer(fragment.to_owned()))
}

/// The files that references in `document` name.
pub(super) fn referred_files(document: &Document) -> impl Iterator<Item = &str> {
    [REF, DYNAMIC_REF].into_iter().flat_map(|keyword| mentioned(document, keyword))
}

/// The values of `keyword` in `document`, without their fragments.
pub(super) fn mentioned<'d>(document: &'d Document, keyword: &str) -> BTreeSet<&'d str> {
    let mut found = BTreeSet::new();
    if !document.text().contains(keyword) && document.added().next().is_none() {
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
