//! The body of a response while it is received: in memory, or in a temporary file if it is large. Bodies that are slow take no
//! memory from the others.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use bytes::{Bytes, BytesMut};

use crate::budget::{Budget, Reservation, TINY, owning};

/// Maximum size of a body in memory, in bytes.
const IN_MEMORY: usize = 256 * 1024;

/// The bytes received so far.
#[derive(Debug)]
pub(super) struct ReceivedBody {
    budget: Budget,
    memory: BytesMut,
    /// The capacity of `memory`, unless it is tiny.
    reservation: Option<Reservation>,
    /// Everything, if the budget has no room for it or it is large.
    file: Option<File>,
    length: u64,
}

impl ReceivedBody {
    /// A body of which nothing was received.
    pub(super) fn new(budget: Budget) -> Self {
        Self { budget, memory: BytesMut::new(), reservation: None, file: None, length: 0 }
    }

    /// Number of bytes received.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Appends the next bytes. Fails if the temporary file cannot be written.
    pub(super) fn push(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.length += chunk.len() as u64;
        if self.file.is_none() && self.has_room(self.memory.len() + chunk.len()) {
            self.memory.extend_from_slice(chunk);
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let mut file = tempfile::tempfile()?;
                file.write_all(&std::mem::take(&mut self.memory))?;
                self.reservation = None;
                self.file.insert(file)
            }
        };
        file.write_all(chunk)
    }

    /// Whether so many bytes may be in memory; reserves what that adds.
    fn has_room(&mut self, length: usize) -> bool {
        let (held, needed) = (self.memory.capacity(), length.max(TINY));
        if needed > IN_MEMORY || needed <= held || needed == TINY {
            return needed <= IN_MEMORY;
        }
        let capacity = needed.max(held * 2).min(IN_MEMORY);
        let held = if self.reservation.is_some() { held } else { 0 };
        let Ok(added) = self.budget.reserve(capacity - held) else { return false };
        match &mut self.reservation {
            Some(reservation) => reservation.merge(added),
            None => self.reservation = Some(added),
        }
        self.memory.reserve(capacity - self.memory.len());
        true
    }

    /// Takes all bytes, in memory.
    pub(super) fn take(&mut self) -> io::Result<Bytes> {
        let Some(mut file) = self.file.take() else {
            let bytes = self.memory.split().freeze();
            return Ok(match self.reservation.take() {
                Some(reservation) => owning(bytes, reservation),
                None => bytes,
            });
        };
        file.rewind()?;
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or_default());
        file.read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(budget: &Budget, size: usize, in_file: bool) {
        let sent: Vec<u8> = (0..=u8::MAX).cycle().take(size).collect();
        let mut body = ReceivedBody::new(budget.clone());
        sent.chunks(1000).for_each(|chunk| body.push(chunk).expect("a temporary file"));
        assert_eq!((body.len(), body.file.is_some()), (size as u64, in_file));
        assert_eq!(body.take().expect("a temporary file"), sent);
    }

    #[test]
    fn small_and_large_bodies_are_returned_as_received() {
        let budget = Budget::with_bytes(IN_MEMORY);
        for size in [0, 10, TINY, TINY + 1, IN_MEMORY - 1, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY] {
            check(&budget, size, size > IN_MEMORY);
        }
        assert!(budget.reserve(IN_MEMORY).is_ok(), "everything is returned");
    }

    #[test]
    fn bodies_without_room_in_the_budget_are_in_files() {
        let budget = Budget::with_bytes(10_000);
        check(&budget, 7_000, false);
        let _others = budget.reserve(1_000);
        check(&budget, 7_000, false);
        check(&budget, 9_000, true);
        check(&Budget::with_bytes(0), TINY, false);
        check(&Budget::with_bytes(0), TINY + 1, true);
    }
}
