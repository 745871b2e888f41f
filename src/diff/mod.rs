//! What differs between two JSON values, or a value and a schema, and how it is laid out as lines.

mod align;
mod compare;
mod emphasis;
mod excerpt;
mod fold;
mod layout;
mod lint;
mod marks;
mod number;
mod operators;
mod path;
mod text;
mod written;

use std::ops::Range;

pub use compare::compare;
pub use excerpt::excerpt;
pub use fold::brief;
pub use layout::lines;
pub use lint::lint;
pub use text::{shorten, visible};
pub use written::Written;

pub use crate::document::Digits;

use crate::pointer::Pointer;

/// One place where a value is not as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where in the actual value; for a missing member, where it would stand.
    pub at: Pointer,
    /// What kind of difference.
    pub kind: Kind,
    /// What was asked, in the compact notation or as compact JSON.
    pub expected: String,
    /// Whether `expected` is a JSON string that `actual` may be compared with character by character.
    pub literal: bool,
    /// The right-hand note: `body-schema: enum`.
    pub note: String,
    /// The place to look at: `specs/imprint.yaml:108:11`.
    pub place: String,
}

/// The kinds of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something else came.
    Wrong,
    /// Nothing came.
    Missing,
    /// It should not be there.
    Unexpected,
}

/// How a line of a diff is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Right as it is.
    Context,
    /// What was asked (`-`).
    Removed,
    /// What came (`+`).
    Added,
    /// Unchanged lines left out.
    Fold,
}

/// One line of a diff, for every renderer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it is meant.
    pub role: Role,
    /// The text with its indentation, without `-`, `+`.
    pub text: String,
    /// Byte ranges of `text` that differ.
    pub emphasis: Vec<Range<usize>>,
    /// The note and the place at the right.
    pub annotation: Option<(String, String)>,
}

/// What of `actual` is not as `expected` wants it, as the case language compares (subset objects, operators): see
/// `expected-body`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// Where in the actual value.
    pub at: Pointer,
    /// Where in the expected value.
    pub wanted_at: Pointer,
    /// What kind.
    pub kind: Kind,
    /// What was asked.
    pub expected: String,
    /// Whether `expected` is a JSON string.
    pub literal: bool,
    /// One sentence.
    pub message: String,
}

#[cfg(test)]
mod tests;
