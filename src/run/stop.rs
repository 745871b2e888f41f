//! Stopping: running, draining, abandoned.

use tokio::sync::watch;

/// How far stopping has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum StopPhase {
    /// Nothing was asked.
    #[default]
    Running,
    /// No case starts; exchanges in flight and teardowns finish.
    Draining,
    /// Nothing more is waited for.
    Abandoned,
}

/// A handle on the phase; clones share it.
#[derive(Debug, Clone)]
pub struct Stop {
    sender: watch::Sender<StopPhase>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { sender: watch::Sender::new(StopPhase::Running) }
    }
}

impl Stop {
    /// Moves on to `phase`; never back.
    pub fn advance(&self, phase: StopPhase) {
        self.sender.send_if_modified(|held| {
            let forward = phase > *held;
            *held = phase.max(*held);
            forward
        });
    }

    /// The phase now.
    pub fn phase(&self) -> StopPhase {
        *self.sender.borrow()
    }

    /// Waits until at least `phase` is reached.
    pub async fn reached(&self, phase: StopPhase) {
        let mut receiver = self.sender.subscribe();
        // The sender lives in `self`, so waiting cannot fail while `self` is borrowed.
        let _ = receiver.wait_for(|held| *held >= phase).await;
    }
}
