//! The body of a response on its way from the target to the client.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame};

use crate::transport::network::OpenResponse;

/// Called once, when the exchange has ended.
type OnEnd = Box<dyn FnOnce(OpenResponse)>;

/// A body that is passed on while it is received. The exchange ends with it, also if the client reads it only in part.
pub(crate) struct ForwardedBody {
    /// Boxed, so that responses of the mock take no memory for it.
    open: Option<Box<(OpenResponse, OnEnd)>>,
}

impl ForwardedBody {
    /// Calls `on_end` at the end, which may be now.
    pub(crate) fn new(response: OpenResponse, on_end: OnEnd) -> Self {
        let mut body = Self { open: Some(Box::new((response, on_end))) };
        body.end_if_complete();
        body
    }

    fn end_if_complete(&mut self) {
        if self.open.as_ref().is_some_and(|open| open.0.has_ended()) {
            self.end();
        }
    }

    fn end(&mut self) {
        if let Some(open) = self.open.take() {
            let (response, on_end) = *open;
            on_end(response);
        }
    }
}

impl Drop for ForwardedBody {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for ForwardedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ForwardedBody").field(&self.open.as_ref().map(|open| &open.0)).finish()
    }
}

impl Body for ForwardedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Some(open) = &mut self.open else { return Poll::Ready(None) };
        let frame = ready!(open.0.poll_frame(context));
        match frame {
            Some(Ok(frame)) if frame.is_trailers() => {
                self.end();
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Ok(frame)) => {
                // The server does not ask whether there is more after the announced length.
                self.end_if_complete();
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(message)) => {
                self.end();
                Poll::Ready(Some(Err(io::Error::other(message))))
            }
            None => {
                self.end();
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.open.is_none()
    }
}
