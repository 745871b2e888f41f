//! Resolves the credentials of a target for the security schemes of the contract.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::expand::{Credentials, PLACEHOLDER};
use crate::case::{Authorization, GivenCredential, Story, Suite};
use crate::contract::{Contract, SecurityScheme};
use crate::http::ClientCertificate;
use crate::problem::Problem;
use crate::token::{StandIn, TokenSettings, Tokens};
use crate::transport::client_identity::ClientIdentities;

use super::client_certificates::CertificateSource;
use super::deserialize::with_suggestion;
use super::format::{CertificateFormat, Credential};
use super::mock_tokens;
use super::negative_credentials;
use super::settings::Settings;
use super::target::ChosenTarget;
use super::{token_credentials, urls};

/// The credentials of a target.
#[derive(Debug, Clone, Default)]
pub(crate) struct TargetCredentials {
    /// What requests hold: for an access token its stand-in.
    pub values: Credentials,
    /// The access tokens, in the order of their stand-ins.
    pub tokens: Vec<TokenSettings>,
    /// The client certificates, in the order of their numbers from 1.
    pub certificates: Vec<CertificateSource>,
    /// The certificates as they were read.
    pub identities: ClientIdentities,
}

/// The configured credentials of `chosen`; a mock gets placeholders for the others and for access tokens.
pub(super) fn resolve(
    settings: &Settings,
    chosen: &ChosenTarget,
    contract: &Contract,
    suite: &Suite,
) -> Result<TargetCredentials, Vec<Problem>> {
    let mut problems = Vec::new();
    let (mut tokens, mut certificates) = (Vec::new(), Vec::new());
    let mut set = |path: &[&str], given: &BTreeMap<String, Credential>| {
        let name = |scheme: &str| [&["targets", &chosen.name], path, &[scheme]].concat().join(".");
        let mut certificate = |scheme: &str, format: &CertificateFormat| {
            let path = path.iter().copied().chain([scheme]).map(str::to_owned).collect();
            certificates.push(CertificateSource { path, format: format.clone() });
            certificates.len()
        };
        let (found, invalid) = validated(given, (contract, chosen.is_mock()), &name, &mut tokens, &mut certificate);
        let placed = |(scheme, problem): (String, Problem)| {
            chosen.placed(settings, &[path, &[scheme.as_str()]].concat(), problem)
        };
        problems.extend(invalid.into_iter().map(placed));
        found
    };
    let own = set(&["auth"], &chosen.target.auth);
    let named =
        chosen.target.credentials.iter().map(|(name, given)| (name.clone(), set(&["credentials", name], given)));
    let (target, named) = (chosen.name.clone(), named.collect());
    let certificate = certificate(settings, chosen, contract);
    let mut values = Credentials { target, own, named, certificate, ..Credentials::default() };
    if !problems.is_empty() {
        return Err(problems);
    }
    add_scoped(&mut values, &mut tokens, suite);
    if chosen.is_mock() {
        let served = mock_tokens::served(&tokens, contract);
        // A certificate, or a token that the mock does not issue.
        let is_placeholder = |value: &Value| match value.as_str() {
            Some(text) => Tokens::source(text).is_some() && !served.contains(text),
            None => value.is_u64(),
        };
        certificates.clear();
        replace(&mut values, contract, |_, value| is_placeholder(value));
        add_placeholders(&mut values, contract, suite);
        if served.is_empty() {
            tokens.clear();
        }
    }
    negative_credentials::add(&mut values, suite, &chosen.target.auth, (contract, chosen.is_mock()));
    Ok(TargetCredentials { values, tokens, certificates, identities: ClientIdentities::default() })
}

/// The certificate of requests without one of a credential. A mock sees one, unless a case sends none. Over plain HTTP none is shown, and
/// whether the target learns of one in another way is not known.
fn certificate(settings: &Settings, chosen: &ChosenTarget, contract: &Contract) -> ClientCertificate {
    let has_own = chosen.target.client_cert.is_some() || settings.overrides.target.client_cert.is_some();
    let url = urls::of_target(&chosen.target, contract).and_then(|url| urls::base_url(url).ok());
    match url {
        _ if chosen.is_mock() => ClientCertificate::Present(0),
        Some(url) if url.scheme() == "http" => ClientCertificate::Unknown,
        _ if has_own => ClientCertificate::Present(0),
        _ => ClientCertificate::Absent,
    }
}

/// Adds an access token for each scope that a case asks for.
fn add_scoped(values: &mut Credentials, tokens: &mut Vec<TokenSettings>, suite: &Suite) {
    for (scheme, scope) in scopes(suite) {
        let source = values.own.get(scheme).and_then(Value::as_str).and_then(Tokens::source);
        let Some(own) = source.and_then(|source| tokens.get(source)) else { continue };
        let scoped = values.scoped.entry(scheme.to_owned()).or_default();
        if !scoped.contains_key(scope) {
            let name = format!("{} with scope {scope}", own.name);
            scoped.insert(scope.to_owned(), Tokens::stand_in(StandIn::Valid, tokens.len()).into());
            tokens.push(TokenSettings { name, scope: Some(scope.to_owned()), ..own.clone() });
        }
    }
}

/// Scheme and scope of each access token that a case asks for.
fn scopes(suite: &Suite) -> impl Iterator<Item = (&str, &str)> {
    negative_credentials::given(suite).filter_map(|(scheme, given)| match given {
        GivenCredential::Scope(scope) => Some((scheme, scope.as_str())),
        _ => None,
    })
}

/// Placeholders for every scheme, for a target that receives no request.
pub(super) fn placeholders(target: &str, contract: &Contract) -> Credentials {
    let mut credentials = Credentials { target: target.to_owned(), ..Credentials::default() };
    add_placeholders(&mut credentials, contract, &Suite::default());
    credentials
}

type Found = BTreeMap<String, Value>;

/// The values of `given`, and the problems by scheme. Access tokens are added to `tokens`; `name` returns their names. Those of a mock
/// can have a relative URL. `certificate` returns the number of a client certificate.
fn validated(
    given: &BTreeMap<String, Credential>,
    (contract, is_mock): (&Contract, bool),
    name: &dyn Fn(&str) -> String,
    tokens: &mut Vec<TokenSettings>,
    certificate: &mut dyn FnMut(&str, &CertificateFormat) -> usize,
) -> (Found, Vec<(String, Problem)>) {
    let mut found = Found::new();
    let mut invalid = Vec::new();
    for (scheme, credential) in given {
        let value = match credential {
            Credential::Fixed(value) => credential_value(scheme, value, contract),
            Credential::Token(format) => stand_in(scheme, contract, tokens, || {
                token_credentials::resolve(name(scheme), scheme, format, (contract, is_mock))
            }),
            Credential::Certificate(format) => known(scheme, contract).and_then(|kind| match kind {
                SecurityScheme::MutualTls => Ok(certificate(scheme, format).into()),
                _ => Err(Problem::new(format!("`{scheme}` takes no client certificate: its type is not mutualTLS"))),
            }),
        };
        match value {
            Ok(value) => drop(found.insert(scheme.clone(), value)),
            Err(problem) => invalid.push((scheme.clone(), problem)),
        }
    }
    (found, invalid)
}

fn known<'c>(scheme: &str, contract: &'c Contract) -> Result<&'c SecurityScheme, Problem> {
    contract.security_schemes.get(scheme).ok_or_else(|| {
        let names: Vec<_> = contract.security_schemes.keys().collect();
        let problem = Problem::new(format!("the document has no security scheme `{scheme}`"));
        with_suggestion(problem, scheme, &names, "security schemes")
    })
}

/// The stand-in of an access token, which is added to `tokens`.
fn stand_in(
    scheme: &str,
    contract: &Contract,
    tokens: &mut Vec<TokenSettings>,
    resolve: impl FnOnce() -> Result<TokenSettings, Problem>,
) -> Result<Value, Problem> {
    if *known(scheme, contract)? != SecurityScheme::Bearer {
        let message = format!("`{scheme}` takes no access token: it is neither oauth2, openIdConnect nor http bearer");
        return Err(Problem::new(message));
    }
    tokens.push(resolve()?);
    Ok(Tokens::stand_in(StandIn::Valid, tokens.len() - 1).into())
}

/// `USERNAME:PASSWORD` becomes `{ username, password }` for HTTP basic.
fn credential_value(scheme: &str, value: &Value, contract: &Contract) -> Result<Value, Problem> {
    match (known(scheme, contract)?, value) {
        (SecurityScheme::Basic, Value::String(text)) => text
            .split_once(':')
            .map(|(username, password)| json!({ "username": username, "password": password }))
            .ok_or_else(|| {
                Problem::new(format!("`{scheme}` expects a user name and a password")).help(
                    "write USER:PASSWORD, also as the value of an environment variable, or { username, password }",
                )
            }),
        (SecurityScheme::Basic, value) => Ok(value.clone()),
        (SecurityScheme::MutualTls, _) => {
            Err(Problem::new(format!("`{scheme}` expects a client certificate: {{ cert, key, password }}")))
        }
        (_, Value::String(_)) => Ok(value.clone()),
        _ => Err(Problem::new(format!("`{scheme}` expects a string"))),
    }
}

/// Replaces the credentials for which `is_unset` returns true, by their keys in the target and their values, by placeholders that are
/// well-formed.
pub(super) fn replace(credentials: &mut Credentials, contract: &Contract, is_unset: impl Fn(&[&str], &Value) -> bool) {
    let placeholder = |scheme: &str, value: &mut Value| {
        if let Some(kind) = contract.security_schemes.get(scheme) {
            *value = placeholder(kind, "signoff");
        }
    };
    for (scheme, value) in &mut credentials.own {
        if is_unset(&["auth", scheme], value) {
            placeholder(scheme, value);
        }
    }
    for (name, set) in &mut credentials.named {
        for (scheme, value) in set {
            if is_unset(&["credentials", name, scheme], value) {
                placeholder(scheme, value);
            }
        }
    }
    for (scheme, set) in &mut credentials.scoped {
        for value in set.values_mut() {
            if is_unset(&["auth", scheme], value) {
                placeholder(scheme, value);
            }
        }
    }
}

fn add_placeholders(credentials: &mut Credentials, contract: &Contract, suite: &Suite) {
    let every = suite.stories.iter().flat_map(Story::every);
    for case in every {
        if let Authorization::As(name) = &case.request.auth {
            credentials.named.entry(name.clone()).or_default();
        }
    }
    for (scheme, scope) in scopes(suite) {
        if let Some(SecurityScheme::Bearer) = contract.security_schemes.get(scheme) {
            let value = placeholder(&SecurityScheme::Bearer, "signoff");
            credentials.scoped.entry(scheme.to_owned()).or_default().entry(scope.to_owned()).or_insert(value);
        }
    }
    for (scheme, kind) in &contract.security_schemes {
        credentials.own.entry(scheme.clone()).or_insert_with(|| placeholder(kind, "signoff"));
        for (name, set) in &mut credentials.named {
            set.entry(scheme.clone()).or_insert_with(|| placeholder(kind, name));
        }
    }
}

fn placeholder(kind: &SecurityScheme, owner: &str) -> Value {
    match kind {
        SecurityScheme::Basic => json!({ "username": owner, "password": PLACEHOLDER }),
        _ => format!("{PLACEHOLDER}-{owner}").into(),
    }
}
