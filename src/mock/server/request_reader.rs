//! Takes requests in: within their limits of size and time, and within the room that all large bodies share, of requests and
//! of answers, as long as anybody holds them.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::http::uri::PathAndQuery;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::http::{Headers, Request, Response};

use crate::mock::problem_details;
use crate::mock::respond::{Answered, refused};
use crate::mock::server::serve::READ_TIMEOUT;

/// The largest request body, in bytes.
const MAX_BODY: usize = 8 << 20;
/// Bytes of a body beyond which it needs room, so that many large ones together do not fill the memory.
const SMALL: usize = 4 << 10;
/// Bytes that the larger bodies may take together.
const ROOM: usize = 12 << 20;
const TOO_MANY: &str = "too many large bodies at a time";

/// Where bodies are read.
pub(crate) struct Intake {
    room: Arc<Semaphore>,
}

impl Default for Intake {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM)) }
    }
}

/// A body with its room.
struct Housed<B> {
    bytes: B,
    _room: OwnedSemaphorePermit,
}

impl<B: AsRef<[u8]>> AsRef<[u8]> for Housed<B> {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

/// A request without its body, and what it is told.
type Refusal = Box<(Request, Answered)>;

/// Why a body was not taken.
struct Refused {
    status: u16,
    title: &'static str,
    detail: String,
}

impl Intake {
    /// Takes a request in; one that is too large or too slow comes back without its body and with its answer.
    pub(crate) async fn read(&self, request: hyper::Request<Incoming>) -> Result<Request, Refusal> {
        let (head, body) = request.into_parts();
        let lines = head.headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
        let request = Request {
            method: head.method.as_str().to_owned(),
            url: head.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned(),
            headers: lines.collect::<Headers>(),
            body: None,
        };
        let late = || Err(Refused::new(408, "Request Timeout", "the body took too long".to_owned()));
        match timeout(READ_TIMEOUT, self.body(body)).await.unwrap_or_else(|_| late()) {
            Ok(body) => Ok(Request { body: Some(body).filter(|body| !body.is_empty()), ..request }),
            Err(Refused { status, title, detail }) => Err(Box::new((request, refused(status, title, detail)))),
        }
    }

    async fn body(&self, mut body: Incoming) -> Result<Bytes, Refused> {
        let too_large =
            || Refused::new(413, "Content Too Large", format!("expected a body of at most {MAX_BODY} bytes"));
        if usize::try_from(body.size_hint().lower()).map_or(true, |announced| announced > MAX_BODY) {
            return Err(too_large());
        }
        let mut whole = Vec::new();
        let mut room: Option<OwnedSemaphorePermit> = None;
        while let Some(frame) = body.frame().await {
            let broke_off = |error| Refused::new(400, "Bad Request", format!("the body broke off: {error}"));
            let Ok(data) = frame.map_err(broke_off)?.into_data() else { continue };
            let length = whole.len() + data.len();
            if length > MAX_BODY {
                return Err(too_large());
            }
            if length > whole.capacity() {
                let capacity = length.max(whole.capacity() * 2).min(MAX_BODY);
                if capacity > SMALL {
                    let more = self.more(capacity - whole.capacity())?;
                    match &mut room {
                        Some(room) => room.merge(more),
                        None => room = Some(more),
                    }
                }
                whole.reserve_exact(capacity - whole.len());
            }
            whole.extend_from_slice(&data);
        }
        Ok(match room {
            Some(room) => Bytes::from_owner(Housed { bytes: whole, _room: room }),
            None => whole.into(),
        })
    }

    /// Room for so many bytes more; waiting for it would let slow clients stop the others.
    fn more(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refused> {
        let bytes = u32::try_from(bytes.min(ROOM)).unwrap_or(u32::MAX);
        let room = self.room.clone().try_acquire_many_owned(bytes);
        room.map_err(|_| Refused::new(503, "Service Unavailable", TOO_MANY.to_owned()))
    }

    /// The answer with room for its body until it is sent; what others hold as well takes no more of it.
    pub(crate) fn house(&self, response: Response) -> Response {
        if response.body.len() <= SMALL || !response.body.is_unique() {
            return response;
        }
        match self.more(response.body.len()) {
            Ok(room) => {
                let body = Bytes::from_owner(Housed { bytes: response.body, _room: room });
                Response { body, ..response }
            }
            Err(Refused { status, title, detail }) => problem_details::problem(status, title, &detail, &[]),
        }
    }
}

impl Refused {
    fn new(status: u16, title: &'static str, detail: String) -> Self {
        Self { status, title, detail }
    }
}
