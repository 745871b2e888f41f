//! Answers that no behaviour file wrote: problem details (RFC 9457) and the contract's own examples.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::contract::{Contract, Operation, ResponseObject, SecurityScheme, StatusKey};
use crate::http::{Headers, Response};

/// A response with its body's bytes and, when it has any, their media type.
pub(super) fn response(status: u16, media_type: Option<&str>, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    let headers: Headers = media_type.map(|media_type| ("content-type", media_type)).into_iter().collect();
    let wire_size = u64::try_from(body.len()).unwrap_or(u64::MAX);
    Response { status, version: "HTTP/1.1", headers, body, wire_size }
}

/// Problem details; `violations` are listed when there are any.
pub(super) fn problem(status: u16, title: &str, detail: &str, violations: &[String]) -> Response {
    let mut body = json!({"title": title, "status": status, "detail": detail});
    if !violations.is_empty() {
        body["violations"] = json!(violations);
    }
    response(status, Some("application/problem+json"), body.to_string())
}

/// 401 with a challenge for each scheme that the operation accepts (RFC 9110 §11.6.1).
pub(super) fn unauthorized(contract: &Contract, operation: &Operation, violations: &[String]) -> Response {
    let mut answer =
        problem(401, "Unauthorized", "the request has no credentials that the contract accepts", violations);
    let names = operation.security.iter().flat_map(|requirement| &requirement.schemes);
    for scheme in names.filter_map(|name| contract.security_schemes.get(name)) {
        let challenge = match scheme {
            SecurityScheme::Basic => "Basic realm=\"mock\"",
            SecurityScheme::Bearer => "Bearer",
            SecurityScheme::OtherHttp(name) => name,
            SecurityScheme::ApiKey { .. } | SecurityScheme::MutualTls => continue,
        };
        answer.headers.append("www-authenticate", challenge);
    }
    answer
}

/// The example of the first successful response that has one; 501 when the contract gives none.
pub(super) fn example(contract: &Contract, operation: &Operation) -> Response {
    let found =
        operation.responses.iter().find_map(|declared| exemplary(contract, declared, success(declared.status)?));
    found.unwrap_or_else(|| {
        let detail =
            format!("no rule fits, and the contract has no example of a successful answer of {}", operation.name);
        problem(501, "Not Implemented", &detail, &[])
    })
}

/// The status to answer with, when the key stands for success.
fn success(key: StatusKey) -> Option<u16> {
    match key {
        StatusKey::Exact(status) if (200..300).contains(&status) => Some(status),
        StatusKey::Range(2) => Some(200),
        _ => None,
    }
}

fn exemplary(contract: &Contract, declared: &ResponseObject, status: u16) -> Option<Response> {
    if declared.content.is_empty() {
        return Some(response(status, None, Bytes::new()));
    }
    declared.content.iter().find_map(|media| {
        let (_, example) = media.examples.first()?;
        let body = match contract.value(example)? {
            Value::String(text) if !media.media_type.is_json() => text.clone(),
            value => value.to_string(),
        };
        Some(response(status, Some(&media.media_type.to_string()), body))
    })
}
