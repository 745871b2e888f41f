//! The credentials of a request, compared with those of the target: which of them are absent or wrong.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::case::expand::credential_text;
use crate::case::{Case, CredentialNames};
use crate::contract::clause::{ClauseId, OperationClauses, Verb};
use crate::contract::judge::{self, Presence};
use crate::contract::{Contract, Operation, ParameterIn, SecurityRequirement, SecurityScheme};
use crate::http::{ClientCertificate, Request};
use crate::run::Target;

/// The credentials of one request.
pub(super) struct SentCredentials<'a> {
    contract: &'a Contract,
    target: &'a Target,
    case: &'a Case,
    request: &'a Request,
    /// Whether the case sends the value of a capture as a credential.
    is_captured: OnceCell<bool>,
}

/// What a request has of one security scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// Nothing at the location of the credential.
    Absent,
    /// An `Authorization` header of another scheme, which may be a credential of that one.
    OtherScheme,
    /// A credential that is empty or not well-formed.
    Malformed,
    /// A credential of the target.
    Own,
    /// A credential that the case captured from a response, or an access token of the target with another scope.
    Captured,
    /// Another credential than the target has for this scheme.
    Wrong,
    /// A credential, of which the target has none to compare it with.
    Unknown,
    /// A client certificate of which is not known whether it is shown, or the document does not declare the scheme.
    NotInMessage,
}

impl Sent {
    /// Whether the target accepts the credential, as far as is known.
    fn is_right(self) -> bool {
        matches!(self, Self::Own | Self::Captured | Self::NotInMessage)
    }

    fn is_faulty(self) -> bool {
        matches!(self, Self::Malformed | Self::Wrong)
    }
}

impl<'a> SentCredentials<'a> {
    /// The credentials of `request`, which `case` sent to `target`.
    pub(super) fn new(contract: &'a Contract, target: &'a Target, case: &'a Case, request: &'a Request) -> Self {
        Self { contract, target, case, request, is_captured: OnceCell::new() }
    }

    /// Whether a refusal can have another cause than the credentials. `is_unauthorized` is whether the status says that they are the cause:
    /// then they must be known as those of the target.
    pub(super) fn are_accepted(&self, operation: &Operation, is_unauthorized: bool) -> bool {
        let has_faulty = self.contract.security_schemes.keys().any(|name| self.of(name).is_faulty());
        let needs_none = operation.security.iter().all(|one| one.schemes.is_empty());
        let is_own = |name: &String| matches!(self.of(name), Sent::Own | Sent::NotInMessage);
        let is_complete = |one: &SecurityRequirement| !one.schemes.is_empty() && one.schemes.iter().all(is_own);
        !has_faulty && (!is_unauthorized || needs_none || operation.security.iter().any(is_complete))
    }

    /// Whether the acceptance of a request shows that the credentials of `schemes` are accepted: it has no complete alternative
    /// of others.
    pub(super) fn show(&self, operation: &Operation, schemes: &[impl AsRef<str>]) -> bool {
        let is_it = |one: &SecurityRequirement| {
            one.schemes.iter().map(String::as_str).eq(schemes.iter().map(|name| name.as_ref()))
        };
        let has = |name: &String| !matches!(self.of(name), Sent::Absent | Sent::OtherScheme | Sent::Malformed);
        let others = || operation.security.iter().filter(|one| !one.schemes.is_empty() && !is_it(one));
        let is_alone = !others().any(|one| one.schemes.iter().all(has));
        is_alone || !schemes.iter().any(|name| self.of(name.as_ref()).is_faulty())
    }

    /// The clauses `refuses` that the request is about: of a request that conforms otherwise, and of which one credential alone is
    /// absent or wrong. `lacks` is whether it has no complete alternative.
    pub(super) fn refusals(&self, operation: &Operation, clauses: &OperationClauses, lacks: bool) -> Vec<ClauseId> {
        let all = || operation.security.iter().flat_map(|one| &one.schemes);
        let faulty: Vec<&String> = all().filter(|name| self.of(name).is_faulty()).collect();
        let is_it = |verb: &Verb| match verb {
            Verb::RefusesWithoutSecurity => lacks && all().all(|name| self.of(name) == Sent::Absent),
            Verb::RefusesWithout(name) => {
                let alternatives = operation.security.iter().filter(|one| one.schemes.len() > 1);
                lacks && faulty.is_empty() && self.of(name) == Sent::Absent && self.is_last(name, alternatives)
            }
            Verb::RefusesWrong(name) => {
                let is_right = |one: &SecurityRequirement| one.schemes.iter().all(|name| self.of(name).is_right());
                // One that the target does not know is wrong if it is refused.
                !lacks
                    && matches!(self.of(name), Sent::Wrong | Sent::Unknown)
                    && faulty.iter().all(|other| self.is_same(other, name))
                    && self.is_last(name, operation.security.iter())
                    && !operation.security.iter().any(is_right)
            }
            _ => false,
        };
        clauses.of_credentials().filter(|(_, verb)| is_it(verb)).map(|(id, _)| id).collect()
    }

    /// Whether all credentials but that of `name` are right in one of the alternatives.
    fn is_last<'s>(&self, name: &str, mut alternatives: impl Iterator<Item = &'s SecurityRequirement>) -> bool {
        alternatives.any(|one| {
            one.schemes.iter().any(|held| *held == name)
                && one.schemes.iter().all(|other| self.is_same(other, name) || self.of(other).is_right())
        })
    }

    /// Whether two schemes have the same credential on the wire.
    fn is_same(&self, one: &str, other: &str) -> bool {
        one == other || self.contract.security_schemes.get(one) == self.contract.security_schemes.get(other)
    }

    fn of(&self, name: &str) -> Sent {
        let Some(scheme) = self.contract.security_schemes.get(name) else { return Sent::NotInMessage };
        match judge::presence(scheme, self.request) {
            None => match self.request.certificate {
                ClientCertificate::Unknown => Sent::NotInMessage,
                ClientCertificate::Absent => Sent::Absent,
                ClientCertificate::Present(_) => Sent::Own,
            },
            Some(Presence::Absent) => Sent::Absent,
            Some(Presence::OtherScheme) => Sent::OtherScheme,
            Some(Presence::Malformed) => Sent::Malformed,
            Some(Presence::WellFormed) => self.compared(scheme),
        }
    }

    /// Compares a well-formed credential with those that the target has for schemes with the same credential on the wire.
    fn compared(&self, scheme: &SecurityScheme) -> Sent {
        let Some(sent) = judge::credentials(scheme, self.request) else { return Sent::Unknown };
        let credentials = &self.target.credentials;
        let names =
            || self.contract.security_schemes.iter().filter(|(_, other)| *other == scheme).map(|(name, _)| name);
        let in_headers = Request { headers: self.target.headers.clone(), ..Request::default() };
        let in_headers = judge::credentials(scheme, &in_headers);
        let mut sets = std::iter::once(&credentials.own).chain(credentials.named.values());
        let is_sent = |text: &str| text.trim() == sent.trim();
        let is_own = in_headers.as_deref().is_some_and(is_sent)
            || sets.any(|set| {
                let values = names().filter_map(|name| set.get(name));
                values.filter_map(|value| credential_text(scheme, value)).any(|text| is_sent(&text))
            });
        // The target may refuse a token because of its scope, but it is not wrong.
        let has_scope = names()
            .filter_map(|name| credentials.scoped.get(name))
            .flat_map(BTreeMap::values)
            .filter_map(|value| credential_text(scheme, value))
            .any(|text| is_sent(&text));
        let is_known = in_headers.is_some() || names().any(|name| credentials.own.contains_key(name));
        match (is_own, has_scope || self.is_captured(), is_known) {
            (true, ..) => Sent::Own,
            (false, true, _) => Sent::Captured,
            (false, false, true) => Sent::Wrong,
            (false, false, false) => Sent::Unknown,
        }
    }

    fn is_captured(&self) -> bool {
        *self.is_captured.get_or_init(|| {
            let places = || self.contract.security_schemes.values().filter_map(SecurityScheme::place);
            let carries = |place: ParameterIn, name: &str| {
                places().any(|(own, held)| own == place && held.eq_ignore_ascii_case(name))
            };
            let names = CredentialNames {
                header: &|name| carries(ParameterIn::Header, name),
                query: &|name| carries(ParameterIn::Query, name),
                property: &|_| false,
            };
            let mut used = self.case.uses.iter().filter(|used| used.in_request);
            used.any(|used| self.case.request.sends_as_credential(&used.variable, &names))
        })
    }
}
