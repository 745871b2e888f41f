//! Answers that break on their way: over HTTP/1.1 as bytes in place of the answer, over HTTP/2 as a stream that ends wrongly.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_LENGTH, HeaderValue};

use crate::http::Response;

use crate::mock::faults::fault::Breakage;

/// What goes out in place of the next answer, and how the connection ends then.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spoiled {
    pub(crate) bytes: Vec<u8>,
    /// By a reset; in order otherwise.
    pub(crate) reset: bool,
}

impl Spoiled {
    /// The answer as HTTP/1.1 would write it, spoiled.
    pub(crate) fn answer(breakage: Breakage, response: &Response) -> Self {
        let body = &response.body;
        let half = body.get(..body.len() / 2).unwrap_or_default();
        let bytes = match breakage {
            Breakage::Reset => Vec::new(),
            Breakage::ResetBody | Breakage::Truncate => [&*head(response, body.len().max(1)), half].concat(),
            Breakage::WrongLength => [&*head(response, body.len() / 2), body].concat(),
            Breakage::Garbage => (0..=u8::MAX).rev().collect(),
        };
        Self { bytes, reset: matches!(breakage, Breakage::Reset | Breakage::ResetBody) }
    }
}

fn head(response: &Response, length: usize) -> Vec<u8> {
    let lines = response.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    let lines: String = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {} Spoiled\r\n{lines}content-length: {length}\r\n\r\n", response.status).into_bytes()
}

/// The answer as a stream of HTTP/2 that breaks, while the connection goes on for the others; an error resets the stream.
pub(crate) fn stream(breakage: Breakage, mut whole: hyper::Response<Content>) -> io::Result<hyper::Response<Content>> {
    let body = whole.body().rest.clone();
    let half = body.slice(..body.len() / 2);
    let (announced, content) = match breakage {
        Breakage::Reset | Breakage::Garbage => return Err(broken()),
        Breakage::ResetBody => (body.len().max(1), Content { rest: half, breaks_off: true }),
        Breakage::Truncate => (body.len().max(1), half.into()),
        Breakage::WrongLength => (body.len() / 2, body.into()),
    };
    whole.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(announced));
    *whole.body_mut() = content;
    Ok(whole)
}

fn broken() -> io::Error {
    io::Error::other("broken on purpose")
}

/// The content of an answer, which may break off at its end.
#[derive(Debug, Default)]
pub(crate) struct Content {
    rest: Bytes,
    breaks_off: bool,
}

impl From<Bytes> for Content {
    fn from(rest: Bytes) -> Self {
        Self { rest, breaks_off: false }
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))));
        }
        Poll::Ready(std::mem::take(&mut self.breaks_off).then(|| Err(broken())))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && !self.breaks_off
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
