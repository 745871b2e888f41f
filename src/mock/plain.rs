//! Answers that neither the document nor a behaviour file describes: problem details (RFC 9457).

use bytes::Bytes;
use serde_json::json;

use crate::contract::{Contract, Operation, SecurityScheme};
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
