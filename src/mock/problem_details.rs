//! Responses that neither the document nor mock rules describe: problem details (RFC 9457).

use bytes::Bytes;
use serde_json::{Value, json};

use crate::budget::SMALL;
use crate::contract::{Contract, Operation, SecurityScheme};
use crate::expression;
use crate::http::{Headers, MOCK_ERROR, MOCK_VIOLATION, Response};

/// Builds a response from the bytes of its body and their media type.
pub(crate) fn response(status: u16, media_type: Option<&str>, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    let headers: Headers = media_type.map(|media_type| ("content-type", media_type)).into_iter().collect();
    let wire_size = u64::try_from(body.len()).unwrap_or(u64::MAX);
    Response { status, version: "HTTP/1.1", headers, body, wire_size }
}

/// Serialises a JSON body. The buffer of a large one has about the right size from the start: while it grows, there are two.
pub(crate) fn json(value: &Value) -> Bytes {
    let mut text = Vec::with_capacity(Some(expression::size(value)).filter(|size| *size > SMALL).unwrap_or_default());
    serde_json::to_writer(&mut text, value).expect("keys are strings, and writing to memory does not fail");
    text.into()
}

/// Builds problem details; lists `violations` unless there are none.
pub(crate) fn problem(status: u16, title: &str, detail: &str, violations: &[String]) -> Response {
    let mut body = json!({"title": title, "status": status, "detail": detail});
    if !violations.is_empty() {
        body["violations"] = json!(violations);
    }
    response(status, Some("application/problem+json"), json(&body))
}

/// Builds the 501 for a response that cannot be generated from the document, for `reasons`.
pub(crate) fn not_generated(detail: &str, reasons: &[String]) -> Response {
    let mut response = problem(501, "Not Implemented", detail, reasons);
    response.headers.append(MOCK_ERROR, "document");
    response
}

/// Builds the 500 for mock rules that cannot be applied or that violate the contract.
pub(crate) fn invalid_rules(detail: &str) -> Response {
    let mut response = problem(500, "Invalid mock rules", detail, &[]);
    response.headers.append(MOCK_ERROR, "rules");
    response
}

/// Maximum number of violations in headers, and their length: clients limit the size of a header section.
const MAX_LISTED: usize = 10;
const MAX_LENGTH: usize = 200;

/// Lists violations in headers, for a response whose body does not. What a header cannot contain is escaped.
pub(crate) fn list_violations(violations: &[String], headers: &mut Headers) {
    let others = violations.len().saturating_sub(MAX_LISTED);
    let shown = violations.iter().take(MAX_LISTED).map(|violation| {
        let escaped: String = violation.chars().flat_map(|c| c.escape_default()).take(MAX_LENGTH).collect();
        escaped.replace("\\\"", "\"").replace("\\'", "'")
    });
    let more = (others > 0).then(|| format!("{others} more"));
    shown.chain(more).for_each(|line| headers.append(MOCK_VIOLATION, line));
}

/// Adds a challenge for each security scheme of the operation, unless there is one already (RFC 9110 §11.6.1). `error` is that of a
/// bearer token, with a space before it.
pub(crate) fn challenge(contract: &Contract, operation: &Operation, error: &str, headers: &mut Headers) {
    if headers.get("www-authenticate").is_some() {
        return;
    }
    let names = operation.security.iter().flat_map(|requirement| &requirement.schemes);
    let mut challenges = Vec::new();
    for scheme in names.filter_map(|name| contract.security_schemes.get(name)) {
        let challenge = match scheme {
            SecurityScheme::Basic => "Basic realm=\"mock\"".to_owned(),
            SecurityScheme::Bearer => format!("Bearer{error}"),
            SecurityScheme::OtherHttp(name) => name.clone(),
            // No authentication scheme is registered for these, but a 401 must name one.
            SecurityScheme::ApiKey { location, .. } => format!("ApiKey in=\"{}\"", location.word()),
            SecurityScheme::MutualTls => "Mutual".to_owned(),
        };
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    challenges.into_iter().for_each(|challenge| headers.append("www-authenticate", challenge));
}
