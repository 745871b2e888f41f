//! Responses that break while they are sent: over HTTP/1.1 as raw bytes that replace the response, over HTTP/2 as a stream that ends
//! wrongly.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_LENGTH, HeaderValue};

use crate::http::Response;

use super::effect::TransmissionFault;

/// Bytes that replace the next response of a connection, and how the connection ends after them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BrokenResponse {
    pub(crate) bytes: Vec<u8>,
    /// Whether the connection is reset instead of closed.
    pub(crate) reset: bool,
}

impl BrokenResponse {
    /// Serialises the response as HTTP/1.1 with the fault in it.
    pub(crate) fn new(fault: TransmissionFault, response: &Response) -> Self {
        let body = &response.body;
        let half = body.get(..body.len() / 2).unwrap_or_default();
        let bytes = match fault {
            TransmissionFault::Reset => Vec::new(),
            TransmissionFault::ResetBody | TransmissionFault::Truncate => {
                [&*head(response, body.len().max(1)), half].concat()
            }
            TransmissionFault::WrongLength => [&*head(response, body.len() / 2), body].concat(),
            TransmissionFault::Garbage => (0..=u8::MAX).rev().collect(),
        };
        Self { bytes, reset: matches!(fault, TransmissionFault::Reset | TransmissionFault::ResetBody) }
    }
}

fn head(response: &Response, length: usize) -> Vec<u8> {
    let lines = response.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    let lines: String = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {} Broken\r\n{lines}content-length: {length}\r\n\r\n", response.status).into_bytes()
}

/// Breaks one HTTP/2 stream while the connection continues; an error resets the stream.
pub(crate) fn break_stream(
    fault: TransmissionFault,
    mut response: hyper::Response<ResponseBody>,
) -> io::Result<hyper::Response<ResponseBody>> {
    let body = response.body().rest.clone();
    let half = body.slice(..body.len() / 2);
    let (announced, body) = match fault {
        TransmissionFault::Reset | TransmissionFault::Garbage => return Err(injected()),
        TransmissionFault::ResetBody => (body.len().max(1), ResponseBody { rest: half, ends_in_error: true }),
        TransmissionFault::Truncate => (body.len().max(1), half.into()),
        TransmissionFault::WrongLength => (body.len() / 2, body.into()),
    };
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(announced));
    *response.body_mut() = body;
    Ok(response)
}

fn injected() -> io::Error {
    io::Error::other("injected fault")
}

/// Body of a response, which may end in an error.
#[derive(Debug, Default)]
pub(crate) struct ResponseBody {
    rest: Bytes,
    ends_in_error: bool,
}

impl From<Bytes> for ResponseBody {
    fn from(rest: Bytes) -> Self {
        Self { rest, ends_in_error: false }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))));
        }
        Poll::Ready(std::mem::take(&mut self.ends_in_error).then(|| Err(injected())))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && !self.ends_in_error
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
