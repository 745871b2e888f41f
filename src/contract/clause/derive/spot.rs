//! A location while its clauses are derived.

use crate::contract::clause::location::ClauseLocation;
use crate::contract::clause::set::Source;

/// A location that is entered.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The location.
    pub at: ClauseLocation,
    /// What kind of location it is.
    pub kind: SpotKind,
    /// The source of the clause that nothing is there; none where something must be.
    pub absent: Option<Source>,
}

/// Kinds of locations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpotKind {
    /// The whole value. That it is there is a clause of its parameter or media type.
    Root,
    /// A property or an item.
    Within,
    /// A branch of the value around it.
    Branch,
}
