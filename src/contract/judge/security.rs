//! Judges whether the credentials of a request are present and well-formed, never whether they are valid.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::form_urlencoded;

use crate::contract::{
    Anchor, Breach, Contract, Judgement, Location, Operation, ParameterIn, Rule, SecurityRequirement, SecurityScheme,
};
use crate::difference::Difference;
use crate::http::{ClientCertificate, Request};
use crate::pointer::Pointer;

/// Judges the credentials of `request`: they must satisfy one alternative of the operation (OpenAPI 3.1 §4.8.30).
pub(super) fn judge(contract: &Contract, operation: &Operation, request: &Request, judgement: &mut Judgement) {
    let (mut lacks, mut unknown) = (Vec::new(), None);
    for alternative in &operation.security {
        match meets(contract, alternative, request) {
            Met::Yes => return,
            Met::Unknown(reason) => unknown = unknown.or(Some(reason)),
            Met::No(name, lack) => lacks.push((name, lack)),
        }
    }
    if let Some(reason) = unknown {
        return judgement.not_checked(Rule::Security, reason);
    }
    if lacks.is_empty() {
        return;
    }
    let reasons: Vec<String> = lacks.iter().map(|(name, lack)| format!("{name}: {lack}")).collect();
    judgement.breaches.push(breach(contract, operation, request, "security", reasons));
}

/// A breach of the operation's security for `reasons`.
pub(crate) fn breach(
    contract: &Contract,
    operation: &Operation,
    request: &Request,
    keyword: &str,
    reasons: Vec<String>,
) -> Breach {
    let expected: Vec<String> = operation.security.iter().map(|alternative| alternative.schemes.join(" & ")).collect();
    let breach = Breach::new(Rule::Security, keyword, Location::Security, anchor(contract, operation))
        .expected(expected.join(" | "))
        .differs(Difference::Credentials { reasons });
    match request.headers.get("authorization") {
        // Only the scheme is shown: the credentials are secret.
        Some(sent) => breach.actual(format!("{} …", sent.split(' ').next().unwrap_or_default())),
        None => breach,
    }
}

/// The scopes that the alternative of that index requires of a scheme.
pub(crate) fn required_scopes<'c>(
    contract: &'c Contract,
    operation: &Operation,
    alternative: usize,
    scheme: &str,
) -> Vec<&'c str> {
    let list = contract.value(&anchor(contract, operation));
    let scopes = list.and_then(|list| list.get(alternative)?.get(scheme)?.as_array());
    scopes.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether `request` has all credentials of the alternative; false where that cannot be told.
pub(in crate::contract) fn has_credentials(
    contract: &Contract,
    alternative: &SecurityRequirement,
    request: &Request,
) -> bool {
    matches!(meets(contract, alternative, request), Met::Yes)
}

/// Whether a request has credentials of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It has nothing at their location.
    Absent,
    /// It has an `Authorization` header of another scheme.
    OtherScheme,
    /// It has some that are empty or not well-formed.
    Malformed,
    /// It has well-formed ones.
    WellFormed,
}

/// Whether `request` has credentials of the scheme; none for those of the connection.
pub(crate) fn presence(scheme: &SecurityScheme, request: &Request) -> Option<Presence> {
    (*scheme != SecurityScheme::MutualTls).then(|| match lack(scheme, request) {
        None => Presence::WellFormed,
        Some(Lack::Form(_) | Lack::Content(..)) => Presence::Malformed,
        Some(Lack::Scheme(_)) => Presence::OtherScheme,
        Some(Lack::Authorization | Lack::Key(..) | Lack::Certificate) => Presence::Absent,
    })
}

/// The credentials of the scheme that `request` has: an API key, or what follows the scheme in `Authorization`.
pub(crate) fn credentials(scheme: &SecurityScheme, request: &Request) -> Option<String> {
    match scheme {
        SecurityScheme::ApiKey { location, name } => key(request, *location, name),
        SecurityScheme::MutualTls => None,
        _ if lack(scheme, request).is_some() => None,
        _ => {
            let sent = request.headers.get("authorization")?.trim();
            Some(sent.split_once(' ').map_or("", |(_, rest)| rest).trim().to_owned())
        }
    }
}

/// Whether credentials satisfy an alternative.
enum Met<'c> {
    Yes,
    /// The name of the scheme, and what the request lacks of it.
    No(&'c str, Lack<'c>),
    Unknown(String),
}

/// What a request lacks of a security scheme. Formatted lazily: most requests lack nothing.
enum Lack<'c> {
    Certificate,
    Authorization,
    Scheme(&'c str),
    Form(&'c str),
    Key(ParameterIn, &'c str),
    Content(ParameterIn, &'c str),
}

impl fmt::Display for Lack<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate => f.write_str("no client certificate"),
            Self::Authorization => f.write_str("no Authorization header"),
            Self::Scheme(scheme) => write!(f, "Authorization is not {scheme}"),
            Self::Form(scheme) => write!(f, "the {scheme} credentials are malformed"),
            Self::Key(location, name) => write!(f, "no {} {name}", location.word()),
            Self::Content(location, name) => write!(f, "the {} {name} is empty", location.word()),
        }
    }
}

fn anchor(contract: &Contract, operation: &Operation) -> Anchor {
    let own = operation.anchor.member("security");
    let shared = Anchor { document: 0, pointer: Pointer::root().join("security") };
    if contract.value(&own).is_some() { own } else { shared }
}

/// The first scheme that is not satisfied decides; one that cannot be checked counts only if all others are satisfied.
fn meets<'c>(contract: &'c Contract, alternative: &'c SecurityRequirement, request: &Request) -> Met<'c> {
    let mut unknown = None;
    for name in &alternative.schemes {
        let reason = match contract.security_schemes.get(name) {
            None => format!("the security scheme {name} is not declared"),
            Some(SecurityScheme::MutualTls) => match request.certificate {
                ClientCertificate::Present(_) => continue,
                ClientCertificate::Absent => return Met::No(name, Lack::Certificate),
                ClientCertificate::Unknown => format!("{name} is checked by the connection, not in the message"),
            },
            Some(scheme) => match lack(scheme, request) {
                Some(lack) => return Met::No(name, lack),
                None => continue,
            },
        };
        unknown = unknown.or(Some(reason));
    }
    unknown.map_or(Met::Yes, Met::Unknown)
}

/// What the request lacks of `scheme`.
fn lack<'c>(scheme: &'c SecurityScheme, request: &Request) -> Option<Lack<'c>> {
    match scheme {
        SecurityScheme::Basic => authorization(request, "Basic", is_user_and_password),
        SecurityScheme::Bearer => authorization(request, "Bearer", is_token68),
        SecurityScheme::OtherHttp(name) => authorization(request, name, |rest| !rest.is_empty()),
        SecurityScheme::ApiKey { location, name } => match key(request, *location, name) {
            None => Some(Lack::Key(*location, name)),
            Some(key) => key.trim().is_empty().then_some(Lack::Content(*location, name)),
        },
        SecurityScheme::MutualTls => None,
    }
}

fn authorization<'c>(request: &Request, scheme: &'c str, is_well_formed: fn(&str) -> bool) -> Option<Lack<'c>> {
    let Some(sent) = request.headers.get("authorization") else { return Some(Lack::Authorization) };
    let (sent_scheme, rest) = sent.trim().split_once(' ').unwrap_or((sent.trim(), ""));
    if !sent_scheme.eq_ignore_ascii_case(scheme) {
        return Some(Lack::Scheme(scheme));
    }
    (!is_well_formed(rest.trim())).then_some(Lack::Form(scheme))
}

/// Whether it is Base64 of `user:password` (RFC 7617 §2).
fn is_user_and_password(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|bytes| bytes.contains(&b':'))
}

/// Whether it is a `b64token` (RFC 6750 §2.1).
fn is_token68(text: &str) -> bool {
    let token = text.trim_end_matches('=');
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

fn key(request: &Request, place: ParameterIn, name: &str) -> Option<String> {
    match place {
        ParameterIn::Header => request.headers.get(name).map(str::to_owned),
        ParameterIn::Query => {
            let pairs = form_urlencoded::parse(request.query().unwrap_or_default().as_bytes());
            pairs.into_iter().find(|(held, _)| held == name).map(|(_, value)| value.into_owned())
        }
        ParameterIn::Cookie => {
            let pairs = request.headers.all("cookie").flat_map(|line| line.split(';'));
            let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(held, _)| *held == name).map(|(_, value)| value.to_owned())
        }
        ParameterIn::Path => None,
    }
}
