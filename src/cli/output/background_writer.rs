//! Writes results on a separate thread: a reader that does not read must not keep a run from its reports.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::run::{Stop, StopPhase};

/// Bytes that may wait for the reader; a writer of more waits too.
const MAX_PENDING: usize = 4 << 20;

/// Bytes that are written at once.
const CHUNK: usize = 64 << 10;

/// Time between two looks at the reader.
const INTERVAL: Duration = Duration::from_millis(5);

/// Time in which a reader must read something once the run was interrupted.
const PATIENCE: Duration = Duration::from_secs(1);

/// A stream of a thread. After an interrupt it waits for no reader that reads nothing.
pub(crate) struct BackgroundWriter {
    texts: Sender<Vec<u8>>,
    ended: Receiver<io::Result<()>>,
    pending: Arc<AtomicUsize>,
    stop: Stop,
}

impl BackgroundWriter {
    /// Starts the thread, which writes to `stream`.
    pub(crate) fn start(stream: Box<dyn Write + Send>, stop: Stop) -> io::Result<Self> {
        let (texts, received) = channel();
        let (end, ended) = channel();
        let pending = Arc::new(AtomicUsize::new(0));
        let shared = pending.clone();
        let write = move || drop(end.send(write_all(&received, stream, &shared)));
        thread::Builder::new().name("output".to_owned()).spawn(write)?;
        Ok(Self { texts, ended, pending, stop })
    }

    /// Hands `text` to the thread. Fails if an earlier text could not be written, or if nothing reads after an interrupt.
    pub(crate) fn put(&self, text: &[u8]) -> io::Result<()> {
        self.wait_until(MAX_PENDING)?;
        self.pending.fetch_add(text.len(), Ordering::Relaxed);
        // The error of a thread that has ended is returned by the next call.
        drop(self.texts.send(text.to_vec()));
        Ok(())
    }

    /// Waits until everything is written.
    pub(crate) fn wait(&self) -> io::Result<()> {
        self.wait_until(0)
    }

    /// Waits until at most `most` bytes are pending.
    fn wait_until(&self, most: usize) -> io::Result<()> {
        let (mut before, mut waited) = (usize::MAX, Duration::ZERO);
        loop {
            let pending = self.pending.load(Ordering::Relaxed);
            if pending <= most {
                return Ok(());
            }
            match self.ended.recv_timeout(INTERVAL) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::BrokenPipe.into()),
            }
            let is_reading = pending < before || self.stop.phase() == StopPhase::Running;
            (before, waited) = (pending, if is_reading { Duration::ZERO } else { waited + INTERVAL });
            if waited >= PATIENCE {
                let message = "nothing reads the standard output: the rest of it is left out";
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
        }
    }
}

/// Writes every text until the sender is dropped.
fn write_all(received: &Receiver<Vec<u8>>, mut stream: Box<dyn Write + Send>, pending: &AtomicUsize) -> io::Result<()> {
    while let Ok(mut text) = received.recv() {
        while text.len() < CHUNK
            && let Ok(more) = received.try_recv()
        {
            text.extend(more);
        }
        for chunk in text.chunks(CHUNK) {
            stream.write_all(chunk)?;
            stream.flush()?;
            pending.fetch_sub(chunk.len(), Ordering::Relaxed);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::cli::output::channel_stream::ChannelStream;

    #[test]
    fn everything_is_written_in_order_to_a_slow_reader() {
        let (stream, reader) = ChannelStream::new(ErrorKind::StorageFull);
        let writer = BackgroundWriter::start(Box::new(stream), Stop::default()).expect("started");
        let reading = thread::spawn(move || reader.iter().flatten().collect::<Vec<u8>>());
        let texts: Vec<_> = (0..100_u8).map(|number| vec![number; MAX_PENDING / 50]).collect();
        texts.iter().for_each(|text| writer.put(text).expect("written"));
        writer.wait().expect("written");
        drop(writer);
        assert!(reading.join().expect("read") == texts.concat());
    }

    #[test]
    fn after_an_interrupt_no_reader_is_waited_for() {
        let (stream, _reader) = ChannelStream::new(ErrorKind::StorageFull);
        let stop = Stop::default();
        let writer = BackgroundWriter::start(Box::new(stream), stop.clone()).expect("started");
        writer.put(&[0; MAX_PENDING + 1]).expect("accepted");
        stop.advance(StopPhase::Draining);
        for result in [writer.put(b"more"), writer.wait()] {
            assert_eq!(result.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
        }
    }

    #[test]
    fn an_error_of_the_stream_is_returned() {
        let (stream, reader) = ChannelStream::new(ErrorKind::StorageFull);
        drop(reader);
        let writer = BackgroundWriter::start(Box::new(stream), Stop::default()).expect("started");
        writer.put(b"text").expect("accepted");
        assert_eq!(writer.wait().map_err(|error| error.kind()), Err(io::ErrorKind::StorageFull));
    }
}
