//! Checks access tokens that the mock issued.

use super::issuer::Issuer;
use super::token::{self, Invalid, TokenKind};

/// `keyword` of a breach, and `error` of the challenge (RFC 6750 §3.1).
pub(crate) const INVALID_TOKEN: &str = "invalid_token";
/// The same for a token that lacks a scope.
pub(crate) const INSUFFICIENT_SCOPE: &str = "insufficient_scope";

/// Why a credential is refused.
pub(crate) struct Refused {
    /// [`INVALID_TOKEN`] or [`INSUFFICIENT_SCOPE`].
    pub(crate) keyword: &'static str,
    /// Names the scheme; has nothing of the credential.
    pub(crate) reason: String,
    /// The scopes that are required, separated by spaces.
    pub(crate) needed: String,
}

impl Issuer {
    /// Why a token of the mock is refused at `now`; none if it is valid and has the scopes.
    pub(crate) fn refusal(&self, name: &str, token: &str, needed: &[&str], now: i64) -> Option<Refused> {
        let invalid = |why: &str| {
            let reason = format!("{name}: the access token {why}");
            Some(Refused { keyword: INVALID_TOKEN, reason, needed: String::new() })
        };
        let claims = match token::read(TokenKind::Access, token, now) {
            Ok(claims) => claims,
            Err(Invalid::Unsigned) => return invalid("is not signed: its `alg` is `none`"),
            Err(Invalid::Altered) => return invalid("is not one that this mock has issued"),
            Err(Invalid::Expired) => return invalid("has expired"),
        };
        let has = |scope: &&&str| claims.scope.split(' ').any(|held| held == **scope);
        let missing: Vec<_> = needed.iter().filter(|scope| !has(scope)).copied().collect();
        if !missing.is_empty() {
            let reason = format!("{name}: the access token lacks the scope {}", missing.join(" "));
            return Some(Refused { keyword: INSUFFICIENT_SCOPE, reason, needed: needed.join(" ") });
        }
        match self.rules.allow(&claims.client_id, claims.scope.split(' ').filter(|scope| !scope.is_empty())) {
            true => None,
            false => invalid("is one of a client that may not have it"),
        }
    }
}
