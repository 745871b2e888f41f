//! What a process lends to a call of the command line: its streams, and how to end it at once.

use std::io::{self, Write};

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

/// A stream that ignores writes once its reader is gone, for `signoff list | head`.
pub(super) struct Pipe<'a> {
    stream: &'a mut dyn Write,
    closed: bool,
}

impl<'a> Pipe<'a> {
    /// Wraps `stream`.
    pub(super) fn new(stream: &'a mut dyn Write) -> Self {
        Self { stream, closed: false }
    }

    /// Ignores writes from now on.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    fn ignore_closed<T>(&mut self, result: io::Result<T>, ignored: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
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
        let result = self.stream.write(bytes);
        self.ignore_closed(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.stream.flush();
        self.ignore_closed(result, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let mut gone = Gone;
        let mut pipe = Pipe::new(&mut gone);
        assert!(writeln!(pipe, "one").and_then(|()| pipe.flush()).and_then(|()| writeln!(pipe, "two")).is_ok());
    }
}
