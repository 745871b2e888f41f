//! Writes the log of a server on a separate thread: a reader that does not read must not block the server.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::cli::process::LogStreams;
use crate::cli::session::Session;
use crate::quantity::count;

/// Maximum size in bytes of the text that is not written yet; more is left out and counted.
const MAX_PENDING: usize = 1 << 20;

/// Time to write the rest of the log when the server has stopped.
const PATIENCE: Duration = Duration::from_secs(1);

/// One of the streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Results.
    Out,
    /// Problems.
    Err,
}

/// The log of a server.
pub(crate) struct LogWriter {
    /// Without the streams of a thread, texts are written at once.
    thread: Option<LogThread>,
    /// Where the log is written.
    log: Stream,
}

struct LogThread {
    texts: Sender<(Stream, String)>,
    finished: Receiver<io::Result<()>>,
    state: Arc<State>,
    left_out: u64,
    /// Where left out texts are reported.
    log: Stream,
}

/// What the thread is doing.
#[derive(Default)]
struct State {
    pending: AtomicUsize,
    is_in_err: AtomicBool,
}

impl LogWriter {
    /// Starts the thread, if the session has streams for it; the log is written to `log`.
    pub(crate) fn start(log: Stream, session: &mut Session<'_>) -> io::Result<Self> {
        let thread = session.log.take().map(|streams| LogThread::start(streams, log)).transpose()?;
        Ok(Self { thread, log })
    }

    /// Writes `text` to the log. It is left out if too much text waits for a reader.
    pub(crate) fn put(&mut self, text: String, session: &mut Session<'_>) -> io::Result<()> {
        self.put_to(self.log, text, session)
    }

    /// The same for problems.
    pub(crate) fn put_problem(&mut self, text: String, session: &mut Session<'_>) -> io::Result<()> {
        self.put_to(Stream::Err, text, session)
    }

    fn put_to(&mut self, stream: Stream, text: String, session: &mut Session<'_>) -> io::Result<()> {
        match (&mut self.thread, stream) {
            (Some(thread), _) => {
                thread.put(stream, text);
                Ok(())
            }
            (None, Stream::Out) => session.out.write_all(text.as_bytes()).and_then(|()| session.out.flush()),
            (None, Stream::Err) => session.err.write_all(text.as_bytes()),
        }
    }

    /// Waits until everything is written. A stream that nothing can be written to is closed, so that the rest of the call does not
    /// wait for its reader either.
    pub(crate) fn finish(self, session: &mut Session<'_>) -> io::Result<()> {
        let Some(thread) = self.thread else { return Ok(()) };
        let LogThread { texts, finished, state, left_out, log } = thread;
        if left_out > 0 {
            drop(texts.send((log, left_out_line(left_out))));
        }
        drop(texts);
        if let Ok(result) = finished.recv_timeout(PATIENCE) {
            result.unwrap_or_else(|error| session.out.fail(error));
            return Ok(());
        }
        if state.is_in_err.load(Ordering::Relaxed) {
            session.err.close();
            Ok(())
        } else {
            session.out.close();
            writeln!(session.err, "nothing reads the standard output: the rest of it is left out")
        }
    }
}

fn left_out_line(number: u64) -> String {
    format!("… {} not logged: the output is read too slowly\n", count(number, "message"))
}

impl LogThread {
    fn start(streams: LogStreams, log: Stream) -> io::Result<Self> {
        let (texts, received) = channel();
        let (done, finished) = channel();
        let state = Arc::new(State::default());
        let shared = state.clone();
        let write = move || drop(done.send(write_all(&received, streams, &shared)));
        thread::Builder::new().name("log".to_owned()).spawn(write)?;
        Ok(Self { texts, finished, state, left_out: 0, log })
    }

    fn put(&mut self, stream: Stream, text: String) {
        let pending = self.state.pending.load(Ordering::Relaxed);
        if pending > 0 && pending + text.len() > MAX_PENDING {
            self.left_out += 1;
            return;
        }
        if self.left_out > 0 {
            self.send(self.log, left_out_line(self.left_out));
            self.left_out = 0;
        }
        self.send(stream, text);
    }

    fn send(&self, stream: Stream, text: String) {
        self.state.pending.fetch_add(text.len(), Ordering::Relaxed);
        drop(self.texts.send((stream, text)));
    }
}

/// Writes every text until the sender is dropped; returns the first error. Nothing more is written to a stream that failed.
fn write_all(received: &Receiver<(Stream, String)>, streams: LogStreams, state: &State) -> io::Result<()> {
    let LogStreams { mut out, mut err } = streams;
    let (mut closed, mut failure) = (Vec::new(), None);
    while let Ok((stream, mut text)) = received.recv() {
        // A busy server logs faster than texts can be written one by one.
        let mut next = None;
        while let Ok((other, more)) = received.try_recv() {
            if other != stream {
                next = Some((other, more));
                break;
            }
            text += &more;
        }
        for (stream, text) in [Some((stream, text)), next].into_iter().flatten() {
            state.is_in_err.store(stream == Stream::Err, Ordering::Relaxed);
            let target = if stream == Stream::Err { &mut err } else { &mut out };
            if !closed.contains(&stream)
                && let Err(error) = target.write_all(text.as_bytes()).and_then(|()| target.flush())
            {
                closed.push(stream);
                // As in a `Pipe`, only results have to be written.
                if stream == Stream::Out && error.kind() != io::ErrorKind::BrokenPipe {
                    failure = Some(error);
                }
            }
            state.pending.fetch_sub(text.len(), Ordering::Relaxed);
        }
    }
    failure.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::cli::output::channel_stream::ChannelStream;

    #[test]
    fn texts_beyond_the_limit_are_left_out_and_counted() {
        let (stream, reader) = ChannelStream::new(ErrorKind::BrokenPipe);
        let streams = LogStreams { out: Box::new(stream), err: Box::new(io::sink()) };
        let mut thread = LogThread::start(streams, Stream::Out).expect("started");
        let text = "x".repeat(MAX_PENDING);
        thread.put(Stream::Out, text.clone());
        thread.put(Stream::Out, "a\n".to_owned());
        thread.put(Stream::Err, "b\n".to_owned());
        assert_eq!(thread.left_out, 2);
        assert!(reader.recv().expect("written") == text.into_bytes());
        while thread.state.pending.load(Ordering::Relaxed) > 0 {
            thread::yield_now();
        }
        thread.put(Stream::Out, "c\n".to_owned());
        let LogThread { texts, finished, .. } = thread;
        drop(texts);
        let rest = String::from_utf8(reader.iter().flatten().collect()).expect("UTF-8");
        assert_eq!(rest, "… 2 messages not logged: the output is read too slowly\nc\n");
        assert!(finished.recv().expect("finished").is_ok());
    }

    #[test]
    fn a_reader_that_is_gone_is_no_error_and_a_full_disk_is() {
        let (stream, reader) = ChannelStream::new(ErrorKind::BrokenPipe);
        drop(reader);
        let end = |out: Box<dyn Write + Send>| {
            let mut thread =
                LogThread::start(LogStreams { out, err: Box::new(io::sink()) }, Stream::Out).expect("started");
            thread.put(Stream::Out, "a\n".to_owned());
            let LogThread { texts, finished, .. } = thread;
            drop(texts);
            finished.recv().expect("finished").map_err(|error| error.kind())
        };
        assert_eq!(end(Box::new(stream)), Ok(()));
        let full: &mut [u8] = Box::leak(Box::new([0; 1]));
        assert_eq!(end(Box::new(full)), Err(io::ErrorKind::WriteZero));
    }
}
