//! A finished case written down: the only place where an outcome meets its redaction.

use std::time::Duration;

use crate::case::{self, Violates};
use crate::contract::judge::{self, Rule};
use crate::contract::{Contract, Operation};
use crate::document::End;
use crate::http;
use crate::location;
use crate::run::{self, Outcome, Target};

use super::body::{KEPT_WHEN_NOT, KEPT_WHEN_WELL};
use super::finding::Finder;
use super::redact::Veil;
use super::{Body, Entry, Exchange, Place, Redactor, Request, Response, Role, Timings, Unjudged, Verdict, curl};

impl Entry {
    /// Writes down one outcome, redacted.
    pub fn of(outcome: &Outcome<'_>, contract: &Contract, target: &Target, redactor: &mut Redactor) -> Self {
        let mut veil = redactor.veil(outcome, contract);
        let operation = outcome.case.operation.and_then(|index| contract.operations.get(index));
        let template = operation.map_or("", |operation| &operation.path);
        let finder = Finder { contract, outcome };
        learn(&mut veil, outcome, template);
        finder.learn(&mut veil);
        let exchange = exchange(outcome, target, template, &veil);
        let (verdict, reason) = verdict(&outcome.verdict, &veil);
        Self {
            outcome: verdict,
            reason,
            attempts: outcome.attempts.len() as u64,
            findings: outcome.findings.iter().map(|finding| finder.write(finding, &veil)).collect(),
            acknowledged: outcome.acknowledged.iter().map(|held| finder.write_acknowledged(held, &veil)).collect(),
            unjudged: outcome.unjudged.iter().map(|unjudged| write_unjudged(unjudged, &veil)).collect(),
            curl: exchange.as_ref().map(|exchange| curl::line(&exchange.request)),
            exchange,
            ..about(outcome, operation, &veil)
        }
    }
}
