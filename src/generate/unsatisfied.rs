//! Why no value was generated.

use crate::contract::Anchor;

/// Why no value was generated: a location in the contract, and the obstacle there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub(crate) struct Unsatisfied {
    /// The schema or keyword.
    pub anchor: Anchor,
    /// A lower-case sentence fragment.
    pub why: String,
}
