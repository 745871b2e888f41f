//! Wall clock and seed of a run.

/// When a run starts and what its randomness derives from. Both are read once, by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Start {
    /// Microseconds since 1970 (UTC).
    pub at: i64,
    /// The seed.
    pub seed: u64,
}
