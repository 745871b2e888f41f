//! Memory for what others send: one budget per run, and per server, from which everything draws whose size a peer decides.
//!
//! It has two parts. What is kept while something else is awaited (a body that is still being received, an outcome that is not
//! delivered, a response that its client does not read) draws from the bytes, and never waits for them: it is spilled to a file,
//! delivered or refused. What is being processed has the turn: a large message is read into memory, parsed, validated and recorded
//! while no other one is. Whoever has the turn only computes and never waits for a peer, so that everybody gets it.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Maximum size of a message that is processed without the turn, in bytes.
pub(crate) const SMALL: usize = 64 * 1024;

/// Maximum size of what is not worth a reservation, in bytes: its owner is larger.
pub(crate) const TINY: usize = 4 * 1024;

/// Bytes of a budget. With one large message in work, a process stays below 100 MB.
const BYTES: usize = 14 << 20;

/// The budget of one run or one server; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    available: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

/// Bytes of the budget; returned when dropped.
#[derive(Debug)]
pub(crate) struct Reservation(OwnedSemaphorePermit);

/// The turn to process a large message; passed on when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _permit: Option<OwnedSemaphorePermit>,
}

/// The budget is used up.
#[derive(Debug)]
pub(crate) struct Exhausted;

impl Budget {
    /// A budget for messages whose bodies have at most `max_body` bytes: 14 MB, or as much as one of them needs.
    pub(crate) fn new(max_body: usize) -> Self {
        Self::with_bytes(BYTES.max(max_body.saturating_add(SMALL)))
    }

    /// A budget of so many bytes.
    pub(crate) fn with_bytes(bytes: usize) -> Self {
        Self {
            available: Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Reserves so many bytes. Fails at once if they are not available: waiting would let slow peers block the others.
    pub(crate) fn reserve(&self, bytes: usize) -> Result<Reservation, Exhausted> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.available.clone().try_acquire_many_owned(bytes).map(Reservation).map_err(|_| Exhausted)
    }

    /// Waits for the turn to process a message of so many bytes; a small one has it at once.
    pub(crate) async fn turn(&self, bytes: usize) -> Turn {
        match bytes {
            0..=SMALL => Turn { _permit: None },
            _ => Turn { _permit: self.turn.clone().acquire_owned().await.ok() },
        }
    }
}

impl Reservation {
    /// Adds the bytes of another reservation of the same budget.
    pub(crate) fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

/// The bytes with what they need: a [`Reservation`] or a [`Turn`] ends when the last copy is dropped.
pub(crate) fn owning<B, R>(bytes: B, right: R) -> Bytes
where
    B: AsRef<[u8]> + Send + 'static,
    R: Send + 'static,
{
    struct Owner<B, R> {
        bytes: B,
        _right: R,
    }
    impl<B: AsRef<[u8]>, R> AsRef<[u8]> for Owner<B, R> {
        fn as_ref(&self) -> &[u8] {
            self.bytes.as_ref()
        }
    }
    Bytes::from_owner(Owner { bytes, _right: right })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_return_to_the_budget_with_the_last_copy() {
        let budget = Budget::with_bytes(100);
        let mut reservation = budget.reserve(40).expect("bytes");
        reservation.merge(budget.reserve(20).expect("bytes"));
        let body = owning(vec![0; 60], reservation);
        let part = body.slice(..1);
        assert!(budget.reserve(41).is_err() && budget.reserve(40).is_ok());
        drop(body);
        assert!(budget.reserve(41).is_err());
        drop(part);
        assert!(budget.reserve(100).is_ok());
    }

    #[tokio::test]
    async fn large_messages_take_turns_and_small_ones_do_not_wait() {
        let budget = Budget::with_bytes(0);
        let body = owning(vec![0; SMALL + 1], budget.turn(SMALL + 1).await);
        budget.turn(SMALL).await;
        tokio::select! {
            biased;
            _ = budget.turn(SMALL + 1) => panic!("two large messages at a time"),
            () = std::future::ready(()) => {}
        }
        drop(body);
        budget.turn(SMALL + 1).await;
    }
}
