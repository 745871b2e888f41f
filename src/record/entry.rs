//! A finished case written down: the only place where an outcome meets its redaction.

use std::time::Duration;

use crate::case::{self, Violates};
use crate::contract::{Contract, Operation};
use crate::http;
use crate::location;
use crate::run::{self, Outcome, Target};

use super::body::{KEPT_WHEN_NOT, KEPT_WHEN_WELL};
use super::finding::Scribe;
use super::redact::Veil;
use super::{Body, Entry, Exchange, Place, Redactor, Request, Response, Role, Timings, Verdict, curl};

impl Entry {
    /// Writes down one outcome, redacted.
    pub fn of(outcome: &Outcome<'_>, contract: &Contract, target: &Target, redactor: &mut Redactor) -> Self {
        let mut veil = redactor.veil(outcome, contract);
        let operation = outcome.case.operation.and_then(|index| contract.operations.get(index));
        let template = operation.map_or("", |operation| &operation.path);
        learn(outcome, template, &mut veil);
        let scribe = Scribe::new(outcome, contract, &mut veil);
        let findings = outcome.findings.iter().map(|finding| scribe.write(finding, &veil)).collect();
        let acknowledged = outcome.acknowledged.iter().map(|held| scribe.acknowledged(held, &veil)).collect();
        let unjudged = outcome.unjudged.iter().map(|held| scribe.unjudged(held, &veil)).collect();
        let exchange = Page { outcome, target, template, veil: &veil }.exchange();
        let curl = exchange.as_ref().map(|exchange| curl::line(&exchange.request));
        Self { findings, acknowledged, unjudged, exchange, curl, ..described(outcome, operation, &veil) }
    }
}

/// Everything of the entry that does not need the exchange.
fn described(outcome: &Outcome<'_>, operation: Option<&Operation>, veil: &Veil<'_>) -> Entry {
    let Outcome { story, case, .. } = outcome;
    let sent = outcome.attempts.last().map(|attempt| &attempt.request);
    let (verdict, reason) = verdict(&outcome.verdict, veil);
    let or_sent = |declared: Option<&String>, sent: Option<&str>| {
        declared.cloned().unwrap_or_else(|| veil.url(sent.unwrap_or_default(), ""))
    };
    Entry {
        case: veil.identity(&case.id),
        name: veil.identity(&case.name),
        story: veil.identity(&story.id),
        place: place(&case.file(story).snippet(&case.at).place),
        role: case.role.into(),
        operation: operation.map(|operation| operation.name.clone()),
        method: or_sent(operation.map(|operation| &operation.method), sent.map(|request| request.method.as_str())),
        path: or_sent(operation.map(|operation| &operation.path), sent.map(http::Request::path)),
        tags: case.tags.clone(),
        requirement: case.requirement.clone(),
        violates: violates(&case.violates),
        outcome: verdict,
        reason,
        started_ms: milliseconds(outcome.started),
        took_ms: milliseconds(outcome.took),
        attempts: outcome.attempts.len() as u64,
        exchange: None,
        findings: Vec::new(),
        acknowledged: Vec::new(),
        unjudged: Vec::new(),
        curl: None,
    }
}

/// Learns the sensitive values of every attempt, since findings may be about any of them.
fn learn(outcome: &Outcome<'_>, template: &str, veil: &mut Veil<'_>) {
    for attempt in &outcome.attempts {
        let request = &attempt.request;
        veil.learn_url(&request.url, template);
        veil.learn_headers(&request.headers);
        veil.learn_body(request.body.as_deref().unwrap_or_default(), request.media_type().as_ref());
        if let Ok((http::Exchange { response, .. }, _)) = &attempt.result {
            veil.learn_headers(&response.headers);
            veil.learn_body(&response.body, response.media_type().as_ref());
        }
    }
}

/// What is needed to write down the last attempt.
struct Page<'a> {
    outcome: &'a Outcome<'a>,
    target: &'a Target,
    template: &'a str,
    veil: &'a Veil<'a>,
}

impl Page<'_> {
    fn exchange(&self) -> Option<Exchange> {
        let attempt = self.outcome.attempts.last()?;
        let completed = attempt.result.as_ref().ok().map(|(exchange, _)| exchange);
        // What went over the wire has the target's own headers too.
        let request = completed.map_or(&attempt.request, |exchange| &exchange.request);
        Some(Exchange {
            request: self.request(request),
            response: completed.map(|exchange| self.response(&exchange.response)),
            timings: completed.map(|exchange| timings(&exchange.timings)),
        })
    }

    fn request(&self, request: &http::Request) -> Request {
        let media_type = request.media_type();
        Request {
            method: self.veil.text(&request.method),
            url: self.veil.text(&self.target.url) + &self.veil.url(&request.url, self.template),
            headers: self.headers(&request.headers),
            body: request.body.as_ref().map(|bytes| Body::of(bytes, media_type.as_ref(), self.kept(), self.veil)),
        }
    }

    fn response(&self, response: &http::Response) -> Response {
        Response {
            status: response.status,
            version: response.version.to_owned(),
            headers: self.headers(&response.headers),
            body: Body::of(&response.body, response.media_type().as_ref(), self.kept(), self.veil),
        }
    }

    fn headers(&self, headers: &http::Headers) -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| (self.veil.text(name), self.veil.header(name, value))).collect()
    }

    fn kept(&self) -> usize {
        let well = self.outcome.verdict == run::Verdict::Passed && self.outcome.findings.is_empty();
        if well { KEPT_WHEN_WELL } else { KEPT_WHEN_NOT }
    }
}

fn verdict(verdict: &run::Verdict, veil: &Veil<'_>) -> (Verdict, Option<String>) {
    match verdict {
        run::Verdict::Passed => (Verdict::Passed, None),
        run::Verdict::Failed => (Verdict::Failed, None),
        run::Verdict::Errored(reason) => (Verdict::Errored, Some(veil.text(reason))),
        run::Verdict::Skipped(reason) => (Verdict::Skipped, Some(veil.text(reason))),
    }
}

fn violates(violates: &Violates) -> Vec<String> {
    match violates {
        Violates::Nothing => Vec::new(),
        Violates::These(rules) => rules.iter().map(ToString::to_string).collect(),
        Violates::Unchecked => vec!["unchecked".to_owned()],
    }
}

fn timings(timings: &http::Timings) -> Timings {
    Timings {
        connect_ms: timings.connect.map(milliseconds),
        first_byte_ms: milliseconds(timings.first_byte),
        total_ms: milliseconds(timings.total),
    }
}

/// To the microsecond: more digits would only be noise.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

pub(super) fn place(place: &location::Place) -> Place {
    Place { file: place.file.to_string(), line: place.line, column: place.column }
}

impl From<case::Role> for Role {
    fn from(role: case::Role) -> Self {
        match role {
            case::Role::Setup => Self::Setup,
            case::Role::Case => Self::Case,
            case::Role::Teardown => Self::Teardown,
        }
    }
}
