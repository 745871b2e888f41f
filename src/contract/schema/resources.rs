//! What the library looks schemas up in: the documents, the schemas with an `$id`, and those with a dialect of their own. Each has a URI.

use std::collections::HashMap;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::contract::Anchor;
use crate::contract::identifiers::inner;
use crate::contract::refs::{Refs, reference};
use crate::contract::uri::resolve;
use crate::pointer::Pointer;

use super::dialects::DialectMap;

/// Characters that are percent-encoded in a URI fragment (RFC 3986 §3.5).
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The prefix of the names of keywords that only the library has: copies of those that are changed for it.
pub(super) const COPY: &str = "x-signoff-copy-";

/// The scheme of the URIs of schemas with a dialect of their own but no `$id`, which only the library knows.
const SCHEME: &str = "signoff-dialect";

/// Every resource.
#[derive(Debug, Default)]
pub(super) struct Resources {
    known: Vec<(String, Anchor)>,
    /// Index into `known` by URI.
    numbers: HashMap<String, usize>,
    /// The URI of each resource within a document.
    within: HashMap<Anchor, String>,
    /// The property-name patterns that the library has instead of those of the documents, with the latter.
    originals: HashMap<String, String>,
    /// Whether there is only one resource, so that a pointer is enough to locate a node.
    is_alone: bool,
}

impl Resources {
    /// Collects the documents of `refs`, then the schemas in them.
    pub(super) fn new(refs: Refs<'_>, dialects: &DialectMap) -> Self {
        let mut resources = Self::default();
        for (document, uri) in refs.uris.iter() {
            resources.add(uri.to_owned(), Anchor::root(document));
        }
        let mut identified: Vec<_> = refs.identifiers().identified().iter().collect();
        identified.sort_unstable();
        for (anchor, uri) in identified {
            resources.within.insert(anchor.clone(), uri.clone());
            resources.add(uri.clone(), anchor.clone());
        }
        for (number, (anchor, _)) in dialects.roots().filter(|(anchor, _)| !anchor.pointer.is_root()).enumerate() {
            if !resources.within.contains_key(anchor) {
                let uri = format!("{SCHEME}:/{number}");
                resources.within.insert(anchor.clone(), uri.clone());
                resources.add(uri, anchor.clone());
            }
        }
        resources.set_apart(refs);
        resources
    }

    /// Gives the only resource a URI of the scheme for which the library stores no URI per keyword, which saves most of the memory of
    /// a document. Not where a pointer is not enough: for a document that may refer to itself by its URI, and for `propertyNames`,
    /// where the library reports a location within.
    fn set_apart(&mut self, refs: Refs<'_>) {
        let ([(uri, _)], [file]) = (self.known.as_mut_slice(), refs.documents) else { return };
        let mentions = |word: &str| file.text().contains(word) || file.added().next().is_some();
        let needs_uris = mentions("file:") || mentions("propertyNames");
        if let Some(path) = uri.strip_prefix("file:").filter(|_| refs.identifiers().is_empty() && !needs_uris) {
            *uri = format!("json-schema:{path}");
            self.is_alone = true;
        }
    }

    /// Every resource that schemas in `documents` may reach: its URI and location.
    pub(super) fn around(&self, refs: Refs<'_>, documents: impl Iterator<Item = usize>) -> Vec<(&str, &Anchor)> {
        let within = self.within.keys().map(|anchor| anchor.document);
        let reached = refs.reached(documents.chain(within).collect());
        let known = self.known.iter().filter(|(_, anchor)| reached.contains(&anchor.document));
        known.map(|(uri, anchor)| (uri.as_str(), anchor)).collect()
    }

    /// The URI of a node in its resource, the pointer percent-encoded.
    pub(super) fn uri(&self, anchor: &Anchor) -> String {
        let (resource, at) = self.home(anchor);
        let within = anchor.pointer.rebased(&at, &Pointer::root()).unwrap_or_default();
        format!("{resource}#{}", utf8_percent_encode(within.as_str(), FRAGMENT))
    }

    /// Every `$ref` that the library would resolve to another node or to none: its location, and the URI of its target.
    pub(super) fn crossing(&self, refs: Refs<'_>, dialects: &DialectMap) -> Vec<(Anchor, String)> {
        let mut found = Vec::new();
        let is_plain = self.within.is_empty() && refs.identifiers().is_empty();
        for (document, file) in refs.documents.iter().enumerate().filter(|_| !is_plain) {
            let mut open = vec![(file.value(), Pointer::root())];
            while let Some((value, pointer)) = open.pop() {
                let from = Anchor { document, pointer };
                let uri = reference(value).and_then(|reference| self.crossed(refs, dialects, &from, reference));
                open.extend(inner(value, &from.pointer));
                found.extend(uri.map(|uri| (from, uri)));
            }
        }
        found
    }

    /// The URI of the target of `reference`: in a schema with a dialect of its own, which may have an `$id` that the library does not read,
    /// where its pointer leads into another resource, or where it names an anchor of a document, which the library does not search.
    fn crossed(&self, refs: Refs<'_>, dialects: &DialectMap, from: &Anchor, reference: &str) -> Option<String> {
        let target = refs.target(from, reference).ok()?;
        let base = refs.identifiers().around(from).map_or_else(|| self.document(from.document), |(_, uri)| uri);
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let named = if file.is_empty() { base.to_owned() } else { resolve(base, file)? };
        let is_elsewhere = match fragment {
            "" => false,
            pointer if pointer.starts_with('/') => self.home(&target).0 != named,
            _ => refs.identifiers().around(&target).is_none(),
        };
        (is_elsewhere || dialects.around(from).is_some()).then(|| self.uri(&target))
    }

    /// The same, for a library that has other property-name patterns than the documents: the latter by the former.
    pub(super) fn with_originals(self, originals: HashMap<String, String>) -> Self {
        Self { originals, ..self }
    }

    /// The node at `pointer` in the only resource; none where there are several.
    pub(super) fn alone(&self, pointer: &str) -> Option<Anchor> {
        let pointer = Pointer::parse(pointer).filter(|_| self.is_alone)?;
        Some(self.original(Anchor { document: 0, pointer }))
    }

    /// The node of a URI with a pointer.
    pub(super) fn anchor(&self, uri: &str) -> Option<Anchor> {
        let (resource, fragment) = uri.split_once('#').unwrap_or((uri, ""));
        let within = Pointer::parse(&percent_decode_str(fragment).decode_utf8().ok()?)?;
        let (_, root) = self.known.get(*self.numbers.get(resource)?)?;
        Some(self.original(Anchor { document: root.document, pointer: root.pointer.concat(&within) }))
    }

    /// The node in the document of a node in what the library has.
    fn original(&self, anchor: Anchor) -> Anchor {
        if self.originals.is_empty() && !anchor.pointer.as_str().contains(COPY) {
            return anchor;
        }
        let (mut pointer, mut is_pattern) = (Pointer::root(), false);
        for token in anchor.pointer.tokens() {
            let token = token.strip_prefix(COPY).unwrap_or(&token);
            match self.originals.get(token).filter(|_| is_pattern) {
                Some(original) => pointer.push(original),
                None => pointer.push(token),
            }
            is_pattern = token == "patternProperties";
        }
        Anchor { document: anchor.document, pointer }
    }

    /// The URI of the resource that holds the node at `anchor`, and its location in the document.
    fn home(&self, anchor: &Anchor) -> (&str, Pointer) {
        let mut around = anchor.around().filter(|_| !self.within.is_empty());
        let own = around.find_map(|at| Some((self.within.get(&at)?.as_str(), at.pointer)));
        own.unwrap_or_else(|| (self.document(anchor.document), Pointer::root()))
    }

    fn document(&self, index: usize) -> &str {
        self.known.get(index).map_or("", |(uri, _)| uri.as_str())
    }

    fn add(&mut self, uri: String, anchor: Anchor) {
        self.numbers.entry(uri.clone()).or_insert(self.known.len());
        self.known.push((uri, anchor));
    }
}
