//! Clients of the mock's token endpoints.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::http::Headers;

use super::form::{Form, TokenError};

/// Lifetime of an access token if the mock rules state none.
const LIFETIME: Duration = Duration::from_secs(3600);

/// What the mock rules say about tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenRules {
    /// Lifetime of an access token.
    pub(crate) lifetime: Option<Duration>,
    /// The clients by id; any client if empty.
    pub(crate) clients: BTreeMap<String, Client>,
}

/// A client.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// Its password; a public client has none.
    pub(crate) client_secret: Option<String>,
    /// The scopes that it can have, separated by spaces; those of the document if there are none.
    pub(crate) scope: Option<String>,
}

impl TokenRules {
    /// Lifetime of an access token in seconds.
    pub(super) fn lifetime(&self) -> i64 {
        i64::try_from(self.lifetime.unwrap_or(LIFETIME).as_secs()).unwrap_or(i64::MAX)
    }

    /// Whether the client may have the scopes.
    pub(super) fn allow<'s>(&self, client_id: &str, mut scopes: impl Iterator<Item = &'s str>) -> bool {
        match self.clients.get(client_id) {
            None => self.clients.is_empty(),
            Some(Client { scope: None, .. }) => true,
            Some(Client { scope: Some(own), .. }) => scopes.all(|scope| own.split(' ').any(|held| held == scope)),
        }
    }

    /// The id of the client that sent a token request (RFC 6749 §2.3.1). `is_public` is whether one without a password may do that.
    pub(super) fn authenticated(&self, headers: &Headers, form: &Form, is_public: bool) -> Result<String, TokenError> {
        let in_body = (form.get("client_id"), form.get("client_secret"));
        // Of a field that is no list, one line alone has a meaning (RFC 9110 §5.3).
        if headers.all("authorization").count() > 1 {
            return Err(TokenError::new("invalid_request", "`Authorization` occurs twice"));
        }
        let (id, secret) = match headers.get("authorization") {
            Some(line) => {
                let (id, secret) = basic(line)
                    .ok_or_else(|| TokenError::client("`Authorization` is not Basic with client id and password"))?;
                if in_body.1.is_some() || in_body.0.is_some_and(|other| other != id) {
                    let description = "the client is both in `Authorization` and in the body";
                    return Err(TokenError::new("invalid_request", description));
                }
                (id, Some(secret).filter(|secret| !secret.is_empty()))
            }
            None => (in_body.0.unwrap_or_default().to_owned(), in_body.1.map(str::to_owned)),
        };
        if id.is_empty() {
            return Err(TokenError::client("the request names no client"));
        }
        let known = self.clients.get(&id);
        if known.is_none() && !self.clients.is_empty() {
            return Err(TokenError::client("unknown client"));
        }
        let is_right = match (known.map(|client| &client.client_secret), &secret) {
            (Some(expected), secret) => expected == secret,
            (None, _) => true,
        };
        match is_right && (is_public || secret.is_some()) {
            true => Ok(id),
            false => Err(TokenError::client("the client's password is missing or wrong")),
        }
    }
}

/// Client id and password of an `Authorization` header; both are form-encoded (RFC 6749 §2.3.1).
fn basic(line: &str) -> Option<(String, String)> {
    let (scheme, encoded) = line.trim().split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

/// The text itself if it is evidently not encoded: many clients do not encode it, and a secret may end with `=`.
fn form_decoded(text: &str) -> String {
    let decoded = form_urlencoded::parse(text.as_bytes()).next().filter(|_| !text.contains(['=', '&']));
    decoded.map_or_else(|| text.to_owned(), |(name, _)| name.into_owned())
}
