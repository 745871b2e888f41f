//! Stopping a run: running, draining, abandoned.

use tokio::sync::watch;

/// Phase of stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum StopPhase {
    /// The run goes on.
    #[default]
    Running,
    /// No case starts; exchanges in flight and teardowns finish.
    Draining,
    /// The run ends at once.
    Abandoned,
}

/// Handle to the phase; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    sender: watch::Sender<StopPhase>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { sender: watch::Sender::new(StopPhase::Running) }
    }
}

impl Stop {
    /// Advances to `phase`; never goes back.
    pub(crate) fn advance(&self, phase: StopPhase) {
        self.sender.send_if_modified(|current| {
            let is_later = phase > *current;
            *current = phase.max(*current);
            is_later
        });
    }

    /// The current phase.
    pub(crate) fn phase(&self) -> StopPhase {
        *self.sender.borrow()
    }

    /// Waits until at least `phase` is reached.
    pub(crate) async fn reached(&self, phase: StopPhase) {
        let mut receiver = self.sender.subscribe();
        // The sender lives in `self`, so waiting cannot fail while `self` is borrowed.
        let _ = receiver.wait_for(|current| *current >= phase).await;
    }
}
