//! Reads requests within the limits of size, time and memory.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use hyper::Version;
use hyper::body::{Body, Frame, Incoming};
use hyper::header::HeaderMap;
use hyper::http::uri::PathAndQuery;
use tokio::time::timeout;

use crate::budget::{Budget, Exhausted, Reservation, TINY, owning};
use crate::http::{Headers, Request, Response};
use crate::mock::problem_details;
use crate::mock::response::MockResponse;

use super::head_budget::HeldHead;
use super::limits::{READ_TIMEOUT, body_too_large};

/// Reads requests, and reserves memory for their bodies and for those of responses.
#[derive(Debug)]
pub(crate) struct RequestReader {
    budget: Budget,
    max_body: usize,
}

/// A request without its body, and the response that refuses it.
pub(crate) type Refusal = Box<(Request, MockResponse)>;

/// Why a body was not read.
struct RefusedBody {
    status: u16,
    title: &'static str,
    detail: String,
    /// Whether a limit is the reason, not the client.
    is_limit: bool,
}

impl RefusedBody {
    fn new(status: u16, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, detail: detail.into(), is_limit: false }
    }

    fn limit(status: u16, title: &'static str, detail: impl Into<String>) -> Self {
        Self { is_limit: true, ..Self::new(status, title, detail) }
    }

    fn too_large(max_body: usize) -> Self {
        Self::limit(413, "Content Too Large", body_too_large(max_body))
    }
}

impl From<Exhausted> for RefusedBody {
    fn from(Exhausted: Exhausted) -> Self {
        Self::limit(503, "Service Unavailable", "too many large bodies at the same time")
    }
}

impl RequestReader {
    /// A reader of bodies up to `max_body` bytes, which draw from `budget`.
    pub(crate) fn new(budget: Budget, max_body: usize) -> Self {
        Self { budget, max_body }
    }

    /// Reads a request with its body and its trailers. `held` is its header section.
    pub(crate) async fn read(
        &self,
        request: hyper::Request<Incoming>,
        held: &HeldHead,
    ) -> Result<(Request, Headers), Refusal> {
        let (head, body) = request.into_parts();
        let mut headers = lines(&head.headers);
        if let (None, Some(authority)) = (headers.get("host"), head.uri.authority()) {
            // HTTP/2 sends the host as a part of the URL.
            headers.append("host", authority.as_str());
        }
        let request = Request {
            method: head.method.as_str().to_owned(),
            url: head.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned(),
            headers,
            body: None,
            ..Request::default()
        };
        if let Some(detail) = host_fault(head.version, &request.headers) {
            return Err(Box::new((request, MockResponse::refused(400, "Bad Request", detail.to_owned()))));
        }
        let timed_out = || Err(RefusedBody::new(408, "Request Timeout", "the body timed out"));
        match timeout(READ_TIMEOUT, self.body(body, held)).await.unwrap_or_else(|_| timed_out()) {
            Ok((body, trailers)) => {
                Ok((Request { body: Some(body).filter(|body| !body.is_empty()), ..request }, trailers))
            }
            Err(RefusedBody { status, title, detail, is_limit }) => {
                let refuse = if is_limit { MockResponse::beyond_limits } else { MockResponse::refused };
                Err(Box::new((request, refuse(status, title, detail))))
            }
        }
    }

    async fn body(&self, mut body: Incoming, held: &HeldHead) -> Result<(Bytes, Headers), RefusedBody> {
        if usize::try_from(body.size_hint().lower()).map_or(true, |announced| announced > self.max_body) {
            return Err(RefusedBody::too_large(self.max_body));
        }
        let (mut whole, mut trailers) = (Vec::new(), Headers::default());
        let mut reservation: Option<Reservation> = None;
        while let Some(frame) = next_frame(&mut body, held).await? {
            let interrupted = |error| RefusedBody::new(400, "Bad Request", format!("the body is incomplete: {error}"));
            let data = match frame.map_err(interrupted)?.into_data() {
                Ok(data) => data,
                Err(other) => {
                    trailers = other.trailers_ref().map(lines).unwrap_or_default();
                    continue;
                }
            };
            let length = whole.len() + data.len();
            if length > self.max_body {
                return Err(RefusedBody::too_large(self.max_body));
            }
            if length > whole.capacity() {
                self.grow(&mut whole, length, &mut reservation)?;
            }
            whole.extend_from_slice(&data);
        }
        let whole = match reservation {
            Some(reservation) => owning(whole, reservation),
            None => whole.into(),
        };
        Ok((whole, trailers))
    }

    /// Grows the buffer to hold `length` bytes, and reserves the added capacity unless the body is small.
    fn grow(
        &self,
        buffer: &mut Vec<u8>,
        length: usize,
        reservation: &mut Option<Reservation>,
    ) -> Result<(), RefusedBody> {
        let capacity = length.max(buffer.capacity() * 2).min(self.max_body);
        if capacity > TINY {
            let added = self.budget.reserve(capacity - buffer.capacity())?;
            match reservation {
                Some(reservation) => reservation.merge(added),
                None => *reservation = Some(added),
            }
        }
        buffer.reserve_exact(capacity - buffer.len());
        Ok(())
    }

    /// Reserves memory for the response's body until it is sent, or replaces the response by a 503. A body that is shared, as with
    /// the cache, takes no additional memory.
    pub(crate) fn reserve(&self, response: Response) -> Response {
        if response.body.len() <= TINY || !response.body.is_unique() {
            return response;
        }
        match self.budget.reserve(response.body.len()) {
            Ok(reservation) => Response { body: owning(response.body, reservation), ..response },
            Err(exhausted) => {
                let RefusedBody { status, title, detail, .. } = exhausted.into();
                problem_details::problem(status, title, &detail, &[])
            }
        }
    }
}

/// The next frame of a body. Fails if the client has not sent it yet, and there is no memory to wait for it.
async fn next_frame(
    body: &mut Incoming,
    held: &HeldHead,
) -> Result<Option<Result<Frame<Bytes>, hyper::Error>>, RefusedBody> {
    poll_fn(|context| match Pin::new(&mut *body).poll_frame(context) {
        Poll::Pending if held.is_starved() => {
            let detail = "too many unfinished requests at the same time";
            Poll::Ready(Err(RefusedBody::limit(503, "Service Unavailable", detail)))
        }
        polled => polled.map(Ok),
    })
    .await
}

fn lines(map: &HeaderMap) -> Headers {
    map.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect()
}

/// What is wrong with the `Host` of a request (RFC 9112 §3.2). HTTP/2 has `:authority` instead.
fn host_fault(version: Version, headers: &Headers) -> Option<&'static str> {
    match headers.all("host").count() {
        0 if version == Version::HTTP_11 => Some("the header Host is missing, which HTTP/1.1 requires"),
        0 | 1 => None,
        _ => Some("the header Host occurs several times"),
    }
}
