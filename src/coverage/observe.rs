//! Finds the clauses that the exchanges of one case met or contradicted.

use crate::case::expand::credential_text;
use crate::case::{intent, refusals};
use crate::contract::clause::{ClauseId, Observed, OnlyViolation};
use crate::contract::{Contract, Judgement, Route, Rule, judge};
use crate::http::{Exchange, MOCK_ERROR, Request};
use crate::run::{Outcome, Target};

use super::tally::{CaseNumber, Tallies};

/// Statuses that refuse credentials.
const UNAUTHORIZED: [u16; 2] = [401, 403];

/// Statuses that refuse a request because of its contents: one that conforms was sent as a clause asks, and yet refused.
const REFUSALS: [u16; 3] = [400, 415, 422];

/// Adds the clauses that the exchanges of `outcome` met or contradicted.
pub(super) fn clauses(tallies: &mut Tallies, contract: &Contract, target: &Target, outcome: &Outcome<'_>) {
    let mut number = None;
    for attempt in &outcome.attempts {
        let Ok((exchange, judgement)) = &attempt.result else { continue };
        // An error of the mock itself is no response of the target.
        if exchange.response.headers.get(MOCK_ERROR).is_some() {
            continue;
        }
        let seen = Seen { contract, target, outcome, exchange, request: &attempt.request, judged: &attempt.judged };
        let Some(operation) = seen.operation() else { continue };
        let Some(observed) = Observed::new(contract, operation) else { continue };
        let Tallies { by_operation, cases } = &mut *tallies;
        let tally = by_operation.entry(operation).or_default();
        let mut number = || {
            *number.get_or_insert_with(|| {
                cases.push(outcome.case.id.clone());
                CaseNumber(u32::try_from(cases.len() - 1).unwrap_or(u32::MAX - 2))
            })
        };
        let verdict = seen.verdict();
        match verdict {
            Verdict::Accepted => seen.observed(&observed, &mut |id| tally.meet(id, &mut number)),
            Verdict::Refused => seen.observed(&observed, &mut |id| tally.contradict(id)),
            Verdict::Other => {}
        }
        seen.violations(&observed, operation, &mut |id, is_met| match is_met {
            true => tally.meet(id, &mut number),
            false => tally.contradict(id),
        });
        observed.received(&exchange.response, judgement, &mut |id| tally.meet(id, &mut number));
    }
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
    target: &'a Target,
    outcome: &'a Outcome<'a>,
    exchange: &'a Exchange,
    request: &'a Request,
    judged: &'a Judgement,
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

    fn verdict(&self) -> Verdict {
        let is_conforming = self.judged.breaches.iter().all(|breach| !breach.rule.is_binding());
        match self.status() {
            200..400 if is_conforming => Verdict::Accepted,
            status if is_conforming && REFUSALS.contains(&status) => Verdict::Refused,
            _ => Verdict::Other,
        }
    }

    fn observed(&self, observed: &Observed<'_>, meet: &mut dyn FnMut(ClauseId)) {
        observed.sent(self.request, self.judged, meet);
    }

    /// Calls `note` with each clause of refusals that the request is about, and whether the response refuses it; not if it does neither
    /// refuse nor accept it.
    fn violations(&self, observed: &Observed<'_>, operation: usize, note: &mut dyn FnMut(ClauseId, bool)) {
        let (status, is_accepted) = (self.status(), (200..300).contains(&self.status()));
        let violates = self.judged.breaches.iter().any(|breach| breach.rule.is_binding());
        let only = violates.then(|| intent::only(self.judged)).flatten();
        if let Some(only) = only.filter(|only| only.breach.rule != Rule::Security) {
            let violation = OnlyViolation {
                keyword: &only.violation.keyword,
                has_location: only.violation.location.is_some(),
                breach: only.breach,
                only: only.keyword.as_deref(),
            };
            let is_stated = (400..500).contains(&status)
                && self.outcome.case.expect.status.iter().any(|stated| stated.contains(&status));
            let is_refused = is_stated || refusals(&only.violation).contains(&status);
            if is_refused || is_accepted {
                let ids = observed.clauses().violated(&violation);
                ids.into_iter().for_each(|id| note(id, is_refused));
            }
        }
        let is_unauthorized = UNAUTHORIZED.contains(&status);
        if is_unauthorized || is_accepted && self.judged.breaches.iter().any(|breach| breach.rule == Rule::Security) {
            let lacking = observed.clauses().lacking(self.contract, operation, self.request);
            lacking.into_iter().for_each(|id| note(id, is_unauthorized));
        }
        if is_unauthorized {
            let wrong = observed.clauses().wrong().filter(|(_, scheme)| self.is_wrong(scheme));
            wrong.for_each(|(id, _)| note(id, true));
        }
    }

    /// Whether the request has credentials of the scheme that are none of the target's. An accepted one may be another that the target
    /// knows, such as a captured token, so that 2xx says nothing about it.
    fn is_wrong(&self, name: &str) -> bool {
        let credentials = &self.target.credentials;
        let Some(scheme) = self.contract.security_schemes.get(name) else { return false };
        let Some(sent) = judge::credentials(scheme, self.request) else { return false };
        let mut known = std::iter::once(&credentials.own).chain(credentials.named.values());
        let is_sent = |value| credential_text(scheme, value).is_some_and(|text| text == sent);
        credentials.own.contains_key(name) && !known.any(|set| set.get(name).is_some_and(is_sent))
    }
}
