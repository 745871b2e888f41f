//! The part of a response that has been received.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::time::Instant;

use crate::http::{Exchange, Headers, Request, Response, Timings};
use crate::transport::coding;
use crate::transport::error::{Error, Phase};
use crate::transport::failure;

use super::connect_timer::ConnectTimer;

/// How far an exchange got, and why no further.
pub(crate) type Failure = (Phase, String);

/// What has been received of a response so far.
pub(crate) struct PartialResponse {
    pub(crate) sent: Instant,
    /// Time spent waiting for memory, which does not count against the exchange.
    pub(crate) waited: Duration,
    pub(crate) connect: Arc<ConnectTimer>,
    first_byte: Duration,
    pub(crate) status: Option<u16>,
    version: &'static str,
    headers: Headers,
    /// The `content-length`.
    pub(crate) announced: Option<u64>,
    pub(crate) body: BytesMut,
}

impl PartialResponse {
    pub(crate) fn new() -> Self {
        Self {
            sent: Instant::now(),
            waited: Duration::ZERO,
            connect: Arc::default(),
            first_byte: Duration::ZERO,
            status: None,
            version: "",
            headers: Headers::default(),
            announced: None,
            body: BytesMut::new(),
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
        self.body.len() as u64
    }

    /// The bytes received, as text.
    pub(crate) fn progress(&self) -> String {
        failure::progress(self.received(), self.announced)
    }

    fn elapsed(&self) -> Duration {
        self.sent.elapsed().saturating_sub(self.waited)
    }

    /// The exchange failed here.
    pub(crate) fn error(&self, (phase, message): Failure) -> Error {
        let (received, after) = (self.received(), self.elapsed());
        Error { phase, message, status: self.status, headers: self.headers.clone(), received, after }
    }

    /// The exchange, with the body decoded to at most `max_body` bytes.
    pub(crate) fn complete(mut self, request: Request, max_body: u64) -> Result<Exchange, Error> {
        let total = self.elapsed();
        let timings = Timings { connect: self.connect.elapsed(), first_byte: self.first_byte, total };
        let wire_size = self.received();
        let decoded = coding::decode(&self.headers, self.body.split().freeze(), max_body);
        let body = decoded.map_err(|message| Error { received: wire_size, ..self.error((Phase::Body, message)) })?;
        let status = self.status.unwrap_or_default();
        let response = Response { status, version: self.version, headers: self.headers, body, wire_size };
        Ok(Exchange { request, response, timings })
    }
}

fn version(version: reqwest::Version) -> &'static str {
    match version {
        reqwest::Version::HTTP_2 => "HTTP/2.0",
        reqwest::Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}
