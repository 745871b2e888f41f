//! Adds what a client violated to the outcomes of its recorded requests.

use std::collections::VecDeque;

use crate::check::{Finding, Origin};
use crate::contract::Location;
use crate::difference::Difference;
use crate::rules;
use crate::run::{Event, Outcome, Sink, Verdict};
use crate::severity::Severity;

/// A sink in front of another one.
pub(super) struct ClientFindings<'s, S> {
    sink: &'s mut S,
    /// The violations of each request, in the order of the cases.
    breaches: VecDeque<Vec<String>>,
    severity: Severity,
}

impl<'s, S: Sink> ClientFindings<'s, S> {
    /// Adds findings of this severity; `breaches` has the violations of each case.
    pub(super) fn new(sink: &'s mut S, breaches: impl Iterator<Item = Vec<String>>, severity: Severity) -> Self {
        Self { sink, breaches: breaches.collect(), severity }
    }
}

impl<S: Sink> Sink for ClientFindings<'_, S> {
    fn take(&mut self, mut event: Event<'_>) {
        if let Event::Finished(outcome) = &mut event {
            let breaches = self.breaches.pop_front().unwrap_or_default();
            if !breaches.is_empty() && !outcome.attempts.is_empty() {
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
    if severity == Severity::Error && outcome.verdict == Verdict::Passed {
        outcome.verdict = Verdict::Failed;
    }
}
