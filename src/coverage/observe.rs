//! Finds the clauses that the exchanges of one case met or contradicted.

use std::collections::BTreeMap;

use crate::case::{intent, is_refused};
use crate::contract::clause::{ClauseId, IsHidden, Observed, OnlyViolation, Verb};
use crate::contract::{Contract, Judgement, Operation, Route, Rule, StatusKey};
use crate::http::{Exchange, MOCK_ERROR, Request};
use crate::run::{Outcome, Target};

use super::bits::BitSet;
use super::credentials::SentCredentials;
use super::tally::{CaseNumber, Tallies};

/// Statuses that refuse credentials.
const UNAUTHORIZED: [u16; 2] = [401, 403];

/// Statuses that refuse a request because of its contents: one that conforms was sent as a clause asks, and yet refused.
const REFUSALS: [u16; 3] = [400, 415, 422];

/// Adds the clauses that the exchanges of `outcome` met or contradicted.
pub(super) fn clauses(
    tallies: &mut Tallies,
    (contract, target): (&Contract, &Target),
    outcome: &Outcome<'_>,
    is_hidden: IsHidden<'_>,
) {
    let (mut number, mut own) = (None, BTreeMap::<usize, BitSet>::new());
    for attempt in &outcome.attempts {
        let Ok((exchange, judgement)) = &attempt.result else { continue };
        // An error of the mock itself is no response of the target.
        if exchange.response.headers.get(MOCK_ERROR).is_some() {
            continue;
        }
        let credentials = SentCredentials::new(contract, target, outcome.case, &attempt.request);
        let (request, judged) = (&attempt.request, &attempt.judged);
        let seen = Seen { contract, outcome, exchange, request, judged, status: judgement.status, credentials };
        let Some(operation) = seen.operation() else { continue };
        let Some(observed) = Observed::new(contract, operation) else { continue };
        let observed = observed.hiding(is_hidden);
        let declared = &contract.operations[operation];
        let Tallies { by_operation, cases, .. } = &mut *tallies;
        let tally = by_operation.entry(operation).or_default();
        let mut number = || {
            *number.get_or_insert_with(|| {
                cases.push(outcome.case.id.clone());
                CaseNumber(u32::try_from(cases.len() - 1).unwrap_or(u32::MAX - 2))
            })
        };
        let mut note = |id: ClauseId, is_met| match is_met {
            true => {
                tally.meet(id, &mut number);
                own.entry(operation).or_default().insert(id.index());
            }
            false => tally.contradict(id),
        };
        match seen.verdict() {
            Verdict::Accepted => seen.accepted(&observed, declared, &mut |id| note(id, true)),
            Verdict::Refused => observed.sent(request, judged, &mut |id| note(id, false)),
            Verdict::Other => {}
        }
        seen.violations(&observed, declared, &mut note);
        seen.credentials(&observed, declared, &mut note);
        observed.received(&exchange.response, judgement, &mut |id| note(id, true));
    }
    tallies.end_case(&outcome.case.id, own);
}

/// What a response says about a conforming request.
enum Verdict {
    /// It was accepted.
    Accepted,
    /// It was refused because of its contents.
    Refused,
    /// Something else, or the request does not conform.
    Other,
}

/// One exchange of a case.
struct Seen<'a> {
    contract: &'a Contract,
    outcome: &'a Outcome<'a>,
    exchange: &'a Exchange,
    request: &'a Request,
    judged: &'a Judgement,
    /// The declared response that was received.
    status: Option<StatusKey>,
    credentials: SentCredentials<'a>,
}

impl Seen<'_> {
    /// The operation that the response was validated against.
    fn operation(&self) -> Option<usize> {
        let is_astray = self.judged.breaches.iter().any(|breach| matches!(breach.rule, Rule::Method | Rule::Path));
        self.outcome.case.operation.filter(|_| !is_astray).or_else(|| {
            match self.contract.router.route(&self.request.method, self.request.path()) {
                Route::Found { operation, .. } => Some(operation),
                Route::MethodNotAllowed { .. } | Route::NotFound => None,
            }
        })
    }

    fn status(&self) -> u16 {
        self.exchange.response.status
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// The rules that the request violates.
    fn violated(&self) -> impl Iterator<Item = Rule> {
        self.judged.breaches.iter().map(|breach| breach.rule).filter(|rule| rule.is_binding())
    }

    fn verdict(&self) -> Verdict {
        let is_conforming = self.violated().next().is_none();
        // A redirection that the operation does not declare may be one to a login page: nothing was accepted.
        let is_declared = matches!(self.status, Some(StatusKey::Exact(_) | StatusKey::Range(_)));
        match self.status() {
            200..300 if is_conforming => Verdict::Accepted,
            300..400 if is_conforming && is_declared => Verdict::Accepted,
            status if is_conforming && REFUSALS.contains(&status) => Verdict::Refused,
            _ => Verdict::Other,
        }
    }

    /// Calls `meet` with each clause that the accepted request is about.
    fn accepted(&self, observed: &Observed<'_>, operation: &Operation, meet: &mut dyn FnMut(ClauseId)) {
        observed.sent(self.request, self.judged, &mut |id| match &observed.clauses().entry(id).clause.verb {
            Verb::CallsWith(schemes) if !self.credentials.show(operation, schemes) => {}
            _ => meet(id),
        });
    }

    /// Calls `note` with each clause `violates` that the request is about, and whether the response refuses it; not if it does neither
    /// refuse nor accept it, and not if credentials that are absent or wrong may be the reason.
    fn violations(&self, observed: &Observed<'_>, operation: &Operation, note: &mut dyn FnMut(ClauseId, bool)) {
        let only = self.violated().next().and_then(|_| intent::only(self.judged));
        let Some(only) = only.filter(|only| only.breach.rule != Rule::Security) else { return };
        let status = self.status();
        let is_refused = is_refused(&only.violation, status, matches!(self.status, Some(StatusKey::Exact(_))));
        let is_about_it = is_refused || self.is_success();
        if is_about_it && self.credentials.are_accepted(operation, UNAUTHORIZED.contains(&status)) {
            let violation = OnlyViolation {
                keyword: &only.violation.keyword,
                has_location: only.violation.location.is_some(),
                breach: only.breach,
                only: only.keyword.as_deref(),
            };
            let ids = observed.clauses().violated(&violation);
            ids.into_iter().for_each(|id| note(id, is_refused));
        }
    }

    /// Calls `note` with each clause `refuses` that the request is about, and whether the response refuses it. An accepted credential
    /// may be another that the target knows, so that 2xx contradicts only that one is required.
    fn credentials(&self, observed: &Observed<'_>, operation: &Operation, note: &mut dyn FnMut(ClauseId, bool)) {
        let is_unauthorized = UNAUTHORIZED.contains(&self.status());
        let lacks = self.violated().any(|rule| rule == Rule::Security);
        let violates_more = self.violated().any(|rule| rule != Rule::Security);
        if !violates_more && (is_unauthorized || lacks && self.is_success()) {
            let refused = self.credentials.refusals(operation, observed.clauses(), lacks);
            refused.into_iter().for_each(|id| note(id, is_unauthorized));
        }
    }
}
