//! The exchanges of an entry: request, response and timings of the last attempt and of earlier ones with findings, redacted.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::contract::{Judgement, Location};
use crate::http;
use crate::run::{self, Outcome, Target};

use super::body::{KEPT_WHEN_NOT, KEPT_WHEN_WELL};
use super::format::{Body, EarlierAttempt, Exchange, Request, Response, Timings};
use super::redact::ExchangeRedactor;

/// Maximum number of earlier attempts in an entry.
const MAX_EARLIER: usize = 3;

/// Converts the attempts of an outcome to the exchanges of its entry.
pub(super) struct ExchangeWriter<'a> {
    pub outcome: &'a Outcome<'a>,
    pub target: &'a Target,
    pub template: &'a str,
    pub redactor: &'a ExchangeRedactor<'a>,
}

impl ExchangeWriter<'_> {
    /// Returns the exchange of the last attempt; `None` if nothing was sent.
    pub(super) fn last(&self) -> Option<Exchange> {
        let last = self.outcome.attempts.len().checked_sub(1)?;
        Some(self.exchange(last))
    }

    /// Returns the first earlier attempts with findings of their own, without those whose body was dropped.
    pub(super) fn earlier(&self) -> Vec<EarlierAttempt> {
        let last = self.outcome.attempts.len().saturating_sub(1);
        let found: BTreeSet<usize> = self.outcome.found_in.iter().copied().filter(|index| *index < last).collect();
        let is_whole = |index: &usize| match &self.outcome.attempts[*index].result {
            Ok((exchange, _)) => exchange.incomplete.is_none(),
            Err(_) => false,
        };
        let kept = found.into_iter().filter(is_whole).take(MAX_EARLIER);
        kept.map(|index| EarlierAttempt { attempt: index as u64 + 1, exchange: self.exchange(index) }).collect()
    }

    fn exchange(&self, index: usize) -> Exchange {
        let attempt = &self.outcome.attempts[index];
        let completed = attempt.result.as_ref().ok();
        Exchange {
            request: self.request(&attempt.request),
            response: completed.map(|(exchange, judged)| self.response(index, exchange, judged)),
            timings: completed.map(|(exchange, _)| timings(&exchange.timings)),
        }
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

    fn response(&self, index: usize, exchange: &http::Exchange, judged: &Judgement) -> Response {
        let http::Exchange { response, incomplete, .. } = exchange;
        let body = match incomplete {
            Some(_) if response.body.is_empty() => Body::left_out(response.wire_size),
            _ => Body::from_bytes(&response.body, response.media_type().as_ref(), self.kept(), self.redactor),
        };
        let findings = self.outcome.findings.iter().zip(&self.outcome.found_in);
        let places =
            findings.filter(|(_, found_in)| **found_in == index).filter_map(|(finding, _)| match &finding.location {
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
