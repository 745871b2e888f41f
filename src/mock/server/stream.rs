//! A connection whose responses can be broken as no HTTP library would: truncated, reset, with a wrong length, or not HTTP at all.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::mock::faults::broken_response::BrokenResponse;

use super::head_budget::HeadGauge;

/// The broken response to send next on one connection; shared by the handler that decides and the stream that sends it.
pub(crate) type PendingBreak = Rc<RefCell<Option<BrokenResponse>>>;

/// A stream that can end with a reset.
pub(crate) trait ResettableStream: AsyncRead + AsyncWrite + Unpin {
    /// Makes the drop of the stream a reset for the peer.
    fn reset_when_dropped(&self);
}

impl ResettableStream for TcpStream {
    fn reset_when_dropped(&self) {
        // If this fails the connection is closed, which is a fault as well.
        let _ = self.set_zero_linger();
    }
}

impl ResettableStream for TlsStream<TcpStream> {
    fn reset_when_dropped(&self) {
        self.get_ref().0.reset_when_dropped();
    }
}

/// A stream that sends a pending broken response in place of everything else.
#[derive(Debug)]
pub(crate) struct BreakableStream<S> {
    stream: S,
    gauge: HeadGauge,
    pending: PendingBreak,
    /// Bytes of the broken response sent so far.
    sent: usize,
}

impl<S: ResettableStream> BreakableStream<S> {
    pub(crate) fn new(stream: S, gauge: HeadGauge, pending: PendingBreak) -> Self {
        Self { stream, gauge, pending, sent: 0 }
    }

    /// Sends the pending broken response and ends the stream: always pending or an error. None if there is no such response.
    fn send_broken(&mut self, context: &mut Context<'_>) -> Option<Poll<io::Result<usize>>> {
        let pending = self.pending.clone();
        let broken = pending.borrow();
        let BrokenResponse { bytes, reset } = broken.as_ref()?;
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
        Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "injected fault")))
    }
}

impl<S: ResettableStream> AsyncRead for BreakableStream<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (this, before) = (self.get_mut(), into.filled().len());
        match Pin::new(&mut this.stream).poll_read(context, into) {
            Poll::Ready(read) => Poll::Ready(read.and_then(|()| this.gauge.receive(into.filled().len() - before))),
            Poll::Pending => this.gauge.wait().map_or_else(|error| Poll::Ready(Err(error)), |()| Poll::Pending),
        }
    }
}

impl<S: ResettableStream> AsyncWrite for BreakableStream<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.send_broken(context).unwrap_or_else(|| Pin::new(&mut this.stream).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.send_broken(context).unwrap_or_else(|| Pin::new(&mut this.stream).poll_write_vectored(context, slices))
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
