//! Reads the response of a token endpoint (RFC 6749 §5). It is untrusted: every value is bounded and validated.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::http::{Headers, Response};
use crate::secret::Secret;

/// Maximum lifetime of a token: ten years.
const MAX_LIFETIME: f64 = 315_360_000.0;

/// Maximum length of an access token in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// Maximum length of a text of the endpoint in a message, in characters.
const MAX_SHOWN: usize = 200;

/// An access token as the endpoint issued it.
#[derive(Debug, PartialEq)]
pub(super) struct IssuedToken {
    /// The token, which fits in a header line.
    pub(super) access_token: String,
    /// Its lifetime, if the endpoint states one.
    pub(super) expires_in: Option<Duration>,
    /// The refresh token for the next request.
    pub(super) refresh_token: Option<String>,
}

/// Properties of a token response that are secret, also if the response is invalid (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
const SECRET: [&str; 3] = ["access_token", "refresh_token", "id_token"];

/// Reads a token response. The error says what is wrong with it, and contains no token.
pub(super) fn issued_token(response: &Response) -> Result<IssuedToken, String> {
    read(response).map_err(|message| match repeats_token(response) {
        false => message,
        // Messages shorten texts and replace characters of them: parts of a token may be left in any form.
        true => format!(
            "status {}, and the response repeats a token in another place, so that it is not shown",
            response.status
        ),
    })
}

/// Whether a text that messages quote contains a token of the response.
fn repeats_token(Response { headers, body, .. }: &Response) -> bool {
    let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(body) else { return false };
    let tokens: Vec<_> =
        SECRET.iter().filter_map(|name| object.get(*name)?.as_str()).filter(|t| !t.is_empty()).collect();
    let others =
        object.iter().filter(|(name, _)| !SECRET.contains(&name.as_str())).filter_map(|(_, held)| held.as_str());
    let mut texts = others.chain(headers.iter().map(|(_, value)| value));
    texts.any(|text| tokens.iter().any(|token| text.contains(*token)))
}

fn read(response: &Response) -> Result<IssuedToken, String> {
    let Response { status, headers, body, .. } = response;
    if (300..400).contains(status) {
        return Err(redirected(*status, headers, "it would receive the client's secret"));
    }
    let object = serde_json::from_slice::<Value>(body).ok().and_then(|value| match value {
        Value::Object(object) => Some(object),
        _ => None,
    });
    if let Some(error) = object.as_ref().and_then(stated_error) {
        return Err(format!("status {status}, {error}"));
    }
    if !(200..300).contains(status) {
        return Err(format!("status {status}{}", challenge(headers)));
    }
    let object = object.ok_or_else(|| {
        let media_type = headers.get("content-type").map_or_else(String::new, |line| format!(" ({})", shown(line)));
        format!("status {status}, but the body is not a JSON object{media_type}")
    })?;
    Ok(IssuedToken {
        access_token: access_token(&object)?,
        expires_in: expires_in(&object)?,
        refresh_token: object.get("refresh_token").and_then(Value::as_str).map(str::to_owned),
    })
}

/// The error for a redirect.
pub(super) fn redirected(status: u16, headers: &Headers, why: &str) -> String {
    // Its query may have anything.
    let location = headers.get("location").map(|line| line.split(['?', '#']).next().unwrap_or_default());
    let to = location.map_or_else(String::new, |line| format!(" to {}", shown(line)));
    format!("status {status}: a redirect{to} is not followed, because {why}")
}

/// `error` and its description (RFC 6749 §5.2), also with a status of success.
fn stated_error(object: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(shown);
    let error = text("error")?;
    Some(text("error_description").map_or_else(|| error.clone(), |description| format!("{error}: {description}")))
}

fn challenge(headers: &Headers) -> String {
    headers.get("www-authenticate").map_or_else(String::new, |line| format!(", WWW-Authenticate: {}", shown(line)))
}

fn access_token(object: &Map<String, Value>) -> Result<String, String> {
    match object.get("token_type") {
        None => {}
        Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => {}
        Some(Value::String(kind)) => {
            return Err(format!("`token_type` is {}, expected Bearer", shown(kind)));
        }
        Some(_) => return Err("`token_type` is not a string".to_owned()),
    }
    let token = match object.get("access_token") {
        Some(Value::String(token)) => token,
        Some(_) => return Err("`access_token` is not a string".to_owned()),
        None => return Err("the response has no `access_token`".to_owned()),
    };
    if token.len() > MAX_TOKEN {
        return Err(format!("`access_token` has {} bytes, more than {MAX_TOKEN}", token.len()));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        // RFC 6750 §2.1 allows fewer characters, but servers issue others.
        return Err("`access_token` contains characters that a header line cannot hold".to_owned());
    }
    if token.len() < Secret::MIN_LENGTH {
        let (length, minimum) = (token.len(), Secret::MIN_LENGTH);
        return Err(format!("`access_token` has {length} bytes: shorter than {minimum}, it cannot be redacted"));
    }
    Ok(token.clone())
}

/// The lifetime in seconds; some servers write it as a string.
fn expires_in(object: &Map<String, Value>) -> Result<Option<Duration>, String> {
    let (seconds, written) = match object.get("expires_in") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => (number.as_f64(), number.to_string()),
        Some(Value::String(text)) => (text.trim().parse::<f64>().ok(), text.clone()),
        Some(_) => (None, "no number".to_owned()),
    };
    match seconds {
        Some(seconds) if seconds > 0.0 && seconds <= MAX_LIFETIME => Ok(Some(Duration::from_secs_f64(seconds))),
        Some(seconds) if seconds > MAX_LIFETIME => {
            Err(format!("`expires_in` is {}, more than ten years in seconds", shown(&written)))
        }
        _ => Err(format!("`expires_in` is {}, expected a positive number of seconds", shown(&written))),
    }
}

/// A text of the endpoint in a message: one line, shortened.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, headers: &[(&str, &str)], body: &str) -> Result<IssuedToken, String> {
        let (headers, body) = (headers.iter().copied().collect(), body.to_owned().into());
        issued_token(&Response { status, version: "HTTP/1.1", headers, body, wire_size: 0 })
    }

    fn token(expires_in: Option<u64>) -> IssuedToken {
        let expires_in = expires_in.map(Duration::from_secs);
        IssuedToken { access_token: "token-12345".to_owned(), expires_in, refresh_token: None }
    }

    #[test]
    fn a_token_is_read_with_its_lifetime() {
        let read = |rest: &str| read(200, &[], &format!("{{\"access_token\": \"token-12345\"{rest}}}"));
        assert_eq!(read(""), Ok(token(None)));
        assert_eq!(read(", \"token_type\": \"bearer\", \"expires_in\": 3600"), Ok(token(Some(3600))));
        assert_eq!(read(", \"expires_in\": \"60\""), Ok(token(Some(60))));
        let refreshed = IssuedToken { refresh_token: Some("next".to_owned()), ..token(None) };
        assert_eq!(read(", \"refresh_token\": \"next\""), Ok(refreshed));
    }

    #[test]
    fn every_other_response_has_one_clear_error() {
        let check = |status, headers: &[(&str, &str)], body: &str, expected: &str| {
            assert_eq!(read(status, headers, body).expect_err(expected), expected);
        };
        let denied = r#"{"error": "invalid_client", "error_description": "unknown\nclient"}"#;
        check(401, &[], denied, "status 401, invalid_client: unknown client");
        check(200, &[], denied, "status 200, invalid_client: unknown client");
        let basic = [("WWW-Authenticate", "Basic realm=\"a\"")];
        check(401, &basic, "", "status 401, WWW-Authenticate: Basic realm=\"a\"");
        check(500, &[], "<html>", "status 500");
        let html = [("Content-Type", "text/html")];
        check(200, &html, "<html>", "status 200, but the body is not a JSON object (text/html)");
        check(200, &[], "[]", "status 200, but the body is not a JSON object");
        check(200, &[], "{}", "the response has no `access_token`");
        check(200, &[], r#"{"access_token": 7}"#, "`access_token` is not a string");
        let control = "`access_token` contains characters that a header line cannot hold";
        check(200, &[], r#"{"access_token": "abcdefgh\r\nx: y"}"#, control);
        check(
            200,
            &[],
            r#"{"access_token": "abc"}"#,
            "`access_token` has 3 bytes: shorter than 8, it cannot be redacted",
        );
        let mac = r#"{"access_token": "token-12345", "token_type": "mac"}"#;
        check(200, &[], mac, "`token_type` is mac, expected Bearer");
        let lifetime = |value: &str| format!("{{\"access_token\": \"token-12345\", \"expires_in\": {value}}}");
        check(200, &[], &lifetime("-1"), "`expires_in` is -1, expected a positive number of seconds");
        check(200, &[], &lifetime("0"), "`expires_in` is 0, expected a positive number of seconds");
        check(200, &[], &lifetime("\"soon\""), "`expires_in` is soon, expected a positive number of seconds");
        let centuries = "`expires_in` is 1000000000000000000, more than ten years in seconds";
        check(200, &[], &lifetime("1000000000000000000"), centuries);
        let elsewhere = [("Location", "https://evil.example/?code=1")];
        let redirect = "status 307: a redirect to https://evil.example/ is not followed, because it would receive the client's secret";
        check(307, &elsewhere, "", redirect);
    }

    #[test]
    fn no_message_contains_a_token() {
        let hidden = "and the response repeats a token in another place, so that it is not shown";
        let token = "tok+en/SECRET1";
        let long = "t".repeat(2 * MAX_SHOWN);
        for (status, body) in [
            (200, format!("{{\"access_token\": \"{token}\", \"token_type\": \"{token}\"}}")),
            (200, format!("{{\"access_token\": \"{token}\", \"expires_in\": \"{token}\"}}")),
            (500, format!("{{\"refresh_token\": \"{token}\", \"error\": \"issued {token}\"}}")),
            (500, format!("{{\"access_token\": \"{long}\", \"error\": \"issued {long}\"}}")),
        ] {
            assert_eq!(read(status, &[], &body).expect_err("an error"), format!("status {status}, {hidden}"), "{body}");
        }
    }

    #[test]
    fn texts_of_the_endpoint_are_shortened() {
        let error = read(400, &[], &format!("{{\"error\": \"{}\"}}", "x".repeat(10_000))).expect_err("an error");
        assert_eq!(error.chars().count(), "status 400, ".len() + MAX_SHOWN + 1);
        let large = format!("{{\"access_token\": \"{}\"}}", "x".repeat(MAX_TOKEN + 1));
        assert_eq!(read(200, &[], &large).expect_err("too long"), "`access_token` has 16385 bytes, more than 16384");
    }
}
