//! Reads a case as a case file is read, and judges its request.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::case::expand::{self, Credentials, TargetDefaults};
use crate::case::format::{WholeCase, WholeFile};
use crate::case::{self, Suite, Violates, Violation, intent};
use crate::contract::clause::{ClauseId, Observed, OnlyViolation};
use crate::contract::{Contract, Judgement, Operation, SecurityScheme};
use crate::expression::Scope;
use crate::http::{Headers, Request};
use crate::severity::Severity;

/// Name of the file as which a case is read.
const FILE: &str = "clause.yaml";

/// Verifies cases of an operation.
pub(super) struct Proof<'c> {
    pub(super) contract: &'c Contract,
    pub(super) operation: &'c Operation,
    /// Number of requests that may still be tried.
    pub(super) left: &'c Cell<u64>,
}

/// The request of a case.
pub(super) struct Proven {
    request: Request,
    judged: Judgement,
}

impl Proof<'_> {
    fn suite(&self, case: &WholeCase) -> Option<Suite> {
        let file = WholeFile { cases: vec![case.clone()], ..WholeFile::default() };
        let text = case::write::render(&file).ok()?;
        case::load::load_text(Path::new("."), Path::new(FILE), text, self.contract).ok()
    }

    /// The request that is sent for a case; none if the case is no valid one, or no more requests may be tried.
    pub(super) fn request(&self, case: &WholeCase) -> Option<Proven> {
        self.left.set(self.left.get().checked_sub(1)?);
        self.expanded(&self.suite(case)?)
    }

    fn expanded(&self, suite: &Suite) -> Option<Proven> {
        let (_, case) = suite.cases().next()?;
        let credentials = self.credentials();
        let headers = Headers::default();
        let defaults = TargetDefaults { credentials: &credentials, headers: &headers, signer: None };
        let request = expand::request(case, self.contract, &Scope::new(0, 1, "run"), defaults).ok()?;
        let judged = intent::judge(self.contract, Some(self.operation), &request);
        Some(Proven { request, judged })
    }

    /// Whether the request of a case violates exactly what the case declares, and the case has no error.
    pub(super) fn is_valid(&self, case: &WholeCase) -> bool {
        let Some(suite) = self.suite(case) else { return false };
        let Some(proven) = self.expanded(&suite) else { return false };
        let is_proven = suite.cases().all(|(_, case)| intent::prove(&case.violates, &proven.judged).is_ok());
        let has_error =
            case::lint::lint(&suite, self.contract).iter().any(|problem| problem.severity == Severity::Error);
        is_proven && !has_error
    }

    /// A value for each scheme.
    fn credentials(&self) -> Credentials {
        let value = |scheme: &SecurityScheme| match scheme {
            SecurityScheme::Basic => json!({ "username": "user", "password": "password" }),
            _ => Value::from("key"),
        };
        let own: BTreeMap<_, _> =
            self.contract.security_schemes.iter().map(|(name, scheme)| (name.clone(), value(scheme))).collect();
        // A wrong one has the same form.
        Credentials { target: "mock".to_owned(), wrong: own.clone(), own, ..Credentials::default() }
    }
}

impl Proven {
    /// Whether it violates nothing.
    pub(super) fn is_conforming(&self) -> bool {
        self.judged.breaches.iter().all(|breach| !breach.rule.is_binding())
    }

    /// Whether a conforming request is about the clause of that id.
    pub(super) fn sends(&self, contract: &Contract, operation: &Operation, id: ClauseId) -> bool {
        let mut is_met = false;
        if let Some(observed) = Observed::new(contract, operation.index) {
            observed.sent(&self.request, &self.judged, &mut |met| is_met |= met == id);
        }
        is_met
    }

    /// Whether its only violation is that of the clause of that id.
    pub(super) fn violates(&self, contract: &Contract, operation: &Operation, id: ClauseId) -> bool {
        let (Some(only), Some(observed)) = (intent::only(&self.judged), Observed::new(contract, operation.index))
        else {
            return false;
        };
        let violation = OnlyViolation {
            keyword: &only.violation.keyword,
            has_location: only.violation.location.is_some(),
            breach: only.breach,
            only: only.keyword.as_deref(),
        };
        observed.clauses().violated(&violation).contains(&id)
    }

    /// What a case declares of it, and the statuses with which targets refuse it: a mock without rules with the first that is declared.
    pub(super) fn declaration(&self) -> Option<(Vec<String>, &'static [u16])> {
        let declaration = intent::declaration(&self.judged);
        let Ok(Violates::These(these)) = case::parse_violates(&declaration) else { return None };
        let [violation]: &[Violation] = these.as_slice() else { return None };
        let of_path = violation.location.as_ref().is_some_and(|location| location.starts_with("path/"));
        let statuses: &[u16] = match violation.keyword.as_str() {
            "content-type" => &[415, 400],
            "security" => &[401, 403],
            _ if of_path => &[400, 422, 404],
            _ => &[400, 422],
        };
        Some((declaration, statuses))
    }
}
