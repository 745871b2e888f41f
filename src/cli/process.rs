//! What a process lends to a call of the command line: its streams, and how to end it at once.

use std::io::{self, Write};

use crate::run::Stop;

use super::output::background_writer::BackgroundWriter;

/// Streams of a call, and how to end the process.
pub struct Process<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Progress and problems.
    pub err: &'a mut dyn Write,
    /// Whether `out` is a terminal.
    pub out_terminal: bool,
    /// Whether `err` is a terminal.
    pub err_terminal: bool,
    /// Ends the process on a second Ctrl-C at once. Without it the call stops as soon as the requests in flight are
    /// abandoned, and writes no reports.
    pub exit: Option<fn(i32) -> !>,
    /// The same streams for the log of a server, which is written on a separate thread: a reader that does not read must not block
    /// the server. Without them, the log is written to `out` and `err`.
    pub log: Option<LogStreams>,
}

/// Streams of a thread that may outlive the call.
pub struct LogStreams {
    /// Results.
    pub out: Box<dyn Write + Send>,
    /// Problems.
    pub err: Box<dyn Write + Send>,
}

/// A stream whose writes never fail: what cannot be written must not end the work. It is closed by its first error, which
/// [`finish`](Self::finish) returns; a reader that is gone (`signoff list | head`) is none.
pub(super) struct Pipe<'a> {
    stream: &'a mut dyn Write,
    /// Writes to the same stream without waiting for its reader.
    background: Option<BackgroundWriter>,
    closed: bool,
    failure: Option<io::Error>,
}

impl<'a> Pipe<'a> {
    /// Wraps `stream`.
    pub(super) fn new(stream: &'a mut dyn Write) -> Self {
        Self { stream, background: None, closed: false, failure: None }
    }

    /// Writes on a separate thread from now on. `stream` is the same stream; `stop` is that of the run.
    pub(super) fn start_background(&mut self, stream: Box<dyn Write + Send>, stop: Stop) -> io::Result<()> {
        self.flush()?;
        self.background = Some(BackgroundWriter::start(stream, stop)?);
        Ok(())
    }

    /// Waits until everything is written, so that other output follows it.
    pub(super) fn wait(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = match &self.background {
            Some(background) => background.wait(),
            None => self.stream.flush(),
        };
        self.close_on_error(result, ())
    }

    /// Ignores writes from now on.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// Ignores writes from now on, because of an error of the same stream that [`finish`](Self::finish) returns.
    pub(super) fn fail(&mut self, error: io::Error) {
        self.closed = true;
        self.failure = Some(error);
    }

    /// Writes what remains in a buffer, and returns the error that closed the stream.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.wait()?;
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Closes the stream after an error other than an interrupted call, which is repeated.
    fn close_on_error<T>(&mut self, result: io::Result<T>, ignored: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.closed = true;
                self.failure = Some(error).filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
                Ok(ignored)
            }
            result => result,
        }
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = match &self.background {
            Some(background) => background.put(bytes).map(|()| bytes.len()),
            None => self.stream.write(bytes),
        };
        self.close_on_error(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed || self.background.is_some() {
            return Ok(());
        }
        let result = self.stream.flush();
        self.close_on_error(result, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn the_first_error_is_returned_at_the_end_unless_the_reader_is_gone() {
        for (kind, expect) in
            [(io::ErrorKind::BrokenPipe, None), (io::ErrorKind::StorageFull, Some("no storage space"))]
        {
            let mut stream = Failing(kind);
            let mut pipe = Pipe::new(&mut stream);
            assert!(writeln!(pipe, "one").and_then(|()| pipe.flush()).and_then(|()| writeln!(pipe, "two")).is_ok());
            assert_eq!(pipe.finish().err().map(|error| error.to_string()).as_deref(), expect);
        }
    }
}
