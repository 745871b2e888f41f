//! What a run tells while it goes.

use super::Outcome;

/// Receives a run's events, in the order they happen; called on the runner's thread.
pub trait Sink {
    /// Takes one event. It must not block for long.
    fn take(&mut self, event: Event<'_>);
}

/// One event.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run begins with that many cases.
    Started {
        /// Cases that will be tried.
        cases: usize,
    },
    /// A case is finished.
    Finished(Box<Outcome<'a>>),
    /// Stopping was asked for: no case starts any more.
    Draining,
}
