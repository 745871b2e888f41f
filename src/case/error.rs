//! What can be wrong with a case: collected while a file is read, or met when its request is made.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::{self, Document, End};
use crate::expression;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::suggestion::nearest;

/// Why a case cannot be expanded, and where in its file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpandError {
    /// What is wrong.
    pub message: String,
    /// The pointer into the case's file.
    pub at: Pointer,
}

impl ExpandError {
    /// The error `message` about the node at `at`.
    pub fn new(message: impl Into<String>, at: Pointer) -> Self {
        Self { message: message.into(), at }
    }
}

/// The problems of one case file, each shown where it stands.
pub struct Problems<'a> {
    document: &'a Document,
    list: Vec<Problem>,
}

impl<'a> Problems<'a> {
    /// No problems yet.
    pub fn of(document: &'a Document) -> Self {
        Self { document, list: Vec::new() }
    }

    /// Notes a breach of `rule` by the value at `at`.
    pub fn value(&mut self, rule: &'static str, at: &Pointer, message: impl Into<String>) {
        self.list.push(Problem::new(message).rule(rule).at(self.document.snippet(at, End::Value)));
    }

    /// Notes a breach of `rule` by the name of the member at `at`.
    pub fn key(&mut self, rule: &'static str, at: &Pointer, message: impl Into<String>) {
        self.list.push(Problem::new(message).rule(rule).at(self.document.snippet(at, End::Key)));
    }

    /// Notes a breach of `rule` within the text of the scalar at `at`.
    pub fn expression(&mut self, rule: &'static str, at: &Pointer, error: &expression::Error) {
        self.list
            .push(Problem::new(&error.message).rule(rule).at(self.document.snippet_within(at, error.range.clone())));
    }

    /// Says how to mend the problem noted last.
    pub fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.list.pop() {
            self.list.push(last.help(help));
        }
    }

    /// Suggests the candidate nearest to `typed`, if one is near.
    pub fn suggest<'c>(&mut self, typed: &str, candidates: impl IntoIterator<Item = &'c str>) {
        if let Some(near) = nearest(typed, candidates) {
            self.help(format!("did you mean `{near}`?"));
        }
    }

    /// Whether the document has a node at `at`.
    pub fn has(&self, at: &Pointer) -> bool {
        self.document.value().pointer(at.as_str()).is_some()
    }

    /// Whether the document has a node at `at` that is not null.
    pub fn has_value(&self, at: &Pointer) -> bool {
        self.document.value().pointer(at.as_str()).is_some_and(|value| !value.is_null())
    }

    /// The text of the scalar at `at`.
    pub fn text(&self, at: &Pointer) -> Option<&'a str> {
        self.document.value().pointer(at.as_str()).and_then(Value::as_str)
    }

    /// Reads the value at `at`. Each mistake is noted; none when a member that must be there is missing or wrong.
    pub fn read<T: DeserializeOwned>(&mut self, at: &Pointer) -> Option<T> {
        let (value, found) = document::read(self.document, at);
        self.list.extend(found);
        value
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// The problems, in the order of the file.
    pub fn into_list(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|problem| problem.at.as_ref().map(|snippet| (snippet.place.line, snippet.place.column)));
        self.list.dedup();
        self.list
    }
}
