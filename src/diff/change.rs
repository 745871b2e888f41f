//! One difference, as the layout needs it.

use crate::pointer::Pointer;

/// One difference at a location of the actual value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Location in the actual value; for a missing property the location it would have.
    pub at: Pointer,
    /// Kind of the difference.
    pub kind: Kind,
    /// Expected value, in the compact notation of schemas or as compact JSON.
    pub expected: String,
    /// Whether `expected` is a JSON string that `actual` may be compared with character by character.
    pub literal: bool,
    /// Note in the right-hand column: `body-schema: enum`.
    pub note: String,
    /// Location of the rule: `specs/imprint.yaml:108:11`.
    pub place: String,
}

/// Kind of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Another value is there.
    Wrong,
    /// Nothing is there.
    Missing,
    /// The value is not expected at all.
    Unexpected,
}
