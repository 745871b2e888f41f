//! Runs one case: from its request to its verdict, attempt by attempt.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use crate::case::expand::{self, Expectation};
use crate::case::{Capture, CaptureFrom, Case, Story};
use crate::check::{self, Context, Finding, Fingerprint, Origin, Side};
use crate::contract::Operation;
use crate::contract::{Judgement, NotChecked, Rule, judge};
use crate::expression::Scope;
use crate::http::{Exchange, Headers, MOCK_ERROR, Response};
use crate::rules;
use crate::severity::Severity;
use crate::transport::{Phase, Transport};

use super::captures::captures;
use super::context::{RunContext, Sent};
use super::message_scope::{self, Bodies};
use super::next::Next;
use super::outcome::{Acknowledged, Attempt, Captured, Outcome, Verdict, Waived};
use super::prepared::PreparedRun;
use super::prove::{self, ProvenRequest};
use super::{response_signature, retry, skip};

/// Sends the case until an attempt decides it. `scope` belongs to the case alone; it may capture `room_for_captures` bytes.
pub(super) async fn run<'s, T: Transport>(
    context: &RunContext<'_, T>,
    story: &'s Story,
    case: &'s Case,
    scope: Scope,
    room_for_captures: usize,
) -> Outcome<'s> {
    let begun = Instant::now();
    context.begin_case(case);
    let mut outcome = context.new_outcome(story, case, Verdict::Passed);
    let prepared = match prepare(context.prepared, case, scope) {
        Err(verdict) => Err(verdict),
        Ok(ready) => context.await_expired_token(case.role, &ready.0.request).await.map(|()| ready),
    };
    match prepared {
        Err(verdict) => outcome.verdict = verdict,
        Ok((proven, expectation, scope)) => {
            outcome.not_checked.clone_from(&proven.judged.not_checked);
            let (no_verdict, room_for_earlier) = (None, [MAX_EARLIER; 2]);
            let mut runner = CaseRunner {
                context,
                case,
                scope,
                proven,
                expectation,
                begun,
                no_verdict,
                room_for_earlier,
                room_for_captures,
                has_renewed_token: false,
                outcome,
            };
            let stopped = runner.run().await;
            runner.outcome.verdict = runner.verdict(stopped);
            outcome = runner.outcome;
        }
    }
    outcome.took = begun.elapsed();
    outcome
}

fn prepare(
    prepared: &PreparedRun<'_>,
    case: &Case,
    scope: Scope,
) -> Result<(ProvenRequest, Expectation, Scope), Verdict> {
    let invalid = |error: expand::ExpandError| Verdict::Invalid(error.into_line());
    let usable = |operation| match prove::fault(prepared.contract, operation) {
        Some(fault) => Err(Verdict::Invalid(fault.to_owned())),
        None => Ok(()),
    };
    usable(case.operation)?;
    let (proven, scope) = prepared.request(case, scope).map_err(invalid)?;
    usable(proven.operation)?;
    if let Some(reason) = skip::forbidden(&proven.request.method, prepared.target) {
        return Err(Verdict::Excluded(reason));
    }
    let expectation = expand::expectation(case, &scope).map_err(invalid)?;
    Ok((proven, expectation, scope))
}

/// A case in progress.
struct CaseRunner<'t, 'r, 's, T> {
    context: &'t RunContext<'r, T>,
    case: &'s Case,
    scope: Scope,
    proven: ProvenRequest,
    expectation: Expectation,
    begun: Instant,
    /// Why the last response decides nothing.
    no_verdict: Option<Verdict>,
    /// Bytes of earlier attempts that may still be kept: of those without and with findings.
    room_for_earlier: [usize; 2],
    /// Bytes that the story may still capture.
    room_for_captures: usize,
    /// Whether the access token was renewed because of a 401, which happens once.
    has_renewed_token: bool,
    outcome: Outcome<'s>,
}

/// Maximum size of the earlier attempts that are kept until the case ends, in bytes.
const MAX_EARLIER: usize = 64 * 1024;

/// Maximum number of findings, of waived ones and of reasons why something was not checked: a hostile target has others for every
/// attempt.
const MAX_LISTED: usize = 2_000;

/// Result of evaluating one attempt.
#[derive(Default)]
struct Assessment<'c> {
    next: Next,
    /// Findings of contract checks, which count for every attempt.
    contract_findings: Vec<Finding>,
    /// Findings of the case's expectations, which count for the last attempt.
    case_findings: Vec<Finding>,
    captured: Vec<Captured<'c>>,
}

impl<'s, T: Transport> CaseRunner<'_, '_, 's, T> {
    /// Sends until an attempt decides the case; if the run stops before, returns the reason.
    async fn run(&mut self) -> Option<&'static str> {
        let mut again = false;
        loop {
            if !self.context.await_rate_limit(self.case.role).await {
                return self.context.stopped();
            }
            let pause;
            (pause, again) = match self.attempt(again).await {
                Next::Done | Next::GiveUp(_) => return None,
                Next::SendAgain => (Duration::ZERO, true),
                Next::RenewToken => (Duration::ZERO, false),
                Next::Poll(pause) | Next::Retry(pause) => (pause, false),
            };
            // Before the wait: a large body that is kept has the turn of the others.
            self.drop_earlier();
            if !self.context.pause(self.case.role, pause).await {
                return self.context.stopped();
            }
        }
    }

    /// Sends the request; `again` after a kept connection failed.
    async fn attempt(&mut self, again: bool) -> Next {
        let (request, number) = ((*self.proven.request).clone(), self.outcome.attempts.len());
        let (result, next) = match self.context.send(self.case, request, number, again).await {
            Ok(sent) => {
                let renews_token = self.renews_token(&sent).await;
                let exchange = sent.exchange;
                let mut judgement = self.judge(&exchange);
                let PreparedRun { target, .. } = self.context.prepared;
                let received = self.context.wall_clock();
                response_signature::verify(target, self.operation(), &exchange, received, &mut judgement);
                self.no_verdict = mock_error(&exchange, &judgement);
                let mut assessment = match self.no_verdict {
                    Some(_) => Assessment::default(),
                    None => self.assess(&exchange, &mut judgement),
                };
                if renews_token {
                    assessment.next = Next::RenewToken;
                }
                let next = assessment.next;
                self.record(assessment, &exchange, &judgement);
                (Ok((exchange, judgement)), next)
            }
            Err(error) => {
                let may_repeat = error.phase == Phase::KeptConnection && self.proven.request.is_idempotent();
                (Err(error), if may_repeat && !again { Next::SendAgain } else { Next::Done })
            }
        };
        let ProvenRequest { request, judged, .. } = self.proven.clone();
        self.outcome.attempts.push(Attempt { request, result, judged, repeated: next.repetition() });
        next
    }

    /// Whether the request is sent once more with another access token. A case that expects 401 is about the refusal.
    async fn renews_token(&mut self, Sent { exchange, token }: &Sent) -> bool {
        let Some(used) = token else { return false };
        let status = exchange.response.status;
        if status == 401 && (self.has_renewed_token || self.expects(401)) {
            return false;
        }
        self.has_renewed_token |= self.context.renews_token(status, used).await;
        status == 401 && self.has_renewed_token
    }

    /// Drops the last attempt but for its status and media type, unless it is small enough to be kept for the record, where it may
    /// have findings, or values that are redacted in later attempts.
    fn drop_earlier(&mut self) {
        let index = self.outcome.attempts.len().saturating_sub(1);
        let Some(Attempt { result: Ok((exchange, judgement)), .. }) = self.outcome.attempts.last_mut() else { return };
        (judgement.body, judgement.breaches, judgement.not_checked) = (None, Vec::new(), Vec::new());
        let Response { headers, body, .. } = &mut exchange.response;
        let room = &mut self.room_for_earlier[usize::from(self.outcome.found_in.contains(&index))];
        match room.checked_sub(body.len() + headers.size()) {
            Some(left) => *room = left,
            None => {
                (*headers, *body) = (Headers::default(), Bytes::new());
                exchange.incomplete = Some("another attempt was to follow".to_owned());
            }
        }
    }

    fn operation(&self) -> Option<&Operation> {
        self.context.prepared.contract.operations.get(self.proven.operation?)
    }

    /// Validates the response against the contract.
    fn judge(&self, exchange: &Exchange) -> Judgement {
        judge::exchange(self.context.prepared.contract, self.operation(), exchange)
    }

    /// Runs the checks on an exchange, takes captures from it, and decides whether it is the last attempt.
    fn assess(&mut self, exchange: &Exchange, judgement: &mut Judgement) -> Assessment<'s> {
        // Checks and expressions share the body instead of copying it.
        let body = judgement.body.take().map(Arc::new);
        let scope = self.scope_with_messages(exchange, body.as_ref());
        let severities = self.context.prepared.severities;
        let (case, expectation, json) = (self.case, &self.expectation, body.as_deref());
        let context = Context { case, expectation, scope: &scope, exchange, judgement, json };
        let contract_findings = check::run(Side::Contract, &context, severities);
        let case_findings = check::run(Side::Case, &context, severities);
        let captured = captures(case, &context, self.room_for_captures);
        let not_checked = check::not_checked(&context);
        drop(scope);
        judgement.not_checked.extend(not_checked);
        judgement.body = body.map(Arc::unwrap_or_clone);
        let next = self.next(&exchange.response, !case_findings.is_empty());
        let captured = captured.unwrap_or_else(|reason| {
            self.no_verdict = Some(Verdict::Errored(reason));
            Vec::new()
        });
        Assessment { next, contract_findings, case_findings, captured }
    }

    /// The case's scope, with the messages only if expressions can refer to them: the body of the request is copied for it.
    fn scope_with_messages(&self, exchange: &Exchange, body: Option<&Arc<Value>>) -> Cow<'_, Scope> {
        let has_expression = |capture: &Capture| matches!(capture.from, CaptureFrom::Template(_));
        if self.expectation.assert.is_empty() && !self.case.capture.iter().any(has_expression) {
            return Cow::Borrowed(&self.scope);
        }
        let bodies = Bodies { request: self.proven.judged.value(), response: body };
        Cow::Owned(message_scope::with_messages(&self.scope, self.context.prepared.contract, exchange, bodies))
    }

    /// A retry that the target asks for comes before a poll, which waits for the expectations; neither exceeds its time limit.
    fn next(&self, response: &Response, is_unmet: bool) -> Next {
        let sent = u32::try_from(self.outcome.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
        let in_time = |pause, up_to| self.begun.elapsed().saturating_add(pause) <= up_to;
        let received = self.context.wall_clock();
        let retry = self.case.retry.filter(|retry| retry::is_wanted(response) && sent < retry.attempts);
        let retry = retry.map(|retry| (retry::delay(response, received, sent), retry.up_to));
        if let Some((pause, _)) = retry.filter(|(pause, up_to)| in_time(*pause, *up_to)) {
            return Next::Retry(pause);
        }
        if let Some(pause) = retry::stated(response, received).filter(|_| is_unmet && !self.expects(response.status)) {
            let may_wait = self.case.retry.is_none() && self.context.spend_patience(pause);
            return if may_wait { Next::Retry(pause) } else { Next::GiveUp(pause) };
        }
        let poll = self.case.poll.filter(|poll| is_unmet && in_time(poll.every, poll.up_to));
        poll.map_or(Next::Done, |poll| Next::Poll(poll.every))
    }

    fn expects(&self, status: u16) -> bool {
        self.case.expect.status.iter().any(|range| range.contains(&status))
    }

    /// Adds an attempt's assessment to the outcome.
    fn record(&mut self, assessment: Assessment<'s>, exchange: &Exchange, judgement: &Judgement) {
        let not_checked = &mut self.outcome.not_checked;
        judgement.not_checked.iter().for_each(|one| add_once(not_checked, one.clone()));
        let busy = matches!(assessment.next, Next::Retry(_) | Next::GiveUp(_));
        let reason = match assessment.next {
            Next::Retry(_) => Some(format!("retried after {}", exchange.response.status)),
            Next::GiveUp(_) => Some("the target asked to retry later".to_owned()),
            Next::RenewToken => Some("the access token was renewed after 401".to_owned()),
            Next::Done | Next::Poll(_) | Next::SendAgain => self.case.expect.undocumented.clone(),
        };
        for finding in assessment.contract_findings {
            match reason.as_ref().filter(|_| is_undocumented_status(&finding)) {
                Some(reason) => {
                    add_once(&mut self.outcome.acknowledged, Acknowledged { finding, reason: reason.clone(), busy });
                }
                None => self.add_finding(finding),
            }
        }
        if let Next::Retry(pause) = assessment.next {
            self.context.report_wait(exchange.response.status, pause);
        }
        if matches!(assessment.next, Next::Done) {
            assessment.case_findings.into_iter().for_each(|finding| self.add_finding(finding));
            self.outcome.captured = assessment.captured;
        }
        match assessment.next {
            Next::Retry(_) => self.outcome.retried = true,
            Next::GiveUp(wait) => self.no_verdict = Some(Verdict::Errored(too_busy(&exchange.response, wait))),
            Next::Done | Next::Poll(_) | Next::SendAgain | Next::RenewToken => {}
        }
    }

    /// Adds a finding once; waived findings are recorded but do not fail the case.
    fn add_finding(&mut self, finding: Finding) {
        let PreparedRun { contract, waivers, .. } = self.context.prepared;
        // A fingerprint takes longer than the question whether there are waivers at all.
        let waivers = Some(waivers).filter(|waivers| !waivers.is_empty());
        let waiver = waivers.and_then(|all| all.of(Fingerprint::of(&finding, contract, self.outcome.story, self.case)));
        match waiver.map(Arc::clone) {
            Some(waiver) => add_once(&mut self.outcome.waived, Waived { finding, waiver }),
            None => {
                let (findings, attempt) = (&mut self.outcome.findings, self.outcome.attempts.len());
                let known = findings.iter().position(|known| *known == finding);
                let is_listed =
                    |severity| findings.len() >= MAX_LISTED && findings.iter().any(|f| f.severity == severity);
                match known {
                    Some(known) => self.outcome.found_in[known] = attempt,
                    // The verdict is the same without it.
                    None if is_listed(finding.severity) => {
                        let reason = format!("more than {MAX_LISTED} findings: those of later attempts are not listed");
                        add_once(&mut self.outcome.not_checked, NotChecked { rule: Rule::BodySchema, reason });
                    }
                    None => {
                        findings.push(finding);
                        self.outcome.found_in.push(attempt);
                    }
                }
            }
        }
    }

    /// A finding of severity error outweighs everything else, such as a connection that broke later.
    fn verdict(&self, stopped: Option<&str>) -> Verdict {
        let sent = self.outcome.attempts.len();
        match (stopped, self.outcome.attempts.last()) {
            _ if self.outcome.findings.iter().any(|finding| finding.severity == Severity::Error) => Verdict::Failed,
            (_, Some(Attempt { result: Err(error), .. })) if error.phase == Phase::Request => {
                Verdict::Invalid(error.message.clone())
            }
            (_, Some(Attempt { result: Err(error), .. })) => Verdict::Errored(error.message.clone()),
            (Some(reason), None) => Verdict::Skipped(reason.to_owned()),
            (Some(reason), Some(_)) => {
                Verdict::Errored(format!("{reason} after attempt {sent}, before the case passed or failed"))
            }
            (None, Some(Attempt { result: Ok((_, Judgement { beyond_limits: Some(reason), .. })), .. })) => {
                Verdict::Errored(reason.clone())
            }
            (None, _) => self.no_verdict.clone().unwrap_or(Verdict::Passed),
        }
    }
}

/// The verdict on a response by which the mock reports an error of its own.
fn mock_error(exchange: &Exchange, judgement: &Judgement) -> Option<Verdict> {
    let reason = exchange.response.headers.get(MOCK_ERROR)?;
    let body = judgement.body.as_ref();
    let detail = body.and_then(|body| body["detail"].as_str()).unwrap_or(reason);
    let cause = body.and_then(|body| body["violations"][0].as_str()).map(|cause| format!(" ({cause})"));
    Some(Verdict::Invalid(format!("the mock cannot respond: {detail}{}", cause.unwrap_or_default())))
}

fn too_busy(response: &Response, wait: Duration) -> String {
    let (status, wait) = (response.status, wait.as_secs());
    format!("the target responded with {status} and asked to retry after {wait} s, longer than the run can wait")
}

/// Whether the finding reports an undocumented status (and not an unneeded acknowledgement of one).
fn is_undocumented_status(finding: &Finding) -> bool {
    finding.check == rules::STATUS_DOCUMENTED && matches!(finding.origin, Origin::Contract(_))
}

/// Adds to a list of limited length what is not in it.
fn add_once<T: PartialEq>(list: &mut Vec<T>, new: T) {
    if list.len() < MAX_LISTED && !list.contains(&new) {
        list.push(new);
    }
}
