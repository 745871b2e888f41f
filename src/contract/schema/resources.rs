//! The resources that schemas are found in by URI: the files, and the schemas that carry an `$id` of their own.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use url::Url;

use crate::contract::Anchor;
use crate::contract::refs::Refs;
use crate::document::Document;
use crate::location::Pointer;

/// What a URI fragment may not hold as it stands (RFC 3986 §3.5).
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

/// Every resource that schemas are found in: the files, and the schemas that carry an `$id` of their own.
#[derive(Debug)]
pub(super) struct Resources {
    files: usize,
    known: Vec<(String, Anchor)>,
}

impl Resources {
    /// The files of `refs`, then every schema in them with an `$id` (JSON Schema 2020-12 Core §8.2.1).
    pub fn of(refs: Refs<'_>) -> Self {
        let file = |(document, uri): (usize, &str)| (uri.to_owned(), Anchor { document, pointer: Pointer::root() });
        let mut known: Vec<_> = refs.uris.iter().map(file).collect();
        for (index, document) in refs.documents.iter().enumerate() {
            if let Some(base) = Url::parse(refs.uris.base(index)).ok().filter(|_| has_ids(document)) {
                known.extend(
                    identified(document.value(), &base)
                        .map(|(uri, pointer)| (uri, Anchor { document: index, pointer })),
                );
            }
        }
        Self { files: refs.documents.len(), known }
    }

    /// Every resource: its URI and where it stands.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Anchor)> {
        self.known.iter().map(|(uri, anchor)| (uri.as_str(), anchor))
    }

    /// The URI of a node, its pointer percent-encoded.
    pub fn uri(&self, anchor: &Anchor) -> String {
        let file = self.known[..self.files].get(anchor.document).map_or("", |(uri, _)| uri.as_str());
        format!("{file}#{}", utf8_percent_encode(anchor.pointer.as_str(), FRAGMENT))
    }

    /// The node that a URI names.
    pub fn anchor(&self, uri: &str) -> Option<Anchor> {
        let (resource, fragment) = uri.split_once('#').unwrap_or((uri, ""));
        let (_, base) = self.known.iter().find(|(held, _)| held == resource)?;
        let within = Pointer::parse(&percent_decode_str(fragment).decode_utf8().ok()?)?;
        Some(Anchor { document: base.document, pointer: base.pointer.concat(&within) })
    }
}

/// Whether an `$id` may stand in `document`; only then is it searched.
fn has_ids(document: &Document) -> bool {
    document.text().contains("$id") || document.added().next().is_some()
}

/// Every schema below `value` that has an `$id`: its URI, and where it stands. Examples are not looked into.
fn identified(value: &Value, base: &Url) -> impl Iterator<Item = (String, Pointer)> {
    let mut open = vec![(value, Pointer::root(), base.clone())];
    let mut found = Vec::new();
    while let Some((value, at, mut base)) = open.pop() {
        if let Some(id) = value.get("$id").and_then(Value::as_str).and_then(|id| base.join(id).ok()) {
            found.push((id.as_str().trim_end_matches('#').to_owned(), at.clone()));
            base = id;
        }
        match value {
            Value::Object(members) => {
                let members = members
                    .iter()
                    .filter(|(name, _)| !matches!(name.as_str(), "example" | "examples" | "const" | "default"));
                open.extend(members.map(|(name, value)| (value, at.join(name), base.clone())));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(index, value)| (value, at.join(index), base.clone())));
            }
            _ => {}
        }
    }
    found.into_iter()
}
