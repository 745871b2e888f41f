//! One case from its request to its verdict, attempt by attempt.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use crate::case::expand::{self, Expectation};
use crate::case::{Capture, CaptureFrom, Case, Story};
use crate::check::{self, Context, Finding, Fingerprint, Origin, Side};
use crate::contract::{Judgement, NotChecked, Operation, Rule, judge};
use crate::expression::Scope;
use crate::http::{Exchange, Response};
use crate::severity::Severity;
use crate::transport::Transport;

use super::messages::{self, Bodies};
use super::prepared::PreparedRun;
use super::prove::Proven;
use super::runner::Run;
use super::{Acknowledged, Attempt, Outcome, Verdict, Waived, retry, skip};

/// A variable that a case captured.
pub(super) struct Captured<'c> {
    /// Its name.
    pub(super) name: &'c str,
    /// Its value.
    pub(super) value: Value,
}

/// Sends the case until it is decided. `scope` is the case's own.
pub(super) async fn hold<'s, T: Transport>(
    run: &Run<'_, T>,
    story: &'s Story,
    case: &'s Case,
    scope: Scope,
) -> (Outcome<'s>, Vec<Captured<'s>>) {
    let begun = Instant::now();
    let mut outcome = run.blank(story, case, Verdict::Passed);
    let mut captured = Vec::new();
    match prepare(run, case, scope) {
        Err(verdict) => outcome.verdict = verdict,
        Ok((proven, expectation, scope)) => {
            outcome.not_checked.clone_from(&proven.judged.not_checked);
            let mut trial = Trial { run, case, scope, proven, expectation, begun, outcome, captured };
            let interrupted = trial.repeat().await;
            trial.outcome.verdict = trial.verdict(interrupted);
            (outcome, captured) = (trial.outcome, trial.captured);
        }
    }
    outcome.took = begun.elapsed();
    (outcome, captured)
}

fn prepare<T: Transport>(run: &Run<'_, T>, case: &Case, scope: Scope) -> Result<(Proven, Expectation, Scope), Verdict> {
    let errored = |error: expand::ExpandError| Verdict::Errored(error.message);
    let (proven, scope) = run.plan.request(case, scope).map_err(errored)?;
    if let Some(reason) = skip::forbidden(&proven.request.method, run.plan.target) {
        return Err(Verdict::Skipped(reason));
    }
    let expectation = expand::expectation(case, &scope).map_err(errored)?;
    Ok((proven, expectation, scope))
}

/// A case that is being sent.
struct Trial<'t, 'r, 's, T> {
    run: &'t Run<'r, T>,
    case: &'s Case,
    scope: Scope,
    proven: Proven,
    expectation: Expectation,
    begun: Instant,
    outcome: Outcome<'s>,
    captured: Vec<Captured<'s>>,
}

/// Bytes of an answer that is not held once another attempt was made.
const LARGE: usize = 64 * 1024;

/// What follows an attempt.
#[derive(Clone, Copy)]
enum Next {
    /// Nothing: it decides.
    Done,
    /// Another, because the expectations do not hold yet.
    Poll(Duration),
    /// Another, because the target asked for it.
    Retry(Duration),
}

/// What one answer is worth.
struct Weighed<'c> {
    next: Next,
    /// Findings about the contract, which count for every attempt.
    of_contract: Vec<Finding>,
    /// Findings about the case's expectations, which count for the last.
    of_case: Vec<Finding>,
    captured: Vec<Captured<'c>>,
}

impl<'s, T: Transport> Trial<'_, '_, 's, T> {
    /// Sends until an attempt decides; returns why none did when draining came first.
    async fn repeat(&mut self) -> Option<&'static str> {
        loop {
            if !self.run.turn(self.case.role).await {
                return self.run.halted();
            }
            let (Next::Poll(pause) | Next::Retry(pause)) = self.attempt().await else { return None };
            if !self.run.pause(self.case.role, pause).await {
                return self.run.halted();
            }
        }
    }

    async fn attempt(&mut self) -> Next {
        let (result, next) = match self.run.send(self.proven.request.clone()).await {
            Ok(exchange) => {
                let judgement = self.judge(&exchange);
                let weighed = self.weigh(&exchange, &judgement);
                let next = weighed.next;
                self.note(weighed, &exchange, &judgement);
                (Ok((exchange, judgement)), next)
            }
            Err(error) => (Err(error), Next::Done),
        };
        let (request, judged) = match next {
            Next::Done => (std::mem::take(&mut self.proven.request), std::mem::take(&mut self.proven.judged)),
            Next::Poll(_) | Next::Retry(_) => (self.proven.request.clone(), self.proven.judged.clone()),
        };
        self.forget_large();
        self.outcome.attempts.push(Attempt { request, result, judged });
        next
    }

    /// Only the last attempt is written down; a poll that lasts would hold every large answer until then.
    fn forget_large(&mut self) {
        for attempt in &mut self.outcome.attempts {
            if let Ok((exchange, judgement)) = &mut attempt.result
                && exchange.response.body.len() > LARGE
            {
                exchange.response.body = Bytes::new();
                judgement.body = None;
            }
        }
    }

    fn operation(&self) -> Option<&Operation> {
        self.run.plan.contract.operations.get(self.proven.operation?)
    }

    fn judge(&self, exchange: &Exchange) -> Judgement {
        let Exchange { request, response, .. } = exchange;
        if let Some(operation) = self.operation() {
            return judge::response(self.run.plan.contract, operation, &request.method, response);
        }
        let mut judgement = judge::outside(response);
        let reason = "the request leads to no operation of the contract".to_owned();
        judgement.not_checked.push(NotChecked { rule: Rule::Status, reason });
        judgement
    }

    fn weigh(&self, exchange: &Exchange, judgement: &Judgement) -> Weighed<'s> {
        let scope = self.visible(exchange, judgement);
        let context = Context {
            contract: self.run.plan.contract,
            operation: self.operation(),
            case: self.case,
            expectation: &self.expectation,
            scope: &scope,
            exchange,
            judgement,
        };
        let of_contract = check::run(Side::Contract, &context, self.run.plan.severities);
        let of_case = check::run(Side::Case, &context, self.run.plan.severities);
        let take = |capture: &'s Capture| {
            let value = check::captured(capture, &context).ok()?;
            Some(Captured { name: &capture.name, value })
        };
        let captured = self.case.capture.iter().filter_map(take).collect();
        Weighed { next: self.next(&exchange.response, !of_case.is_empty()), of_contract, of_case, captured }
    }

    /// The case's scope, with the messages where an expression may ask for them.
    fn visible(&self, exchange: &Exchange, judgement: &Judgement) -> Cow<'_, Scope> {
        let asks = |capture: &Capture| matches!(capture.from, CaptureFrom::Template(_));
        if self.expectation.assert.is_empty() && !self.case.capture.iter().any(asks) {
            return Cow::Borrowed(&self.scope);
        }
        let bodies = Bodies { request: self.proven.judged.body.as_ref(), response: judgement.body.as_ref() };
        Cow::Owned(messages::visible(&self.scope, self.run.plan.contract, exchange, bodies))
    }

    fn next(&self, response: &Response, unmet: bool) -> Next {
        let sent = u32::try_from(self.outcome.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
        let in_time = |pause, up_to| self.begun.elapsed().saturating_add(pause) <= up_to;
        let retry = self.case.retry.filter(|retry| retry::is_wanted(response) && sent < retry.attempts);
        let retry = retry.map(|retry| (retry::delay(response, sent), retry.up_to));
        if let Some((pause, _)) = retry.filter(|(pause, up_to)| in_time(*pause, *up_to)) {
            return Next::Retry(pause);
        }
        let poll = self.case.poll.filter(|poll| unmet && in_time(poll.every, poll.up_to));
        poll.map_or(Next::Done, |poll| Next::Poll(poll.every))
    }

    /// Takes over what counts of an answer.
    fn note(&mut self, weighed: Weighed<'s>, exchange: &Exchange, judgement: &Judgement) {
        judgement.not_checked.iter().for_each(|not_checked| add(&mut self.outcome.not_checked, not_checked.clone()));
        let reason = match weighed.next {
            Next::Retry(_) => Some(format!("sent again after {}", exchange.response.status)),
            Next::Done | Next::Poll(_) => self.case.expect.undocumented.clone(),
        };
        for finding in weighed.of_contract {
            match reason.as_ref().filter(|_| is_undocumented_status(&finding)) {
                Some(reason) => add(&mut self.outcome.acknowledged, Acknowledged { finding, reason: reason.clone() }),
                None => self.find(finding),
            }
        }
        if matches!(weighed.next, Next::Done) {
            weighed.of_case.into_iter().for_each(|finding| self.find(finding));
            self.captured = weighed.captured;
        }
    }

    /// Takes in a finding, unless it is known already; one that is waived fails nothing.
    fn find(&mut self, finding: Finding) {
        let PreparedRun { contract, waivers, .. } = self.run.plan;
        let waived = Some(waivers).filter(|waivers| !waivers.is_empty());
        let waiver = waived.and_then(|all| all.of(Fingerprint::of(&finding, contract, self.outcome.story, self.case)));
        match waiver.map(Arc::clone) {
            Some(waiver) => add(&mut self.outcome.waived, Waived { finding, waiver }),
            None => add(&mut self.outcome.findings, finding),
        }
    }

    /// A proven breach counts above everything else.
    fn verdict(&self, interrupted: Option<&str>) -> Verdict {
        let sent = self.outcome.attempts.len();
        match (interrupted, self.outcome.attempts.last()) {
            _ if self.outcome.findings.iter().any(|finding| finding.severity == Severity::Error) => Verdict::Failed,
            (_, Some(Attempt { result: Err(error), .. })) => Verdict::Errored(error.message.clone()),
            (Some(reason), None) => Verdict::Skipped(reason.to_owned()),
            (Some(reason), Some(_)) => {
                Verdict::Errored(format!("{reason} before it was decided, after attempt {sent}"))
            }
            (None, Some(Attempt { result: Ok((_, Judgement { beyond_limits: Some(reason), .. })), .. })) => {
                Verdict::Errored(reason.clone())
            }
            (None, _) => Verdict::Passed,
        }
    }
}

/// Whether the finding says that the contract does not declare the status (and not that a case wrongly says so).
fn is_undocumented_status(finding: &Finding) -> bool {
    finding.check == "status-documented" && matches!(finding.origin, Origin::Contract(_))
}

fn add<T: PartialEq>(held: &mut Vec<T>, new: T) {
    if !held.contains(&new) {
        held.push(new);
    }
}
