//! Limits of a run.

use std::time::Duration;

/// How many cases run at a time, and when a run ends early.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limits {
    /// Number of stories (or independent cases) that run concurrently, at least 1.
    pub jobs: usize,
    /// Whether the first failed or errored case stops the run.
    pub fail_fast: bool,
    /// How long exchanges in flight may continue once the run is stopping.
    pub grace: Duration,
}
