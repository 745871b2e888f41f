//! Memory that large messages share while they are in use: their bodies, and their header sections.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Budget of all large bodies, or of all large header sections.
#[derive(Debug, Clone)]
pub(crate) struct BodyBudget {
    available: Arc<Semaphore>,
}

/// Bytes taken from the budget; returned when dropped.
pub(crate) type Reservation = OwnedSemaphorePermit;

/// The budget is used up.
#[derive(Debug)]
pub(crate) struct Exhausted;

/// A body with its reservation.
struct Reserved<B> {
    bytes: B,
    _reservation: Reservation,
}

impl<B: AsRef<[u8]>> AsRef<[u8]> for Reserved<B> {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

impl BodyBudget {
    /// A budget of so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { available: Arc::new(Semaphore::new(bytes)) }
    }

    /// Reserves so many bytes. Fails at once if they are not available: waiting would let slow clients block the others.
    pub(crate) fn reserve(&self, bytes: usize) -> Result<Reservation, Exhausted> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.available.clone().try_acquire_many_owned(bytes).map_err(|_| Exhausted)
    }
}

/// The body, which keeps the reservation until it is dropped.
pub(crate) fn reserved<B: AsRef<[u8]> + Send + 'static>(bytes: B, reservation: Reservation) -> Bytes {
    Bytes::from_owner(Reserved { bytes, _reservation: reservation })
}
