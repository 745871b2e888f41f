//! The document in a block of a page.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::version::OasVersion;
use crate::document::{Document, End};
use crate::place::Snippet;
use crate::pointer::Pointer;

/// The document of a page.
#[derive(Debug)]
pub(super) struct PageDocument {
    /// The file name of the page.
    pub page: Arc<str>,
    /// The line of the page on which the document starts.
    pub line: usize,
    /// Its version on the page, or its beginning.
    pub at: Snippet,
    /// The document.
    pub root: Value,
    /// The same as the page has it, if that has the same structure.
    pub parsed: Option<Document>,
}

impl PageDocument {
    /// Its place as messages name it.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }

    /// The location on the page, or the beginning of the document if the page has another structure.
    pub(super) fn snippet(&self, pointer: &Pointer, end: End) -> Snippet {
        self.parsed.as_ref().map_or_else(|| self.at.clone(), |parsed| parsed.snippet(pointer, end))
    }

    /// The value of `openapi`.
    pub(super) fn openapi(&self) -> &str {
        self.root.get("openapi").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its version, if it is a supported one.
    pub(super) fn version(&self) -> Option<OasVersion> {
        OasVersion::parse(self.openapi())
    }
}
