//! Shows the requests that clients sent, when, and what they violated, in the outcomes of recorded cases.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::check::{Finding, Origin};
use crate::contract::Location;
use crate::difference::Difference;
use crate::http::Request;
use crate::rules;
use crate::run::{Event, Outcome, Sink, Verdict};
use crate::severity::Severity;

/// The request of a client.
pub(super) struct ClientRequest {
    /// The request, which has credentials and headers that the recorded case does not have.
    pub request: Request,
    /// How it violates the contract, one line per violation.
    pub breaches: Vec<String>,
    /// Why it has no response, if that is not the target's fault.
    pub excuse: Option<String>,
    /// Time from the start of the recording, and the duration of the exchange with the target.
    pub time: (Duration, Duration),
}

/// A sink in front of another one.
pub(super) struct ClientRequests<'s, S> {
    sink: &'s mut S,
    /// The requests in the order of the cases.
    requests: VecDeque<ClientRequest>,
    severity: Severity,
}

impl<'s, S: Sink> ClientRequests<'s, S> {
    /// Shows `requests`, one per case; their violations are findings of this severity.
    pub(super) fn new(sink: &'s mut S, requests: VecDeque<ClientRequest>, severity: Severity) -> Self {
        Self { sink, requests, severity }
    }
}

impl<S: Sink> Sink for ClientRequests<'_, S> {
    fn take(&mut self, mut event: Event<'_>) {
        if let Event::Finished(outcome) = &mut event
            && let Some(ClientRequest { request, breaches, excuse, time }) = self.requests.pop_front()
            && let Some(attempt) = outcome.attempts.last_mut()
        {
            attempt.request = Arc::new(request);
            // Not those of the replay, which waits for nothing.
            (outcome.started, outcome.took) = time;
            if let Some(excuse) = excuse {
                outcome.verdict = Verdict::Skipped(excuse);
            }
            if !breaches.is_empty() {
                add(outcome, &breaches, self.severity);
            }
        }
        self.sink.take(event);
    }
}

fn add(outcome: &mut Outcome<'_>, breaches: &[String], severity: Severity) {
    outcome.findings.push(Finding {
        check: rules::REQUEST,
        severity,
        keyword: None,
        location: Location::Request,
        origin: Origin::Case(outcome.case.at.join("request")),
        expected: "a request that conforms to the contract".to_owned(),
        actual: Some(breaches.join("; ")),
        unexpected: false,
        literal: false,
        difference: Difference::InvalidRequest,
        suggestion: None,
        not_listed: 0,
        branch_of: None,
    });
    outcome.found_in.push(outcome.attempts.len() - 1);
    if severity == Severity::Error && !matches!(outcome.verdict, Verdict::Invalid(_)) {
        outcome.verdict = Verdict::Failed;
    }
}
