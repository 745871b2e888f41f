//! A whole case that meets a clause of the contract: a valid request with the one change that the clause needs. Each is verified: it is
//! written, read back, and its request violates exactly what it declares.

mod change;
mod message;
mod proof;
mod values;

use std::cell::Cell;

use crate::case::format::{AuthFormat, ExpectFormat, OneOrMany, RequestFormat, StatusFormat, WholeCase};
use crate::case::literal_text;
use crate::contract::clause::{Clause, Entry, Verb};
use crate::contract::{Contract, Operation, StatusKey};

use message::Message;
use proof::{Proof, Proven};

/// Maximum number of requests that are tried for one clause.
const MAX_TRIED: usize = 200;

/// Reason in `undocumented`.
const UNDECLARED: &str = "the document declares no refusal";

/// Builds the case for a clause of `operation`; none if none could be verified.
pub(crate) fn build(contract: &Contract, operation: &Operation, entry: &Entry, name: &str) -> Option<WholeCase> {
    CaseBuilder::new(contract, operation).build(entry, name, &Cell::new(u64::MAX))
}

/// Builds cases of one operation.
pub(crate) struct CaseBuilder<'c> {
    contract: &'c Contract,
    operation: &'c Operation,
    /// The valid requests.
    bases: Vec<Message>,
}

impl<'c> CaseBuilder<'c> {
    /// Generates the valid requests of `operation`.
    pub(crate) fn new(contract: &'c Contract, operation: &'c Operation) -> Self {
        Self { contract, operation, bases: Message::bases(contract, operation) }
    }

    /// Builds the case for a clause; none if none could be verified. `left` is the number of requests that may still be tried.
    pub(crate) fn build(&self, entry: &Entry, name: &str, left: &Cell<u64>) -> Option<WholeCase> {
        let Self { contract, operation, bases } = self;
        let built = Builder { contract, operation, bases, entry, name, left, auth: None }.build()?;
        Proof { contract, operation, left }.is_valid(&built).then_some(built)
    }
}

#[derive(Clone, Copy)]
struct Builder<'c> {
    contract: &'c Contract,
    operation: &'c Operation,
    bases: &'c [Message],
    entry: &'c Entry,
    name: &'c str,
    left: &'c Cell<u64>,
    /// The only security scheme; none for the credentials of the target.
    auth: Option<&'c str>,
}

impl Builder<'_> {
    fn build(&self) -> Option<WholeCase> {
        let Clause { verb, .. } = &self.entry.clause;
        match verb {
            Verb::Calls | Verb::SendsMediaType(_) | Verb::SendsExample(_) => self.accepted(),
            Verb::CallsWith(schemes) => {
                let is_one_of_several = schemes.len() == 1 && self.operation.security.len() > 1;
                let auth = schemes.first().filter(|_| is_one_of_several).map(|scheme| &**scheme);
                Builder { auth, ..*self }.accepted()
            }
            Verb::Sends(..) | Verb::Omits(_) => self.accepted(),
            Verb::Violates(..) => self.refused(),
            Verb::Receives(status) | Verb::ReceivesHeader(status, _) | Verb::ReceivesAt(status, ..) => {
                self.received(*status, None)
            }
            Verb::ReceivesMediaType(status, media) => self.received(*status, Some(media)),
            Verb::RefusesWithoutSecurity => self.unauthorized(Some(AuthFormat::Word("none".to_owned()))),
            Verb::RefusesWithout(scheme) => self.unauthorized(Some(of_scheme(scheme, "none"))),
            Verb::RefusesWrong(scheme) => self.wrong(scheme),
        }
    }

    fn case(&self, message: &Message) -> WholeCase {
        WholeCase {
            name: self.name.to_owned(),
            operation: Some(literal_text(&self.entry.clause.operation)),
            covers: vec![self.entry.clause.to_string()].into(),
            request: RequestFormat {
                auth: self.auth.map(|scheme| AuthFormat::Word(scheme.to_owned())),
                ..message.format()
            },
            ..WholeCase::default()
        }
    }

    fn proof(&self) -> Proof<'_> {
        Proof { contract: self.contract, operation: self.operation, left: self.left }
    }

    /// The first valid request.
    fn valid(&self) -> Option<Message> {
        let is_valid =
            |base: &&Message| self.proof().request(&self.case(base)).is_some_and(|proven| proven.is_conforming());
        self.bases.iter().find(is_valid).cloned()
    }

    /// A conforming request that is what the clause is about.
    fn accepted(&self) -> Option<WholeCase> {
        let id = self.contract.clauses().find(&self.entry.clause)?.1;
        let meets = |message: &Message| {
            let proven = self.proof().request(&self.case(message))?;
            (proven.is_conforming() && proven.sends(self.contract, self.operation, id)).then_some(())
        };
        let message = self.candidates().into_iter().take(MAX_TRIED).find(|message| meets(message).is_some())?;
        let status = success(self.operation);
        let expect = ExpectFormat { status: status.into_iter().collect::<Vec<_>>().into(), ..ExpectFormat::default() };
        Some(WholeCase { expect, ..self.case(&message) })
    }

    /// The valid requests, each as it is and with the change that the clause needs.
    fn candidates(&self) -> Vec<Message> {
        self.bases.iter().cloned().chain(self.changed()).collect()
    }

    /// The valid requests with the change that the clause needs.
    fn changed(&self) -> impl Iterator<Item = Message> {
        self.bases.iter().flat_map(|base| change::changed(self.contract, self.operation, base, self.entry))
    }

    /// A request whose only violation is that of the clause.
    fn refused(&self) -> Option<WholeCase> {
        let id = self.contract.clauses().find(&self.entry.clause)?.1;
        let violates = |message: &Message| {
            let proven = self.proof().request(&self.case(message))?;
            proven.violates(self.contract, self.operation, id).then(|| (message.clone(), proven))
        };
        let (message, proven) = self.changed().take(MAX_TRIED).find_map(|message| violates(&message))?;
        self.refusal(&message, &proven)
    }

    fn refusal(&self, message: &Message, proven: &Proven) -> Option<WholeCase> {
        let (declaration, statuses) = proven.declaration()?;
        let is_declared = statuses.iter().any(|status| self.operation.response(*status).is_some());
        let expect =
            ExpectFormat { undocumented: (!is_declared).then(|| UNDECLARED.to_owned()), ..ExpectFormat::default() };
        Some(WholeCase { violates: declaration.into(), expect, ..self.case(message) })
    }

    /// A request that leads to a response of that status.
    fn received(&self, key: StatusKey, media: Option<&str>) -> Option<WholeCase> {
        let status = match key {
            StatusKey::Exact(status) => Some(status),
            StatusKey::Range(_) | StatusKey::Default => None,
        };
        let expected: OneOrMany<StatusFormat> = match key {
            StatusKey::Exact(status) => vec![StatusFormat(status..=status)].into(),
            StatusKey::Range(class) => vec![StatusFormat(class * 100..=class * 100 + 99)].into(),
            StatusKey::Default => Vec::new().into(),
        };
        if let Some(mut refused) = status.and_then(|status| self.refused_with(status)) {
            refused.expect.status = expected;
            return Some(refused);
        }
        let mut message = self.valid()?;
        if let Some(media) = media {
            message.accept(media);
        }
        let expect = ExpectFormat { status: expected, ..ExpectFormat::default() };
        Some(WholeCase { expect, ..self.case(&message) })
    }

    /// A request that a target refuses with that status because of its contents or its credentials.
    fn refused_with(&self, status: u16) -> Option<WholeCase> {
        let declared = |statuses: &[u16]| statuses.iter().find(|one| self.operation.response(**one).is_some()).copied();
        if [401, 403].contains(&status) {
            let is_only = [401, 403].into_iter().all(|one| (one == status) == self.operation.response(one).is_some());
            let secured = self.operation.security.iter().all(|one| !one.schemes.is_empty());
            let is_secured = secured && !self.operation.security.is_empty();
            return if is_only && is_secured {
                self.unauthorized(Some(AuthFormat::Word("none".to_owned())))
            } else {
                None
            };
        }
        if ![400, 422].contains(&status) || declared(&[400, 422]) != Some(status) {
            return None;
        }
        let entries = self.contract.clauses().operations().get(self.operation.index)?.entries();
        let refusals = entries
            .iter()
            .filter(|entry| matches!(entry.clause.verb, Verb::Violates(..)) && entry.impossible.is_none());
        let built = refusals.take(8).find_map(|entry| {
            let built = Builder { entry, ..*self }.refused()?;
            let proven = self.proof().request(&built)?;
            proven.declaration()?.1.starts_with(&[400, 422]).then_some(built)
        })?;
        let covers = vec![self.entry.clause.to_string()].into();
        Some(WholeCase { name: self.name.to_owned(), covers, ..built })
    }

    fn unauthorized(&self, auth: Option<AuthFormat>) -> Option<WholeCase> {
        let mut case = self.case(&self.valid()?);
        case.request.auth = auth;
        case.violates = vec!["security".to_owned()].into();
        case.expect.undocumented = self.undeclared();
        Some(case)
    }

    fn undeclared(&self) -> Option<String> {
        let is_declared = [401, 403].into_iter().any(|status| self.operation.response(status).is_some());
        (!is_declared).then(|| UNDECLARED.to_owned())
    }

    fn wrong(&self, scheme: &str) -> Option<WholeCase> {
        let mut case = self.case(&self.valid()?);
        case.request.auth = Some(of_scheme(scheme, "wrong"));
        case.expect.undocumented = self.undeclared();
        case.expect.status = match case.expect.undocumented {
            Some(_) => vec![StatusFormat(401..=401)].into(),
            None => vec![StatusFormat(401..=401), StatusFormat(403..=403)].into(),
        };
        Some(case)
    }
}

fn of_scheme(scheme: &str, word: &str) -> AuthFormat {
    AuthFormat::Values([(scheme.to_owned(), word.into())].into_iter().collect())
}

/// The lowest declared success status, which the mock responds with.
pub(crate) fn success(operation: &Operation) -> Option<StatusFormat> {
    let exact = operation.responses.iter().filter_map(|response| match response.status {
        StatusKey::Exact(status) => Some(status).filter(|status| (200..300).contains(status)),
        _ => None,
    });
    let exact = exact.min().map(|status| StatusFormat(status..=status));
    exact.or_else(|| operation.response(200).map(|_| StatusFormat(200..=299)))
}
