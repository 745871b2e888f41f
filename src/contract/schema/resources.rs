//! Resources with a URI that schemas are looked up in: the documents, and schemas with an `$id`.

use std::collections::HashMap;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use url::Url;

use crate::contract::Anchor;
use crate::contract::keyword::{self, Keyword, Shape};
use crate::contract::refs::{Refs, canonical, reference, resolve};
use crate::document::Document;
use crate::pointer::Pointer;

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

/// Every resource with a URI: the documents, and the schemas with an `$id`.
#[derive(Debug, Default)]
pub(super) struct Resources {
    known: Vec<(String, Anchor)>,
    /// Index into `known` by URI.
    numbers: HashMap<String, usize>,
    /// The URI of each schema with an `$id`.
    identified: HashMap<Anchor, String>,
    /// Every `$anchor` and `$dynamicAnchor` by URI.
    named: HashMap<String, Anchor>,
    /// Those outside of schemas with an `$id`.
    outside_ids: Vec<Name>,
    /// How many schemas have a `$dynamicAnchor` of that name; the outermost in the dynamic scope counts.
    dynamic: HashMap<String, usize>,
    /// The property-name patterns that the library has instead of those of the documents, with the latter.
    originals: HashMap<String, String>,
    /// Whether there is only one resource, so that a pointer is enough to locate a node.
    is_alone: bool,
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

impl Resources {
    /// Collects the documents of `refs`, then every schema in them with an `$id` (JSON Schema 2020-12 Core §8.2.1).
    pub(super) fn new(refs: Refs<'_>) -> Self {
        let mut resources = Self::default();
        for (document, uri) in refs.uris.iter() {
            resources.add(uri.to_owned(), Anchor { document, pointer: Pointer::root() });
        }
        for (index, document) in refs.documents.iter().enumerate() {
            if let Some(base) = Url::parse(refs.uris.base(index)).ok().filter(|_| has_names(document)) {
                resources.read(index, document.value(), base);
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
        if let Some(path) = uri.strip_prefix("file:").filter(|_| self.named.is_empty() && !needs_uris) {
            *uri = format!("json-schema:{path}");
            self.is_alone = true;
        }
    }

    /// Every resource that schemas in `documents` may reach: its URI and location.
    pub(super) fn around(&self, refs: Refs<'_>, documents: impl Iterator<Item = usize>) -> Vec<(&str, &Anchor)> {
        let identified = self.identified.keys().map(|anchor| anchor.document);
        let reached = refs.reached(documents.chain(identified).collect());
        let known = self.known.iter().filter(|(_, anchor)| reached.contains(&anchor.document));
        known.map(|(uri, anchor)| (uri.as_str(), anchor)).collect()
    }

    /// The URI of a node in its resource, the pointer percent-encoded.
    pub(super) fn uri(&self, anchor: &Anchor) -> String {
        let (resource, at) = self.home(anchor);
        let within = anchor.pointer.rebased(&at, &Pointer::root()).unwrap_or_default();
        format!("{resource}#{}", utf8_percent_encode(within.as_str(), FRAGMENT))
    }

    /// Every `$ref` whose pointer leads from outside into a schema with an `$id`: its location, and the URI of its target in the
    /// resource of that schema.
    pub(super) fn crossing(&self, refs: Refs<'_>) -> Vec<(Anchor, String)> {
        let mut found = Vec::new();
        let searched = refs.documents.iter().enumerate().filter(|_| !self.identified.is_empty());
        for (document, file) in searched {
            let mut open = vec![(file.value(), Pointer::root())];
            while let Some((value, pointer)) = open.pop() {
                let from = Anchor { document, pointer };
                let uri = reference(value).and_then(|reference| self.crossed(&from, reference));
                open.extend(inner(value, &from.pointer));
                found.extend(uri.map(|uri| (from, uri)));
            }
        }
        found
    }

    fn crossed(&self, from: &Anchor, reference: &str) -> Option<String> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let (base, _) = self.home(from);
        let resource = if file.is_empty() { base.to_owned() } else { resolve(base, file).ok()? };
        let target = self.within(&resource, fragment).filter(|_| fragment.starts_with('/'))?;
        (self.home(&target).0 != resource).then(|| self.uri(&target))
    }

    /// Every anchor outside of schemas with an `$id`.
    pub(super) fn outside_ids(&self) -> &[Name] {
        &self.outside_ids
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

    /// The node of a URI.
    pub(super) fn anchor(&self, uri: &str) -> Option<Anchor> {
        let (resource, fragment) = uri.split_once('#').unwrap_or((uri, ""));
        Some(self.original(self.within(resource, fragment)?))
    }

    /// The node in the document of a node in what the library has.
    fn original(&self, anchor: Anchor) -> Anchor {
        if self.originals.is_empty() {
            return anchor;
        }
        let (mut pointer, mut is_pattern) = (Pointer::root(), false);
        for token in anchor.pointer.tokens() {
            match self.originals.get(token.as_ref()).filter(|_| is_pattern) {
                Some(original) => pointer.push(original),
                None => pointer.push(&token),
            }
            is_pattern = token == "patternProperties";
        }
        Anchor { document: anchor.document, pointer }
    }

    /// Resolves `reference` in the schema at `from`: by a pointer into its own or another resource, or by an anchor (JSON Schema
    /// 2020-12 Core §8.2).
    pub(super) fn target(&self, refs: Refs<'_>, from: &Anchor, reference: &str) -> Option<Anchor> {
        if self.identified.is_empty() && self.named.is_empty() {
            return refs.target(from.document, reference).ok();
        }
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let (base, _) = self.home(from);
        if file.is_empty() { self.within(base, fragment) } else { self.within(&resolve(base, file).ok()?, fragment) }
    }

    /// Resolves the `$dynamicRef` `reference` in the schema at `from`; none where the target depends on the dynamic scope (JSON
    /// Schema 2020-12 Core §8.2.3.2).
    pub(super) fn only_target(&self, refs: Refs<'_>, from: &Anchor, reference: &str) -> Option<Anchor> {
        let target = self.target(refs, from, reference)?;
        let name = reference.split_once('#').map_or("", |(_, fragment)| fragment);
        let is_dynamic = refs.value(&target)?.get("$dynamicAnchor").is_some_and(|held| held == name);
        (!is_dynamic || self.dynamic.get(name) == Some(&1)).then_some(target)
    }

    /// The URI of the resource that holds the node at `anchor`, and its location in the document.
    fn home(&self, anchor: &Anchor) -> (&str, Pointer) {
        let ancestors = std::iter::successors(Some(anchor.clone()), |at| {
            Some(Anchor { document: at.document, pointer: at.pointer.parent()? })
        });
        let mut ancestors = ancestors.filter(|_| !self.identified.is_empty());
        let own = ancestors.find_map(|at| Some((self.identified.get(&at)?.as_str(), at.pointer)));
        let file = || self.known.get(anchor.document).map_or("", |(uri, _)| uri.as_str());
        own.unwrap_or_else(|| (file(), Pointer::root()))
    }

    fn within(&self, resource: &str, fragment: &str) -> Option<Anchor> {
        let fragment = percent_decode_str(fragment).decode_utf8().ok()?;
        match Pointer::parse(&fragment) {
            Some(within) => {
                let (_, base) = self.known.get(*self.numbers.get(resource)?)?;
                Some(Anchor { document: base.document, pointer: base.pointer.concat(&within) })
            }
            None => self.named.get(&format!("{resource}#{fragment}")).cloned(),
        }
    }

    fn add(&mut self, uri: String, anchor: Anchor) {
        self.numbers.entry(uri.clone()).or_insert(self.known.len());
        self.known.push((uri, anchor));
    }

    /// Adds every schema below `value` with an `$id` or an anchor. Data, such as examples, is skipped.
    fn read(&mut self, document: usize, value: &Value, base: Url) {
        let file = canonical(&base);
        let mut open = vec![(value, Pointer::root(), base)];
        while let Some((value, at, mut base)) = open.pop() {
            let text = |keyword: &str| value.get(keyword).and_then(Value::as_str);
            let anchor = || Anchor { document, pointer: at.clone() };
            if let Some(id) = text("$id").and_then(|id| base.join(id).ok()) {
                let uri = id.as_str().trim_end_matches('#').to_owned();
                self.identified.insert(anchor(), canonical(&id));
                self.add(uri, anchor());
                base = id;
            }
            for (keyword, name) in ["$anchor", "$dynamicAnchor"].iter().filter_map(|name| Some((name, text(name)?))) {
                let resource = canonical(&base);
                if resource == file {
                    self.outside_ids.push(Name { keyword, text: name.to_owned(), anchor: anchor() });
                }
                self.named.entry(format!("{resource}#{name}")).or_insert_with(anchor);
            }
            if let Some(name) = text("$dynamicAnchor") {
                *self.dynamic.entry(name.to_owned()).or_default() += 1;
            }
            open.extend(inner(value, &at).into_iter().map(|(value, at)| (value, at, base.clone())));
        }
    }
}

/// The values below the value at `at`, without data such as examples.
fn inner<'v>(value: &'v Value, at: &Pointer) -> Vec<(&'v Value, Pointer)> {
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
    ["$id", "$anchor", "$dynamicAnchor"].iter().any(|keyword| text.contains(keyword))
        || document.added().next().is_some()
}
