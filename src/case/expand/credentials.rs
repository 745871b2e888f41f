//! Credentials of a request, by security scheme: the case's before the target's; the first alternative that is complete.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::contract::{Contract, ParameterIn, SecurityRequirement, SecurityScheme};
use crate::http::ClientCertificate;
use crate::suggestion::nearest;

use super::super::error::ExpandError;
use super::super::{Authorization, GivenCredential, Violates, Violation};
use super::builder::{RequestBuilder, expand_tree, place};
use super::target_defaults::Credentials;
use super::text::{encoded, plain, scalar};

impl RequestBuilder<'_> {
    /// Attaches the credentials of the case or the target for the operation's security.
    pub(super) fn credentials(&mut self, contract: &Contract) -> Result<(), ExpandError> {
        self.certificate = self.client_certificate(contract);
        let (case, available) = (self.case, self.defaults.credentials);
        let at = || place(case, "auth");
        let given = match &self.case.request.auth {
            Authorization::None => return Ok(()),
            Authorization::Given(values) if values.iter().all(|(_, given)| is_none(given)) => &available.own,
            Authorization::Given(values) => {
                for (scheme, given) in values {
                    let tree = match given {
                        GivenCredential::None => continue,
                        GivenCredential::Value(tree) => tree,
                        of_target => {
                            let value = derived(available, scheme, of_target);
                            let attached = value.and_then(|value| self.attach(contract, scheme, value));
                            attached.map_err(|why| ExpandError::new(why, at().join(scheme)))?;
                            continue;
                        }
                    };
                    if self.unknown.note_tree(tree, || "security".to_owned()) {
                        continue;
                    }
                    let value = expand_tree(tree, self.scope, || at().join(scheme))?;
                    let value = value.unwrap_or(Value::Null);
                    self.attach(contract, scheme, &value).map_err(|why| ExpandError::new(why, at().join(scheme)))?;
                }
                return Ok(());
            }
            Authorization::Scheme(scheme) => {
                let value = available.own.get(scheme).ok_or_else(|| {
                    let key = format!("targets.{}.auth.{scheme}", available.target);
                    ExpandError::new(
                        format!("no credentials for the security scheme `{scheme}`: expected `{key}`"),
                        at(),
                    )
                })?;
                return self.attach(contract, scheme, value).map_err(|why| ExpandError::new(why, at()));
            }
            Authorization::As(name) => named(available, name).map_err(|why| ExpandError::new(why, self.at("as")))?,
            Authorization::Target => &available.own,
        };
        self.by_security(contract, given)
    }

    fn by_security(&mut self, contract: &Contract, given: &BTreeMap<String, Value>) -> Result<(), ExpandError> {
        let alternatives = match self.operation {
            Some(operation) => Cow::Borrowed(operation.security.as_slice()),
            // For a URL outside the contract any credentials of the target, so that it is not refused for lack of them.
            None => contract
                .security_schemes
                .keys()
                .map(|name| SecurityRequirement { schemes: vec![name.clone()] })
                .collect(),
        };
        let has = |scheme: &String| {
            self.leaves_out(scheme)
                || given.contains_key(scheme)
                || self.is_written(contract, scheme)
                || self.is_signed(contract, scheme)
                || self.is_in_target_headers(contract, scheme)
        };
        // Of a scheme that the document does not declare, nothing can be sent, and nothing is checked.
        let has_or_cannot = |scheme: &String| has(scheme) || !contract.security_schemes.contains_key(scheme);
        let complete = alternatives.iter().find(|one| one.schemes.iter().all(has));
        let first = complete.or_else(|| alternatives.iter().find(|one| one.schemes.iter().all(has_or_cannot)));
        let Some(first) = first else {
            return if alternatives.is_empty() || self.needs_none() {
                Ok(())
            } else {
                Err(self.missing(&alternatives))
            };
        };
        for scheme in &first.schemes {
            let is_set = self.leaves_out(scheme) || self.is_written(contract, scheme);
            if let Some(value) = given.get(scheme).filter(|_| !is_set) {
                self.attach(contract, scheme, value).map_err(|why| ExpandError::new(why, self.at("auth")))?;
            }
        }
        Ok(())
    }

    /// Notes the credentials as unknown if the case sets some of those that the operation accepts from captures.
    pub(super) fn note_unknown_credentials(&mut self, contract: &Contract) {
        let schemes = self.operation.into_iter().flat_map(|operation| &operation.security).flat_map(|one| &one.schemes);
        let mut locations = schemes.filter_map(|name| location(contract.security_schemes.get(name)?));
        let is_unknown = locations.any(|location| self.unknown.covers(&location));
        self.unknown.note(is_unknown, || "security".to_owned());
    }

    /// The client certificate: that of the scheme that the operation names, else that of the target.
    fn client_certificate(&self, contract: &Contract) -> ClientCertificate {
        let available = self.defaults.credentials;
        let mut schemes: Vec<&str> = match self.operation {
            Some(operation) => operation.security.iter().flat_map(|one| &one.schemes).map(String::as_str).collect(),
            None => contract.security_schemes.keys().map(String::as_str).collect(),
        };
        schemes.retain(|scheme| is_certificate(contract, scheme));
        let set = match &self.case.request.auth {
            Authorization::Given(_) if schemes.iter().any(|scheme| self.leaves_out(scheme)) => {
                return ClientCertificate::Absent;
            }
            _ if schemes.is_empty() => None,
            Authorization::None => return ClientCertificate::Absent,
            Authorization::As(name) => available.named.get(name),
            _ => Some(&available.own),
        };
        let value = set.and_then(|set| schemes.iter().find_map(|scheme| set.get(*scheme)));
        match value {
            Some(value) if available.certificate != ClientCertificate::Unknown => {
                // A placeholder has no number.
                let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
                ClientCertificate::Present(number.unwrap_or_default())
            }
            _ => available.certificate,
        }
    }

    /// Whether the case sends no credential of the scheme: `auth: { SCHEME: none }`.
    fn leaves_out(&self, scheme: &str) -> bool {
        let Authorization::Given(values) = &self.case.request.auth else { return false };
        values.iter().any(|(held, given)| held == scheme && is_none(given))
    }

    /// Whether the case sets the credentials itself. A client certificate belongs to the connection, not to the request.
    fn is_written(&self, contract: &Contract, scheme: &str) -> bool {
        let request = &self.case.request;
        let header = |name: &str| request.has_header(name);
        let held = |entries: &[(String, _)], name: &str| entries.iter().any(|(held, _): &(String, _)| held == name);
        match contract.security_schemes.get(scheme) {
            Some(SecurityScheme::ApiKey { location: ParameterIn::Query, name }) => held(&request.query, name),
            Some(SecurityScheme::ApiKey { location: ParameterIn::Cookie, name }) => held(&request.cookies, name),
            Some(SecurityScheme::ApiKey { name, .. }) => header(name),
            Some(SecurityScheme::MutualTls) => self.defaults.credentials.certificate != ClientCertificate::Absent,
            Some(_) => header("authorization"),
            None => false,
        }
    }

    /// Cases that violate security, are unchecked, or are outside the contract need no credentials.
    fn needs_none(&self) -> bool {
        let security = |one: &Violation| one.keyword == "security";
        match &self.case.violates {
            Violates::Unchecked => true,
            Violates::These(these) if these.iter().any(security) => true,
            _ => self.operation.is_none(),
        }
    }

    fn missing(&self, alternatives: &[SecurityRequirement]) -> ExpandError {
        let available = self.defaults.credentials;
        let set = match &self.case.request.auth {
            Authorization::As(name) => format!("credentials.{name}"),
            _ => "auth".to_owned(),
        };
        // A target that was given as a URL has no entry in the configuration.
        let is_url = available.target.contains("://");
        let key = |scheme: &String| match is_url {
            true => format!("`--auth {scheme}=env:NAME`"),
            false => format!("`targets.{}.{set}.{scheme}`", available.target),
        };
        let alternative = |one: &SecurityRequirement| one.schemes.iter().map(key).collect::<Vec<_>>().join(" and ");
        let keys: Vec<String> = alternatives.iter().map(alternative).collect();
        let schemes: Vec<String> =
            alternatives.iter().map(|one| format!("`{}`", one.schemes.join("` and `"))).collect();
        let message =
            format!("no credentials for the security scheme {}: expected {}", schemes.join(" or "), keys.join(" or "));
        ExpandError::new(message, self.case.at.clone())
    }

    fn attach(&mut self, contract: &Contract, scheme: &str, value: &Value) -> Result<(), String> {
        let known =
            contract.security_schemes.get(scheme).ok_or_else(|| format!("unknown security scheme `{scheme}`"))?;
        match known {
            SecurityScheme::Basic => self.headers.set("authorization", format!("Basic {}", basic(scheme, value)?)),
            SecurityScheme::Bearer => self.headers.set("authorization", format!("Bearer {}", text(scheme, value)?)),
            SecurityScheme::OtherHttp(word) => {
                self.headers.set("authorization", format!("{word} {}", text(scheme, value)?));
            }
            SecurityScheme::ApiKey { location: ParameterIn::Query, name } => {
                // Two schemes may name the same parameter.
                let pair = plain(name, &Value::String(text(scheme, value)?))?;
                if !self.query.contains(&pair) {
                    self.query.push(pair);
                }
            }
            SecurityScheme::ApiKey { location: ParameterIn::Cookie, name } => {
                let pair = format!("{name}={}", encoded(&text(scheme, value)?));
                if !self.cookies.contains(&pair) {
                    self.cookies.push(pair);
                }
            }
            SecurityScheme::ApiKey { name, .. } => self.headers.set(name.clone(), text(scheme, value)?),
            SecurityScheme::MutualTls => {}
        }
        Ok(())
    }
}

fn is_certificate(contract: &Contract, scheme: &str) -> bool {
    contract.security_schemes.get(scheme) == Some(&SecurityScheme::MutualTls)
}

fn is_none(given: &GivenCredential) -> bool {
    matches!(given, GivenCredential::None)
}

/// The credentials of a scheme as a request has them: what follows the scheme in `Authorization`, or the key. None where the value is
/// not one for the scheme.
pub(crate) fn credential_text(scheme: &SecurityScheme, value: &Value) -> Option<String> {
    match scheme {
        SecurityScheme::Basic => basic("", value).ok(),
        SecurityScheme::MutualTls => None,
        SecurityScheme::ApiKey { location: ParameterIn::Cookie, .. } => scalar(value).ok().map(|text| encoded(&text)),
        _ => scalar(value).ok(),
    }
}

/// The location of the credentials of a scheme, in the notation of `violates`; `None` for those of the connection.
fn location(scheme: &SecurityScheme) -> Option<String> {
    scheme.place().map(|(place, name)| format!("{}/{name}", place.word()))
}

fn named<'a>(available: &'a Credentials, name: &str) -> Result<&'a BTreeMap<String, Value>, String> {
    available.named.get(name).ok_or_else(|| {
        let near = nearest(name, available.named.keys().map(String::as_str));
        let hint = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        format!(
            "the target has no credentials `{name}`: expected `targets.{}.credentials.{name}`{hint}",
            available.target
        )
    })
}

/// A credential that is derived from that of the target.
fn derived<'a>(available: &'a Credentials, scheme: &str, given: &GivenCredential) -> Result<&'a Value, String> {
    let (value, what, with) = match given {
        GivenCredential::Scope(scope) => {
            let value = available.scoped.get(scheme).and_then(|tokens| tokens.get(scope));
            (value, "access token", " with `oauth2`")
        }
        GivenCredential::Expired => (available.expired.get(scheme), "expired access token", " with `oauth2`"),
        _ => (available.wrong.get(scheme), "wrong credential", ""),
    };
    let how = if with.is_empty() { "made" } else { "requested" };
    value.ok_or_else(|| {
        let target = &available.target;
        format!("no {what} for `{scheme}` can be {how}: expected `targets.{target}.auth.{scheme}`{with}")
    })
}

/// Encodes `username:password` in base64 (RFC 7617 §2). Messages never contain the value: it is a secret.
fn basic(scheme: &str, value: &Value) -> Result<String, String> {
    let wrong = || format!("expected `{{ username, password }}` for the basic scheme `{scheme}`");
    let part = |key: &str| value.get(key).filter(|part| !part.is_object() && !part.is_array()).ok_or_else(wrong);
    let (username, password) = (scalar(part("username")?)?, scalar(part("password")?)?);
    if username.contains(':') {
        return Err(format!("the username for `{scheme}` must not contain `:` (RFC 7617 §2)"));
    }
    Ok(STANDARD.encode(format!("{username}:{password}")))
}

/// The value as text. Messages never contain it: it is a secret.
fn text(scheme: &str, value: &Value) -> Result<String, String> {
    scalar(value).map_err(|_| format!("the credential for the security scheme `{scheme}` must be a string"))
}
