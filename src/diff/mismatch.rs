//! One difference between a value and what a case expects.

use crate::pointer::Pointer;

use super::change::Kind;

/// One difference that [`compare`](super::compare) finds (see `expected-body`).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mismatch {
    /// Location in the actual value.
    pub at: Pointer,
    /// Location in the expected value.
    pub expected_at: Pointer,
    /// Kind of the difference.
    pub kind: Kind,
    /// Expected value or operator.
    pub expected: String,
    /// Whether `expected` is a JSON string.
    pub literal: bool,
    /// Number of further mismatches beyond the limit; set on the last one only.
    pub not_listed: u64,
}
