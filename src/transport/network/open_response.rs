//! A response whose body is passed on while it is received, and kept up to the maximum size.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame};

use crate::http::{Exchange, Headers, Request, Response, SequenceFormat};
use crate::transport::coding;
use crate::transport::error::{Error, Phase};
use crate::transport::failure;

use super::partial_response::PartialResponse;

/// A response after its header section.
#[derive(Debug)]
pub(crate) struct OpenResponse {
    request: Request,
    received: PartialResponse,
    body: reqwest::Body,
    /// Number of bytes passed on.
    passed: u64,
    /// Maximum number of bytes kept.
    max_body: u64,
    /// Why not all bytes are kept.
    dropped: Option<String>,
    failed: Option<String>,
    /// Whether the whole body was received.
    is_complete: bool,
    /// Whether nothing follows, trailers included.
    has_ended: bool,
}

impl OpenResponse {
    pub(super) fn new(request: Request, received: PartialResponse, response: reqwest::Response, max_body: u64) -> Self {
        let body = ::http::Response::<reqwest::Body>::from(response).into_body();
        let has_no_body = received.announced == Some(0)
            || request.method == "HEAD"
            || matches!(received.status, Some(100..=199 | 204 | 304));
        let (passed, dropped, failed) = (0, None, None);
        let (is_complete, has_ended) = (has_no_body, false);
        Self { request, received, body, passed, max_body, dropped, failed, is_complete, has_ended }
    }

    /// The status.
    pub(crate) fn status(&self) -> u16 {
        self.received.status.unwrap_or_default()
    }

    /// The header lines.
    pub(crate) fn headers(&self) -> &Headers {
        self.received.headers()
    }

    /// Whether body and trailers were received. Over HTTP/1.1 no trailers follow a body of announced length.
    pub(crate) fn has_ended(&self) -> bool {
        let may_have_trailers = self.received.version == "HTTP/2.0" && !self.body.is_end_stream();
        self.has_ended || (self.is_complete && !may_have_trailers)
    }

    /// Returns the next bytes of the body, or its trailers; none at the end. The error says what the target did wrong.
    pub(crate) fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, String>>> {
        if self.has_ended() {
            return Poll::Ready(None);
        }
        let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(context)) else {
            (self.is_complete, self.has_ended) = (true, true);
            return Poll::Ready(None);
        };
        let frame = frame.map_err(|error| {
            let message = failure::incomplete_body(&error, &self.received.progress());
            self.failed = Some(message.clone());
            message
        });
        let frame = frame.map(|frame| match frame.into_data() {
            Ok(chunk) => {
                self.keep(&chunk);
                Frame::data(chunk)
            }
            Err(trailers) => {
                (self.is_complete, self.has_ended) = (true, true);
                trailers
            }
        });
        Poll::Ready(Some(frame))
    }

    fn keep(&mut self, chunk: &Bytes) {
        self.passed += chunk.len() as u64;
        // The server does not ask for more than the announced length.
        self.is_complete = self.received.announced == Some(self.passed);
        if self.dropped.is_some() {
            return;
        }
        let room = usize::try_from(self.max_body - self.received.received()).unwrap_or(usize::MAX);
        if chunk.len() > room {
            self.dropped = Some(failure::body_exceeds(self.max_body));
        }
        if let Err(error) = self.received.body.push(chunk.get(..room).unwrap_or(chunk)) {
            self.dropped = Some(format!("the body cannot be stored: {error}"));
        }
    }

    /// The exchange; the error if the target did not complete it. Of a body that was not kept or received completely, only the
    /// whole lines of a sequence (events, JSON Lines) are returned.
    pub(crate) fn finish(mut self) -> Result<Exchange, Error> {
        if let Some(message) = self.failed {
            return Err(self.received.error((Phase::Body, message)));
        }
        let unfinished = (!self.is_complete).then(|| {
            let progress = failure::progress(self.passed, self.received.announced);
            format!("the client closed the connection after {progress} of the body")
        });
        let mut incomplete = self.dropped.take().or(unfinished);
        let (head, timings) = (self.received.head(), self.received.timings());
        let is_judged = incomplete.is_none() || is_sequence(&head);
        let taken = if is_judged { self.received.body.take() } else { Ok(Bytes::new()) };
        let unreadable = |error| self.received.error((Phase::Body, format!("the body cannot be read again: {error}")));
        let taken = taken.map_err(unreadable)?;
        let body = match incomplete {
            Some(_) => whole_lines(taken),
            // The client may decode what cannot be decoded here.
            None => coding::decode(&head.headers, taken, self.max_body).unwrap_or_else(|error| {
                incomplete = Some(error.to_string());
                Bytes::new()
            }),
        };
        let response = Response { wire_size: self.passed, body, ..head };
        Ok(Exchange { request: self.request, response, timings, incomplete })
    }
}

/// Whether the items of the body can be validated one by one, and end with a line.
fn is_sequence(head: &Response) -> bool {
    let coding = head.headers.get("content-encoding").unwrap_or("identity");
    let format = head.media_type().and_then(|media_type| media_type.sequence());
    let has_lines = matches!(format, Some(SequenceFormat::JsonLines | SequenceFormat::EventStream));
    coding.eq_ignore_ascii_case("identity") && has_lines
}

/// The lines that are complete.
fn whole_lines(body: Bytes) -> Bytes {
    let end = body.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    body.slice(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_of_a_sequence_are_kept() {
        assert_eq!(whole_lines(Bytes::from("data: 1\n\ndata: 2\n\nda")), "data: 1\n\ndata: 2\n\n");
        assert_eq!(whole_lines(Bytes::from("data: 1")), "");
    }
}
