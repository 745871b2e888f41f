//! Resolves a credential whose value is an access token.

use url::Url;

use crate::contract::{Contract, Flow};
use crate::problem::Problem;
use crate::token::{ClientAuthentication, Grant, TokenSettings, is_confidential};

use super::token_format::{ClientAuthName, GrantName, TokenFormat};
use super::urls::EMBEDDED_URL;

/// Parameters that other keys set.
const OWN: [&str; 8] =
    ["grant_type", "client_id", "client_secret", "scope", "audience", "username", "password", "refresh_token"];

/// What a token request for `scheme` needs. `name` is the credential's in messages. For a mock, the document's URL can be relative.
pub(super) fn resolve(
    name: String,
    scheme: &str,
    format: &TokenFormat,
    (contract, is_mock): (&Contract, bool),
) -> Result<TokenSettings, Problem> {
    let grant = grant(format)?;
    let configured = url(scheme, format, contract, is_mock)?;
    // A mock is the token endpoint of its document, wherever the real one is.
    let declared = contract.token_url(scheme, flow(format.oauth2)).filter(|_| is_mock);
    let declared = declared.and_then(|url| absolute_url("token_url", url, true).ok());
    let is_discovered = declared.is_none() && format.discovery_url.is_some();
    let url = declared.unwrap_or(configured);
    if let Some(name) = format.extra.keys().find(|name| OWN.contains(&name.as_str())) {
        return Err(Problem::new(format!("`extra` must not have `{name}`, which has a key of its own"))
            .help("a parameter must not occur twice in a token request (RFC 6749 §3.2)"));
    }
    if format.client_id.is_empty() {
        return Err(Problem::new("`client_id` must not be empty"));
    }
    let audience = format.audience.iter().map(|audience| ("audience".to_owned(), audience.clone()));
    Ok(TokenSettings {
        name,
        url,
        is_discovered,
        grant,
        client_id: format.client_id.clone(),
        client_secret: format.client_secret.clone(),
        client_auth: match format.client_auth {
            Some(ClientAuthName::Post) => ClientAuthentication::Post,
            Some(ClientAuthName::Basic) | None => ClientAuthentication::Basic,
        },
        scope: format.scope.clone(),
        extra: audience.chain(format.extra.clone()).collect(),
    })
}

/// The URL of the token endpoint, or of the discovery document that names it.
fn url(scheme: &str, format: &TokenFormat, contract: &Contract, is_mock: bool) -> Result<Url, Problem> {
    match (&format.token_url, &format.discovery_url) {
        (Some(_), Some(_)) => Err(Problem::new("`token_url` and `discovery_url` exclude each other: remove one")),
        (Some(url), None) => absolute_url("token_url", url, false),
        (None, Some(url)) => {
            let url = absolute_url("discovery_url", url, false)?;
            let reason =
                "`discovery_url` must be an https:// URL: what it says decides where the client's secret is sent";
            if is_confidential(&url) { Ok(url) } else { Err(Problem::new(reason)) }
        }
        (None, None) => match contract.token_url(scheme, flow(format.oauth2)) {
            Some(url) => absolute_url("token_url", url, is_mock),
            None => {
                let missing = format!("`token_url` is missing: the document declares none for `{scheme}`");
                // The document must not decide alone to which host the client's secret is sent.
                let help = match contract.open_id_connect_url(scheme) {
                    Some(url) => format!("write token_url: https://…, or discovery_url: {url}"),
                    None => "write token_url: https://…".to_owned(),
                };
                Err(Problem::new(missing).help(help))
            }
        },
    }
}

/// The grant with its values; those of other grants are refused.
fn grant(format: &TokenFormat) -> Result<Grant, Problem> {
    let TokenFormat { username, password, refresh_token, .. } = format;
    let needs = |key: &str, grant: &str| Problem::new(format!("`{key}` is missing: the grant `{grant}` needs it"));
    let unused = |key: &str, grant: &str| Problem::new(format!("`{key}` belongs to the grant `{grant}`: remove it"));
    match format.oauth2 {
        GrantName::Password => {}
        _ if username.is_some() => return Err(unused("username", "password")),
        _ if password.is_some() => return Err(unused("password", "password")),
        _ => {}
    }
    if format.oauth2 != GrantName::RefreshToken && refresh_token.is_some() {
        return Err(unused("refresh_token", "refresh_token"));
    }
    Ok(match format.oauth2 {
        GrantName::ClientCredentials if format.client_secret.is_none() => {
            return Err(needs("client_secret", "client_credentials"));
        }
        GrantName::ClientCredentials => Grant::ClientCredentials,
        GrantName::Password => Grant::Password {
            username: username.clone().ok_or_else(|| needs("username", "password"))?,
            password: password.clone().ok_or_else(|| needs("password", "password"))?,
        },
        GrantName::RefreshToken => Grant::RefreshToken {
            refresh_token: refresh_token.clone().ok_or_else(|| needs("refresh_token", "refresh_token"))?,
        },
    })
}

/// The flow of the document that has the token endpoint of a grant. Any flow with a token endpoint issues refresh tokens.
fn flow(grant: GrantName) -> Flow {
    match grant {
        GrantName::ClientCredentials => Flow::ClientCredentials,
        GrantName::Password => Flow::Password,
        GrantName::RefreshToken => Flow::Any,
    }
}

/// Parses the URL at `key`. Messages do not show its query or user information, which may be secret.
fn absolute_url(key: &str, text: &str, may_be_relative: bool) -> Result<Url, Problem> {
    let invalid = |why: &str| Problem::new(format!("`{key}` {why}"));
    let base = Url::parse(EMBEDDED_URL).ok().filter(|_| may_be_relative);
    let url = Url::options().base_url(base.as_ref()).parse(text).map_err(|error| {
        invalid(&format!("is not an absolute URL: {error}")).help(format!("write {key}: https://HOST/PATH"))
    })?;
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err(invalid("must not contain credentials: use client_id and client_secret"))
        }
        "http" | "https" if url.fragment().is_some() => {
            Err(invalid("must not have a fragment (RFC 6749 §3.2): remove `#…`"))
        }
        "http" | "https" => Ok(url),
        other => Err(invalid(&format!("must be an http:// or https:// URL, not {other}://"))),
    }
}
