//! A connection whose answers can be spoiled where no HTTP library would: cut, reset, wrongly measured, or no HTTP at all.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::mock::faults::broken_response::Spoiled;

/// What is spoiled next on one connection; shared by those who decide and the [`Wire`] that does it.
pub(crate) type Spoiler = Rc<RefCell<Option<Spoiled>>>;

/// A stream that can be told to end with a reset.
pub(crate) trait Line: AsyncRead + AsyncWrite + Unpin {
    /// Lets the peer see a reset when the stream is dropped.
    fn reset_when_dropped(&self);
}

impl Line for TcpStream {
    fn reset_when_dropped(&self) {
        // Where it cannot be had the connection ends in order, which is a fault as well.
        let _ = self.set_zero_linger();
    }
}

impl Line for TlsStream<TcpStream> {
    fn reset_when_dropped(&self) {
        self.get_ref().0.reset_when_dropped();
    }
}

/// A stream with its spoiler.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    stream: S,
    spoiler: Spoiler,
    /// How much of what is spoiled has gone out.
    sent: usize,
}

impl<S: Line> Wire<S> {
    pub(crate) fn new(stream: S, spoiler: Spoiler) -> Self {
        Self { stream, spoiler, sent: 0 }
    }

    /// Sends what is spoiled and ends; pending or an error always. Nothing where nothing is spoiled.
    fn spoil(&mut self, context: &mut Context<'_>) -> Option<Poll<io::Result<usize>>> {
        let spoiler = self.spoiler.clone();
        let spoiled = spoiler.borrow();
        let Spoiled { bytes, reset } = spoiled.as_ref()?;
        while let Some(rest) = bytes.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match Pin::new(&mut self.stream).poll_write(context, rest) {
                Poll::Ready(Ok(written @ 1..)) => self.sent += written,
                Poll::Ready(Err(error)) => return Some(Poll::Ready(Err(error))),
                Poll::Ready(Ok(0)) => break,
                Poll::Pending => return Some(Poll::Pending),
            }
        }
        Some(self.end(context, *reset))
    }

    fn end(&mut self, context: &mut Context<'_>, reset: bool) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.stream);
        let _ = ready!(if reset { stream.poll_flush(context) } else { stream.poll_shutdown(context) });
        if reset {
            self.stream.reset_when_dropped();
        }
        Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "spoiled on purpose")))
    }
}

impl<S: Line> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, into)
    }
}

impl<S: Line> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        wire.spoil(context).unwrap_or_else(|| Pin::new(&mut wire.stream).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        wire.spoil(context).unwrap_or_else(|| Pin::new(&mut wire.stream).poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
