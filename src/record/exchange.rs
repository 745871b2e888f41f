//! The exchange of an entry: request, response and timings of the last attempt, redacted.

use std::time::Duration;

use crate::contract::{Judgement, Location};
use crate::http;
use crate::run::{self, Outcome, Target};

use super::body::{KEPT_WHEN_NOT, KEPT_WHEN_WELL};
use super::format::{Body, Exchange, Request, Response, Timings};
use super::redact::ExchangeRedactor;

/// Converts the last attempt of an outcome to the exchange of its entry.
pub(super) struct ExchangeWriter<'a> {
    pub outcome: &'a Outcome<'a>,
    pub target: &'a Target,
    pub template: &'a str,
    pub redactor: &'a ExchangeRedactor<'a>,
}

impl ExchangeWriter<'_> {
    /// Returns the exchange; `None` if nothing was sent.
    pub(super) fn exchange(&self) -> Option<Exchange> {
        let attempt = self.outcome.attempts.last()?;
        let completed = attempt.result.as_ref().ok().map(|(exchange, _)| exchange);
        // The request on the wire has the headers of the target too.
        let request = completed.map_or(&*attempt.request, |exchange| &exchange.request);
        Some(Exchange {
            request: self.request(request),
            response: attempt.result.as_ref().ok().map(|(exchange, judged)| self.response(&exchange.response, judged)),
            timings: completed.map(|exchange| timings(&exchange.timings)),
        })
    }

    fn request(&self, request: &http::Request) -> Request {
        let media_type = request.media_type();
        Request {
            method: self.redactor.text(&request.method),
            url: self.redactor.text(&self.target.url) + &self.redactor.url(&request.url, self.template),
            headers: self.headers(&request.headers),
            body: request
                .body
                .as_ref()
                .map(|bytes| Body::from_bytes(bytes, media_type.as_ref(), self.kept(), self.redactor)),
        }
    }

    fn response(&self, response: &http::Response, judged: &Judgement) -> Response {
        let body = Body::from_bytes(&response.body, response.media_type().as_ref(), self.kept(), self.redactor);
        let places = self.outcome.findings.iter().filter_map(|finding| match &finding.location {
            Location::Body(at) => Some(at),
            _ => None,
        });
        Response {
            status: response.status,
            version: response.version.to_owned(),
            headers: self.headers(&response.headers),
            body: body.with_excerpt(&response.body, judged.body.as_ref(), places, self.redactor),
        }
    }

    fn headers(&self, headers: &http::Headers) -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| (self.redactor.text(name), self.redactor.header(name, value))).collect()
    }

    fn kept(&self) -> usize {
        if is_clean(self.outcome) { KEPT_WHEN_WELL } else { KEPT_WHEN_NOT }
    }
}

/// Whether nothing was found: such entries are kept short.
pub(super) fn is_clean(outcome: &Outcome<'_>) -> bool {
    outcome.verdict == run::Verdict::Passed && outcome.findings.is_empty() && outcome.waived.is_empty()
}

fn timings(timings: &http::Timings) -> Timings {
    Timings {
        connect_ms: timings.connect.map(milliseconds),
        first_byte_ms: milliseconds(timings.first_byte),
        total_ms: milliseconds(timings.total),
    }
}

/// Converts to milliseconds, rounded to the microsecond.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
