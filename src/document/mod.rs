//! YAML or JSON text as a value, with the place of every node on demand.

use std::sync::Arc;

use serde_json::Value;

use crate::location::{Place, Pointer, Problem, Snippet};

/// Which end of a member a place means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The member's name; for an element, the element itself.
    Key,
    /// The member's value.
    Value,
}

/// One parsed file.
#[derive(Debug)]
pub struct Document {
    name: Arc<str>,
    text: Arc<str>,
    value: Value,
}

impl Document {
    /// Reads `text` as YAML 1.2 (core schema), or as JSON when `name` ends in `.json` or the text opens with `{` or `[`
    /// and is JSON. Refuses duplicate keys (both places shown), depth over 200, and documents over the node and text
    /// budgets; every problem has a place.
    pub fn parse(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Result<Self, Vec<Problem>> {
        let _ = (name.into(), text.into());
        todo!()
    }

    /// The file's name as shown to the user.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The text as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value; object members keep their order.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where the node at `pointer` stands; when there is none, its nearest existing ancestor. Composed on first use.
    pub fn locate(&self, pointer: &Pointer, end: End) -> Place {
        let _ = (pointer, end);
        todo!()
    }

    /// The source line of the node at `pointer`, to be shown with a problem.
    pub fn snippet(&self, pointer: &Pointer, end: End) -> Snippet {
        let _ = (pointer, end);
        todo!()
    }

    /// The snippet at a byte range inside the scalar at `pointer` (0 is its first character), for problems within an
    /// expression; falls back to the whole scalar when the scalar's text does not stand verbatim in the file.
    pub fn snippet_within(&self, pointer: &Pointer, range: std::ops::Range<usize>) -> Snippet {
        let _ = (pointer, range);
        todo!()
    }

    /// Plain scalars whose number reads differently from its text (`+14155552671`, `2.10`, `0b101`, `1_000`, `012`):
    /// the pointer and the text as written. Empty for JSON.
    pub fn misread_numbers(&self) -> Vec<(Pointer, String)> {
        todo!()
    }
}

/// Parses JSON strictly, as a peer's answer must be: UTF-8 without BOM, nothing after the value, no duplicate keys, at most
/// `MAX_DEPTH` levels. Never panics, whatever the bytes.
pub fn parse_json(bytes: &[u8]) -> Result<Value, JsonError> {
    let _ = bytes;
    todo!()
}

/// Levels of nesting that a document or an answer may have.
pub const MAX_DEPTH: usize = 200;

/// Why bytes are not strict JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line} column {column}")]
pub struct JsonError {
    /// What is wrong: `duplicate key "status"`, `not UTF-8`, `text after the value` …
    pub message: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// For a duplicate key or a bad number: the pointer to the member.
    pub at: Option<Pointer>,
}
