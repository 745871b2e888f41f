//! Tokens of the mock: JSON Web Tokens (RFC 7519) with all that it has to know of them, so that it remembers none.

use std::sync::LazyLock;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};

/// The same in every mock, so that tokens outlive a restart. It protects nothing: the mock gives a token to any client.
static KEY: LazyLock<hmac::Key> = LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, b"signoff mock"));

/// What the mock calls itself in tokens: `kid` of the header, `iss` of the payload.
const NAME: &str = "signoff-mock";

/// Also decodes text whose last bits are not zero.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));

/// The first part of the tokens: `{"alg":"HS256","typ":"at+jwt","kid":"signoff-mock"}`.
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
    /// It says that it is not signed.
    Unsigned,
    /// Its time is over.
    Expired,
}

/// Writes a token.
pub(crate) fn write(kind: TokenKind, claims: &Claims) -> String {
    let Claims { client_id, scope, expires } = claims;
    let payload = json!({ "iss": NAME, "client_id": client_id, "scope": scope, "exp": expires });
    let signed = format!("{}.{}", kind.header(), URL_SAFE_NO_PAD.encode(payload.to_string()));
    let code = hmac::sign(&KEY, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(code))
}

/// Whether it has to be read: its header or its payload names the mock, or it says that it is not signed. Whoever alters a token alters
/// its header too, so that the header alone does not decide.
pub(crate) fn is_checked(token: &str) -> bool {
    let Some((header, rest)) = token.split_once('.') else { return false };
    let named = |part: &str, name: &str| member(part, name).is_some_and(|value| value == NAME);
    [ACCESS, REFRESH].contains(&header)
        || is_unsigned(header)
        || named(header, "kid")
        || named(rest.split('.').next().unwrap_or_default(), "iss")
}

/// RFC 7515 §6. Names of algorithms are case-sensitive, but readers exist that ignore case.
fn is_unsigned(header: &str) -> bool {
    member(header, "alg").is_some_and(|alg| alg.trim().eq_ignore_ascii_case("none"))
}

/// A member of the object in a part of a JSON Web Token, read as the most lenient of readers does.
fn member(part: &str, name: &str) -> Option<String> {
    let part = part.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let object = serde_json::from_slice::<Value>(&LENIENT.decode(part).ok()?).ok()?;
    object.get(name)?.as_str().map(str::to_owned)
}

/// Reads a token at `now`, in microseconds since 1970.
pub(super) fn read(kind: TokenKind, token: &str, now: i64) -> Result<Claims, Invalid> {
    if token.split('.').next().is_some_and(is_unsigned) {
        return Err(Invalid::Unsigned);
    }
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
    fn a_token_is_recognised_by_its_header_or_its_payload() {
        let claims = Claims { client_id: "me".to_owned(), scope: "read".to_owned(), expires: i64::MAX };
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for kind in [TokenKind::Access, TokenKind::Refresh] {
            let token = write(kind, &claims);
            let parts: Vec<_> = token.split('.').collect();
            assert!(is_checked(&token));
            for index in 0..token.len() {
                let mut altered = token.clone().into_bytes();
                altered[index] = if altered[index] == b'A' { b'B' } else { b'A' };
                assert!(is_checked(&String::from_utf8(altered).expect("ASCII")) || token.as_bytes()[index] == b'.');
            }
            let header = encoded(r#"{"alg":"HS256"}"#);
            let padded = format!("{}=", parts[1]);
            for altered in [[&header, parts[1], parts[2]], [parts[0], "e30", ""], [&header, &padded, ""]] {
                let altered = altered.join(".");
                assert!(is_checked(&altered), "{altered}");
                assert_eq!(read(kind, &altered, 0), Err(Invalid::Altered), "{altered}");
            }
        }
        for alg in ["none", "None", "NONE", "nOnE"] {
            let unsigned = format!("{}.e30.", encoded(&format!(r#"{{"typ":"JWT","alg":"{alg}"}}"#)));
            assert!(is_checked(&unsigned), "{unsigned}");
            assert_eq!(read(TokenKind::Access, &unsigned, 0), Err(Invalid::Unsigned), "{unsigned}");
        }
        let foreign = format!("{}.{}.c2ln", encoded(r#"{"alg":"RS256","kid":"a"}"#), encoded(r#"{"iss":"https://a"}"#));
        for foreign in [&*foreign, "of-another-server", "", ".", "a.b.c", "e30.e30."] {
            assert!(!is_checked(foreign), "{foreign}");
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
