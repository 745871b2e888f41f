//! The body of a response while it is received: in memory, or in a temporary file if it is large. Bodies that are slow take no
//! memory from the others.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use bytes::{Bytes, BytesMut};

/// Maximum size of a body in memory, in bytes.
const IN_MEMORY: usize = 256 * 1024;

/// The bytes received so far.
#[derive(Debug, Default)]
pub(super) struct ReceivedBody {
    memory: BytesMut,
    /// Everything, if it does not fit into `memory`.
    file: Option<File>,
    length: u64,
}

impl ReceivedBody {
    /// Number of bytes received.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Whether taking it needs more memory than it has now.
    pub(super) fn is_large(&self) -> bool {
        self.file.is_some()
    }

    /// Appends the next bytes. Fails if the temporary file cannot be written.
    pub(super) fn push(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.length += chunk.len() as u64;
        if self.file.is_none() && self.memory.len() + chunk.len() <= IN_MEMORY {
            self.memory.extend_from_slice(chunk);
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let mut file = tempfile::tempfile()?;
                file.write_all(&std::mem::take(&mut self.memory))?;
                self.file.insert(file)
            }
        };
        file.write_all(chunk)
    }

    /// Takes all bytes, in memory.
    pub(super) fn take(&mut self) -> io::Result<Bytes> {
        let Some(mut file) = self.file.take() else { return Ok(self.memory.split().freeze()) };
        file.rewind()?;
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or_default());
        file.read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_bodies_are_returned_as_received() {
        for size in [0, 10, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY] {
            let sent: Vec<u8> = (0..=u8::MAX).cycle().take(size).collect();
            let mut body = ReceivedBody::default();
            sent.chunks(1000).for_each(|chunk| body.push(chunk).expect("a temporary file"));
            assert_eq!((body.len(), body.is_large()), (size as u64, size > IN_MEMORY));
            assert_eq!(body.take().expect("a temporary file"), sent);
        }
    }
}
