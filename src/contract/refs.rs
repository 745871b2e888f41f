//! Where a reference leads: from a file and a `$ref` to a node of one of the contract's files (RFC 3986 §5, RFC 6901 §6).

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use crate::document::Document;
use crate::location::Pointer;

use super::Anchor;

/// Every file of a contract with its URI.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refs<'d> {
    /// The files.
    pub documents: &'d [Document],
    /// Their URIs, by the same index.
    pub uris: &'d [String],
}

/// Why a reference leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RefError {
    /// It names another host.
    #[error("{0} is not a file: references are only followed to files, never over the network")]
    Remote(String),
    /// It cannot be read as a URI reference.
    #[error("{0:?} is not a URI reference")]
    NotAUri(String),
    /// Its fragment is no JSON Pointer.
    #[error("#{0} is not a JSON Pointer, which starts with #/")]
    NotAPointer(String),
    /// It names a file that could not be read; as written, and its URI.
    #[error("the file {0} cannot be read")]
    Unread(String, String),
}

impl<'d> Refs<'d> {
    /// The node that `reference`, standing in the document `from`, names; whether there is such a node is not asked.
    pub fn target(self, from: usize, reference: &str) -> Result<Anchor, RefError> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let document = if file.is_empty() { from } else { self.document(from, file)? };
        Ok(Anchor { document, pointer: pointer(fragment)? })
    }

    /// The value at `anchor`.
    pub fn value(self, anchor: &Anchor) -> Option<&'d Value> {
        self.documents.get(anchor.document)?.value().pointer(anchor.pointer.as_str())
    }

    fn document(self, from: usize, file: &str) -> Result<usize, RefError> {
        let uri = resolve(&self.uris[from], file)?;
        let found = self.uris.iter().position(|held| *held == uri);
        found.ok_or_else(|| RefError::Unread(file.to_owned(), uri))
    }
}

/// The URI that the file part of a reference names; only `file:` URIs are given.
pub(super) fn resolve(base: &str, file: &str) -> Result<String, RefError> {
    let not_a_uri = || RefError::NotAUri(file.to_owned());
    let url = Url::parse(base).and_then(|base| base.join(file)).map_err(|_| not_a_uri())?;
    if url.scheme() != "file" || url.host().is_some() {
        return Err(RefError::Remote(file.to_owned()));
    }
    Ok(canonical(&url))
}

/// The text of a file URL with the characters encoded that RFC 3986 does not allow in a path but URLs let pass.
pub(super) fn canonical(url: &Url) -> String {
    let path =
        url.path().chars().map(|c| if "[]|^\\".contains(c) { format!("%{:02X}", u32::from(c)) } else { c.into() });
    format!("file://{}", path.collect::<String>())
}

fn pointer(fragment: &str) -> Result<Pointer, RefError> {
    let decoded = percent_decode_str(fragment).decode_utf8().ok();
    decoded.and_then(|text| Pointer::parse(&text)).ok_or_else(|| RefError::NotAPointer(fragment.to_owned()))
}
