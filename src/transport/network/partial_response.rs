//! The part of a response that has been received.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::budget::{Budget, SMALL, owning};
use crate::http::{Exchange, Headers, Request, Response, Timings};
use crate::transport::coding;
use crate::transport::error::{Error, Phase};
use crate::transport::failure;

use super::connect_timer::ConnectTimer;
use super::received_body::ReceivedBody;

/// How far an exchange got, and why no further.
pub(crate) type Failure = (Phase, String);

/// What has been received of a response so far.
#[derive(Debug)]
pub(crate) struct PartialResponse {
    pub(crate) sent: Instant,
    pub(crate) connect: Arc<ConnectTimer>,
    first_byte: Duration,
    pub(crate) status: Option<u16>,
    pub(super) version: &'static str,
    headers: Headers,
    /// The `content-length`.
    pub(crate) announced: Option<u64>,
    pub(super) body: ReceivedBody,
}

impl PartialResponse {
    pub(crate) fn new(budget: Budget) -> Self {
        Self {
            sent: Instant::now(),
            connect: Arc::default(),
            first_byte: Duration::ZERO,
            status: None,
            version: "",
            headers: Headers::default(),
            announced: None,
            body: ReceivedBody::new(budget),
        }
    }

    /// Notes the header section, received now.
    pub(crate) fn begin(&mut self, response: &reqwest::Response) {
        self.first_byte = self.sent.elapsed();
        self.status = Some(response.status().as_u16());
        self.version = version(response.version());
        let lines = response.headers().iter();
        self.headers = lines.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect();
        self.announced = self.headers.get("content-length").and_then(|length| length.parse().ok());
    }

    /// Bytes of the body received.
    pub(crate) fn received(&self) -> u64 {
        self.body.len()
    }

    /// The bytes received, as text.
    pub(crate) fn progress(&self) -> String {
        failure::progress(self.received(), self.announced)
    }

    /// The header lines.
    pub(crate) fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The response without its body.
    pub(crate) fn head(&self) -> Response {
        let (status, headers) = (self.status.unwrap_or_default(), self.headers.clone());
        Response { status, version: self.version, headers, body: Bytes::new(), wire_size: 0 }
    }

    /// The durations, if the exchange ends now.
    pub(crate) fn timings(&self) -> Timings {
        Timings { connect: self.connect.elapsed(), first_byte: self.first_byte, total: self.sent.elapsed() }
    }

    /// The exchange failed here.
    pub(crate) fn error(&self, (phase, message): Failure) -> Error {
        let (received, after) = (self.received(), self.sent.elapsed());
        Error { phase, message, status: self.status, headers: self.headers.clone(), received, after }
    }

    /// The exchange, with the body decoded to at most `max_body` bytes. A large body owns the turn to process it.
    pub(crate) async fn complete(
        mut self,
        request: Request,
        budget: &Budget,
        max_body: u64,
    ) -> Result<Exchange, Error> {
        let (wire_size, timings) = (self.received(), self.timings());
        // What is encoded may be large as soon as it is decoded.
        let is_encoded = wire_size > 0 && self.headers.get("content-encoding").is_some();
        let expected = if is_encoded { max_body } else { wire_size };
        let turn = budget.turn(usize::try_from(expected).unwrap_or(usize::MAX)).await;
        let taken = self.body.take().map_err(|error| format!("the body cannot be read again: {error}"));
        let decoded = taken.and_then(|body| Ok(coding::decode(&self.headers, body, max_body)?));
        let body = decoded.map_err(|message| Error { received: wire_size, ..self.error((Phase::Body, message)) })?;
        let body = if body.len() > SMALL { owning(body, turn) } else { body };
        let response = Response { body, wire_size, ..self.head() };
        Ok(Exchange { request, response, timings, incomplete: None })
    }
}

fn version(version: reqwest::Version) -> &'static str {
    match version {
        reqwest::Version::HTTP_2 => "HTTP/2.0",
        reqwest::Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}
