//! Tokens of the mock: JSON Web Tokens (RFC 7519) with all that it has to know of them, so that it remembers none.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Value, json};

/// The same in every mock, so that tokens outlive a restart. It protects nothing: the mock gives a token to any client.
static KEY: LazyLock<hmac::Key> = LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, b"signoff mock"));

/// The first part of the tokens, by which the mock recognises its own: `{"alg":"HS256","typ":"at+jwt","kid":"signoff-mock"}`.
const ACCESS: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6InNpZ25vZmYtbW9jayJ9";

/// The same of refresh tokens, whose `typ` is `rt+jwt`.
const REFRESH: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCIsImtpZCI6InNpZ25vZmYtbW9jayJ9";

/// A kind of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// For the API.
    Access,
    /// For the token endpoint.
    Refresh,
}

/// What a token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    /// The client that it was issued to.
    pub client_id: String,
    /// Its scopes, separated by spaces.
    pub scope: String,
    /// When it expires, in seconds since 1970.
    pub expires: i64,
}

/// Why a token of the mock is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// The mock did not issue it like this.
    Altered,
    /// Its time is over.
    Expired,
}

/// Writes a token.
pub(crate) fn write(kind: TokenKind, claims: &Claims) -> String {
    let Claims { client_id, scope, expires } = claims;
    let payload = json!({ "iss": "signoff-mock", "client_id": client_id, "scope": scope, "exp": expires });
    let signed = format!("{}.{}", kind.header(), URL_SAFE_NO_PAD.encode(payload.to_string()));
    let code = hmac::sign(&KEY, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(code))
}

/// Whether it looks like a token of the mock.
pub(super) fn is_own(kind: TokenKind, token: &str) -> bool {
    token.split('.').next() == Some(kind.header())
}

/// Reads a token at `now`, in microseconds since 1970.
pub(super) fn read(kind: TokenKind, token: &str, now: i64) -> Result<Claims, Invalid> {
    let (signed, code) = token.rsplit_once('.').ok_or(Invalid::Altered)?;
    let code = URL_SAFE_NO_PAD.decode(code).map_err(|_| Invalid::Altered)?;
    hmac::verify(&KEY, signed.as_bytes(), &code).map_err(|_| Invalid::Altered)?;
    let payload = signed.strip_prefix(kind.header()).and_then(|rest| rest.strip_prefix('.'));
    let payload = payload.and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    let claims = payload.and_then(|payload| claims(&payload)).ok_or(Invalid::Altered)?;
    if now >= claims.expires.saturating_mul(1_000_000) { Err(Invalid::Expired) } else { Ok(claims) }
}

fn claims(payload: &[u8]) -> Option<Claims> {
    let payload: Value = serde_json::from_slice(payload).ok()?;
    let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Claims { client_id: text("client_id")?, scope: text("scope")?, expires: payload.get("exp")?.as_i64()? })
}

impl TokenKind {
    fn header(self) -> &'static str {
        match self {
            Self::Access => ACCESS,
            Self::Refresh => REFRESH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_json_web_tokens() {
        for (kind, name) in [(TokenKind::Access, "at+jwt"), (TokenKind::Refresh, "rt+jwt")] {
            let expected = format!(r#"{{"alg":"HS256","typ":"{name}","kid":"signoff-mock"}}"#);
            assert_eq!(kind.header(), URL_SAFE_NO_PAD.encode(expected));
        }
    }

    #[test]
    fn a_token_is_read_until_it_expires_and_only_as_it_was_written() {
        let claims = Claims { client_id: "a\"b".to_owned(), scope: "read write".to_owned(), expires: 100 };
        let token = write(TokenKind::Access, &claims);
        let read_at = |token: &str, now| read(TokenKind::Access, token, now);
        assert_eq!(read_at(&token, 99_999_999), Ok(claims.clone()));
        assert_eq!(read_at(&token, 100_000_000), Err(Invalid::Expired));
        assert_eq!(read_at(&write(TokenKind::Refresh, &claims), 0), Err(Invalid::Altered), "another kind");
        for altered in [&token[..token.len() - 1], &token[1..], &format!("{token}."), "", "...", ACCESS] {
            assert_eq!(read_at(altered, 0), Err(Invalid::Altered), "{altered}");
        }
        for index in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[index] = if altered[index] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("ASCII");
            assert_eq!(read_at(&altered, 0), Err(Invalid::Altered), "{altered}");
        }
    }
}
