//! Runs a plan: stories concurrent, cases of a story in order, on the current tokio runtime.

use std::time::Duration;

use crate::transport::Transport;

use super::{Plan, Sink, Stop};

/// When a run starts and what its randomness derives from: read once, outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// Microseconds since 1970 (UTC).
    pub at: i64,
    /// The seed.
    pub seed: u64,
}

/// How a run is bounded.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Stories (or independent cases) at a time, at least 1.
    pub jobs: usize,
    /// Whether the first failed or errored case starts the draining.
    pub fail_fast: bool,
    /// How long exchanges in flight may go on once draining.
    pub grace: Duration,
}

/// Runs every selected case of `plan` and hands each finished one to `sink`. Returns when all is done or abandoned.
pub async fn run(plan: &Plan<'_>, transport: &impl Transport, limits: &Limits, stop: &Stop, sink: &mut dyn Sink) {
    let _ = (plan, transport, limits, stop, sink);
    todo!()
}
