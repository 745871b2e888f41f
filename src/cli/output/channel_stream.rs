//! A stream for tests, whose reader takes a text when the test asks for it.

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// The stream. Writing fails with `error` if the reader is dropped.
pub(super) struct ChannelStream {
    texts: SyncSender<Vec<u8>>,
    error: ErrorKind,
}

impl ChannelStream {
    /// Returns the stream and its reader.
    pub(super) fn new(error: ErrorKind) -> (Self, Receiver<Vec<u8>>) {
        let (texts, reader) = sync_channel(0);
        (Self { texts, error }, reader)
    }
}

impl Write for ChannelStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.texts.send(bytes.to_vec()).map_err(|_| self.error)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
