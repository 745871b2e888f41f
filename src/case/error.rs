//! Problems of case files, and errors of expanding a case.

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
pub(crate) struct ExpandError {
    /// What is wrong.
    pub message: String,
    /// The pointer into the case's file.
    pub at: Pointer,
    /// Advice.
    pub help: Option<String>,
}

impl ExpandError {
    /// An error about the node at `at`.
    pub(crate) fn new(message: impl Into<String>, at: Pointer) -> Self {
        Self { message: message.into(), at, help: None }
    }

    /// Message and advice in one line.
    pub(crate) fn into_line(self) -> String {
        let Self { message, help, .. } = self;
        help.map_or(message.clone(), |help| format!("{message} ({help})"))
    }
}

/// Collects the problems of one case file with their locations.
pub(super) struct Problems<'a> {
    document: &'a Document,
    list: Vec<Problem>,
}

impl<'a> Problems<'a> {
    /// Starts without problems.
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, list: Vec::new() }
    }

    /// Reports that the value at `at` violates `rule`.
    pub(super) fn value(&mut self, rule: &'static str, at: &Pointer, message: impl Into<String>) {
        self.list.push(Problem::new(message).rule(rule).at(self.document.snippet(at, End::Value)));
    }

    /// Reports that the key at `at` violates `rule`.
    pub(super) fn key(&mut self, rule: &'static str, at: &Pointer, message: impl Into<String>) {
        self.list.push(Problem::new(message).rule(rule).at(self.document.snippet(at, End::Key)));
    }

    /// Reports an error within the string at `at`.
    pub(super) fn expression(&mut self, rule: &'static str, at: &Pointer, error: &expression::Error) {
        self.list
            .push(Problem::new(&error.message).rule(rule).at(self.document.snippet_within(at, error.range.clone())));
    }

    /// Adds a hint to the last problem.
    pub(super) fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.list.pop() {
            self.list.push(last.help(help));
        }
    }

    /// Adds the candidate closest to `typed`, if there is one, to the last problem as a suggestion.
    pub(super) fn suggest<'c>(&mut self, typed: &str, candidates: impl IntoIterator<Item = &'c str>) {
        if let Some(near) = nearest(typed, candidates) {
            self.help(format!("did you mean `{near}`?"));
        }
    }

    /// Replaces the hint of the problem of `rule` at the key `at`, if there is one.
    pub(super) fn replace_help(&mut self, rule: &'static str, at: &Pointer, help: &str) {
        let snippet = self.document.snippet(at, End::Key);
        let is_meant = |problem: &&mut Problem| problem.rule == Some(rule) && problem.at.as_ref() == Some(&snippet);
        if let Some(problem) = self.list.iter_mut().find(is_meant) {
            problem.help = Some(help.into());
        }
    }

    /// Whether the document has a node at `at`.
    pub(super) fn has(&self, at: &Pointer) -> bool {
        self.document.value().pointer(at.as_str()).is_some()
    }

    /// Whether the document has a node at `at` that is not null.
    pub(super) fn has_value(&self, at: &Pointer) -> bool {
        self.document.value().pointer(at.as_str()).is_some_and(|value| !value.is_null())
    }

    /// The string at `at`.
    pub(super) fn text(&self, at: &Pointer) -> Option<&'a str> {
        self.document.value().pointer(at.as_str()).and_then(Value::as_str)
    }

    /// The digits of the number at `at`, where it is not represented exactly.
    pub(super) fn digits(&self, at: &Pointer) -> Option<String> {
        self.document.inexact_number(at)
    }

    /// Deserialises the value at `at` and reports every error. Returns `None` if a required key is missing or wrong.
    pub(super) fn read<T: DeserializeOwned>(&mut self, at: &Pointer) -> Option<T> {
        let (value, found) = document::read(self.document, at);
        self.list.extend(found);
        value
    }

    /// Number of problems.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// Returns the problems in the order of the file.
    pub(super) fn into_list(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|problem| problem.at.as_ref().map(|snippet| (snippet.place.line, snippet.place.column)));
        self.list.dedup();
        self.list
    }
}
