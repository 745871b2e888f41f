//! Indexes of clauses, places and branches of one operation.

/// Index of a clause among those of its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClauseId(pub u32);

impl ClauseId {
    /// The index in [`OperationClauses::entries`].
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Index of a place in the places of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceId(pub u32);

/// Index of a schema in the branches of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BranchId(pub u32);
