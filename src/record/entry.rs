//! Converts an outcome to a redacted entry: the only code that sees both.

use std::rc::Rc;

use crate::case::Violates;
use crate::check::Origin;
use crate::contract::clause::Clause;
use crate::contract::{Contract, Operation};
use crate::coverage::unmet_covers;
use crate::http;
use crate::rules;
use crate::run::{self, Outcome, Target};

use super::exchange::{ExchangeWriter, is_clean, milliseconds};
use super::finding_writer::FindingWriter;
use super::format::{Entry, Finding, Place, Verdict};
use super::redact::{ExchangeRedactor, Redactor, credentials};
use super::shell_variables::{Sent, Variables};
use super::{curl, request_id};

impl Entry {
    /// Converts one outcome, redacted.
    pub fn from_outcome(outcome: &Outcome<'_>, contract: &Contract, target: &Target, redactor: &mut Redactor) -> Self {
        let mut redactor = redactor.exchange(outcome, contract);
        let operation = outcome.case.operation.and_then(|index| contract.operations.get(index));
        let template = operation.map_or("", |operation| &operation.path);
        learn(outcome, template, &mut redactor);
        let names = Rc::clone(redactor.shared_names());
        for captured in credentials(outcome, &names) {
            redactor.learn_capture(captured.name, &captured.value);
        }
        let writer = FindingWriter::new(outcome, contract, &mut redactor);
        let attempts = outcome.found_in.iter().map(|index| earlier_attempt(outcome, *index));
        let findings = outcome.findings.iter().zip(attempts);
        let findings: Vec<_> =
            findings.map(|(finding, attempt)| Finding { attempt, ..writer.write(finding, &redactor) }).collect();
        let acknowledged = outcome.acknowledged.iter().map(|held| writer.acknowledged(held, &redactor)).collect();
        let waived = outcome.waived.iter().map(|held| writer.waived(held, &redactor)).collect();
        let not_checked = outcome.not_checked.iter().map(|held| writer.not_checked(held, &redactor)).collect();
        let assumed = operation.map(|operation| assumed(outcome, contract, operation)).unwrap_or_default();
        let exchanges = ExchangeWriter { outcome, target, template, redactor: &redactor };
        let (exchange, earlier) = (exchanges.last(), exchanges.earlier());
        let shown = exchange.as_ref().filter(|_| !is_clean(outcome));
        let sent = outcome.attempts.last().map(|attempt| Sent {
            url: format!("{}{}", target.url, attempt.request.url),
            request: &attempt.request,
            redactor: &redactor,
        });
        let variables = Variables(sent);
        let curl = shown.map(|exchange| curl::line(&exchange.request, &variables));
        // The mock has stopped when somebody reads the report.
        let curl = curl.map(|line| match &target.start_command {
            Some(start) => format!("{} & sleep 1; {line}", redactor.text(start)),
            None => line,
        });
        let request_id = shown.and_then(|exchange| request_id::find(&exchange.response.as_ref()?.headers));
        let case = without_exchange(outcome, operation, &redactor);
        let unmet = unmet_covers(contract, target, outcome);
        let case = with_unmet(case, &unmet, &redactor);
        Self { findings, acknowledged, waived, assumed, not_checked, exchange, earlier, request_id, curl, ..case }
    }

    /// The entry of an outcome that cannot be converted because of a defect of signoff: errored, without exchange.
    pub fn of_defect(outcome: &Outcome<'_>, contract: &Contract, redactor: &mut Redactor, reason: &str) -> Self {
        let redactor = redactor.exchange(outcome, contract);
        let operation = outcome.case.operation.and_then(|index| contract.operations.get(index));
        let reason = Some(redactor.text(reason));
        Self { outcome: Verdict::Errored, reason, flaky: false, ..without_exchange(outcome, operation, &redactor) }
    }
}

/// Returns the fields that do not need the exchange.
fn without_exchange(outcome: &Outcome<'_>, operation: Option<&Operation>, redactor: &ExchangeRedactor<'_>) -> Entry {
    let Outcome { story, case, .. } = outcome;
    let sent = outcome.attempts.last().map(|attempt| &*attempt.request);
    let (verdict, reason) = verdict(&outcome.verdict, redactor);
    let or_sent = |declared: Option<&String>, sent: Option<&str>| {
        declared.cloned().unwrap_or_else(|| redactor.url(sent.unwrap_or_default(), ""))
    };
    Entry {
        case: redactor.identity(&case.id),
        name: redactor.identity(&case.name),
        story: redactor.identity(&story.id),
        place: Place::from(&case.file(story).place(&case.at)),
        role: case.role.into(),
        operation: operation.map(|operation| operation.name.clone()),
        method: or_sent(operation.map(|operation| &operation.method), sent.map(|request| request.method.as_str())),
        path: or_sent(operation.map(|operation| &operation.path), sent.map(http::Request::path)),
        tags: case.tags.clone(),
        requirements: case.requirements.clone(),
        properties: case.properties.clone(),
        violates: violates(&case.violates),
        unchecked: case.violates == Violates::Unchecked,
        outcome: verdict,
        invalid: matches!(outcome.verdict, run::Verdict::Invalid(_)),
        excluded: matches!(outcome.verdict, run::Verdict::Excluded(_)),
        flaky: outcome.retried && outcome.verdict == run::Verdict::Passed,
        tolerated: false,
        reason,
        started_ms: milliseconds(outcome.started),
        took_ms: milliseconds(outcome.took),
        attempts: outcome.attempts.len() as u64,
        exchange: None,
        earlier: Vec::new(),
        findings: Vec::new(),
        acknowledged: Vec::new(),
        waived: Vec::new(),
        assumed: Vec::new(),
        not_checked: Vec::new(),
        request_id: None,
        curl: None,
    }
}

/// Makes a case invalid that does not meet clauses of its `covers`.
fn with_unmet(case: Entry, unmet: &[&Clause], redactor: &ExchangeRedactor<'_>) -> Entry {
    if unmet.is_empty() {
        return case;
    }
    let names: Vec<_> = unmet.iter().map(|clause| format!("`{clause}`")).collect();
    let reason = format!("{}: the case passed, but does not meet {}", rules::COVERS_UNMET, names.join(", "));
    Entry { outcome: Verdict::Errored, invalid: true, flaky: false, reason: Some(redactor.text(&reason)), ..case }
}

/// Returns the locations of the overlay actions that the verdict depends on: those of the applied rules and of the findings.
fn assumed(outcome: &Outcome<'_>, contract: &Contract, operation: &Operation) -> Vec<Place> {
    let Some(attempt) = outcome.attempts.last() else { return Vec::new() };
    let status = attempt.result.as_ref().ok().and_then(|(_, judged)| judged.status);
    let mut anchors = contract.assumptions(operation, status);
    anchors.extend(outcome.findings.iter().filter_map(|finding| match &finding.origin {
        Origin::Contract(anchor) if contract.is_assumed(anchor) => Some(anchor),
        _ => None,
    }));
    anchors.into_iter().map(|anchor| Place::from(&contract.place(anchor))).collect()
}

/// The number of an attempt, counted from 1; `None` for the last one.
fn earlier_attempt(outcome: &Outcome<'_>, index: usize) -> Option<u64> {
    (index + 1 < outcome.attempts.len()).then_some(index as u64 + 1)
}

/// Collects the sensitive values of every attempt, since findings may be about any of them.
fn learn(outcome: &Outcome<'_>, template: &str, redactor: &mut ExchangeRedactor<'_>) {
    for attempt in &outcome.attempts {
        let request = &attempt.request;
        redactor.learn_url(&request.url, template);
        redactor.learn_headers(&request.headers);
        redactor.learn_body(request.body.as_deref().unwrap_or_default(), request.media_type().as_ref());
        if let Ok((http::Exchange { request, response, .. }, _)) = &attempt.result {
            // What was recorded by the proxy has credentials of its own.
            redactor.learn_url(&request.url, template);
            redactor.learn_headers(&request.headers);
            redactor.learn_headers(&response.headers);
            redactor.learn_body(&response.body, response.media_type().as_ref());
        }
    }
}

fn verdict(verdict: &run::Verdict, redactor: &ExchangeRedactor<'_>) -> (Verdict, Option<String>) {
    match verdict {
        run::Verdict::Passed => (Verdict::Passed, None),
        run::Verdict::Failed => (Verdict::Failed, None),
        run::Verdict::Errored(reason) | run::Verdict::Invalid(reason) => {
            (Verdict::Errored, Some(redactor.text(reason)))
        }
        run::Verdict::Skipped(reason) | run::Verdict::Excluded(reason) => {
            (Verdict::Skipped, Some(redactor.text(reason)))
        }
    }
}

fn violates(violates: &Violates) -> Vec<String> {
    match violates {
        Violates::Nothing | Violates::Unchecked => Vec::new(),
        Violates::These(rules) => rules.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests;
