//! One difference, as it is laid out.

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
