//! One difference between a value and what a case expects.

use crate::pointer::Pointer;

use super::change::Kind;

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
