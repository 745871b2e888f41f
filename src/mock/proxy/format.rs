//! The header of a recorded exchange in the temporary file; the bodies follow it.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::http::{Exchange, Headers, Request, Response, Timings};

use super::recorded::{RecordedExchange, Unanswered};

/// A recorded exchange without its bodies.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedFormat {
    method: String,
    case_url: String,
    case_headers: Vec<(String, String)>,
    url: String,
    headers: Vec<(String, String)>,
    /// Size of the request's body.
    pub(super) request_body: Option<usize>,
    status: u16,
    version: String,
    response_headers: Vec<(String, String)>,
    /// Size of the response's body.
    pub(super) response_body: usize,
    wire_size: u64,
    connect: Option<Duration>,
    first_byte: Duration,
    total: Duration,
    incomplete: Option<String>,
    unanswered: Option<Unanswered>,
    started: Duration,
    breaches: Vec<String>,
}

impl RecordedFormat {
    pub(super) fn new(recorded: &RecordedExchange) -> Self {
        let RecordedExchange { case, sent, unanswered, started, breaches } = recorded;
        let Exchange { request, response, timings, incomplete } = sent;
        Self {
            method: request.method.clone(),
            case_url: case.url.clone(),
            case_headers: pairs(&case.headers),
            url: request.url.clone(),
            headers: pairs(&request.headers),
            request_body: request.body.as_ref().map(Bytes::len),
            status: response.status,
            version: response.version.to_owned(),
            response_headers: pairs(&response.headers),
            response_body: response.body.len(),
            wire_size: response.wire_size,
            connect: timings.connect,
            first_byte: timings.first_byte,
            total: timings.total,
            incomplete: incomplete.clone(),
            unanswered: unanswered.clone(),
            started: *started,
            breaches: breaches.clone(),
        }
    }

    /// The exchange with these bodies.
    pub(super) fn into_exchange(self, request_body: Option<Bytes>, response_body: Bytes) -> RecordedExchange {
        let (method, body) = (self.method, request_body);
        let case = Request {
            method: method.clone(),
            url: self.case_url,
            headers: lines(&self.case_headers),
            body: body.clone(),
            ..Request::default()
        };
        let request = Request { method, url: self.url, headers: lines(&self.headers), body, ..Request::default() };
        let response = Response {
            status: self.status,
            version: version(&self.version),
            headers: lines(&self.response_headers),
            body: response_body,
            wire_size: self.wire_size,
        };
        let timings = Timings { connect: self.connect, first_byte: self.first_byte, total: self.total };
        let sent = Exchange { request, response, timings, incomplete: self.incomplete };
        RecordedExchange { case, sent, unanswered: self.unanswered, started: self.started, breaches: self.breaches }
    }
}

fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn lines(pairs: &[(String, String)]) -> Headers {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn version(text: &str) -> &'static str {
    ["HTTP/2.0", "HTTP/1.0"].into_iter().find(|known| *known == text).unwrap_or("HTTP/1.1")
}
