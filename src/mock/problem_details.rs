//! Answers that neither the document nor a behaviour file describes: problem details (RFC 9457).

use bytes::Bytes;
use serde_json::{Value, json};

use crate::contract::{Contract, Operation, SecurityScheme};
use crate::http::{Headers, Response};

/// A response with its body's bytes and, when it has any, their media type.
pub(crate) fn response(status: u16, media_type: Option<&str>, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    let headers: Headers = media_type.map(|media_type| ("content-type", media_type)).into_iter().collect();
    let wire_size = u64::try_from(body.len()).unwrap_or(u64::MAX);
    Response { status, version: "HTTP/1.1", headers, body, wire_size }
}

/// JSON as it is sent.
pub(crate) fn json(value: &Value) -> Bytes {
    serde_json::to_vec(value).expect("names are texts, and memory takes every byte").into()
}

/// Problem details; `violations` are listed when there are any.
pub(crate) fn problem(status: u16, title: &str, detail: &str, violations: &[String]) -> Response {
    let mut body = json!({"title": title, "status": status, "detail": detail});
    if !violations.is_empty() {
        body["violations"] = json!(violations);
    }
    response(status, Some("application/problem+json"), json(&body))
}

/// Adds a challenge for each scheme that the operation accepts, where there is none yet (RFC 9110 §11.6.1).
pub(crate) fn challenge(contract: &Contract, operation: &Operation, headers: &mut Headers) {
    if headers.get("www-authenticate").is_some() {
        return;
    }
    let names = operation.security.iter().flat_map(|requirement| &requirement.schemes);
    let mut challenges = Vec::new();
    for scheme in names.filter_map(|name| contract.security_schemes.get(name)) {
        let challenge = match scheme {
            SecurityScheme::Basic => "Basic realm=\"mock\"".to_owned(),
            SecurityScheme::Bearer => "Bearer".to_owned(),
            SecurityScheme::OtherHttp(name) => name.clone(),
            // No scheme is registered for these, and a 401 must name one.
            SecurityScheme::ApiKey { place, .. } => format!("ApiKey in=\"{}\"", place.word()),
            SecurityScheme::MutualTls => "Mutual".to_owned(),
        };
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    challenges.into_iter().for_each(|challenge| headers.append("www-authenticate", challenge));
}
