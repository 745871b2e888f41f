//! Errors in expressions, with their position.

use std::ops::Range;

/// An error in an expression, and where it is in the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// Bytes of the text that are meant.
    pub range: Range<usize>,
}

impl Error {
    /// The same error in a text in which the expression starts at `offset`.
    pub(super) fn shifted(self, offset: usize) -> Self {
        Self { range: self.range.start + offset..self.range.end + offset, ..self }
    }
}

/// An error of evaluation.
#[derive(Debug)]
pub(super) struct EvalError {
    /// Whether a name or an attribute is missing, which `is defined` tests for.
    pub(super) is_missing: bool,
    pub(super) error: Error,
}

impl EvalError {
    pub(super) fn wrong(message: impl Into<String>, range: &Range<usize>) -> Self {
        Self { is_missing: false, error: Error { message: message.into(), range: range.clone() } }
    }

    pub(super) fn missing(message: impl Into<String>, range: &Range<usize>) -> Self {
        Self { is_missing: true, ..Self::wrong(message, range) }
    }
}
