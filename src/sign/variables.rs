//! What the templates of a signature can read.

use std::time::{Duration, UNIX_EPOCH};

use httpdate::fmt_http_date;
use serde_json::{Map, Value};
use url::{Position, Url};

use crate::expression::Scope;
use crate::http::{Headers, Request, Response};

/// Names in the templates of a signature, besides `env` and `file("PATH")`.
pub(crate) const NAMES: [&str; 12] =
    ["method", "url", "path", "query", "host", "headers", "body", "timestamp", "timestamp_ms", "date", "nonce", "text"];

/// Names in the templates of a response's signature, besides `env` and `file("PATH")`.
pub(crate) const RESPONSE_NAMES: [&str; 9] =
    ["status", "headers", "body", "method", "url", "path", "query", "host", "text"];

/// Those of them that are the time.
pub(super) const TIMES: [&str; 3] = ["timestamp", "timestamp_ms", "date"];

/// The `Accept` of requests that set none.
pub(super) const ACCEPT: &str = "*/*";

/// Whether the name says nothing about secrets or contents of the request.
pub(crate) fn is_public(name: &str) -> bool {
    matches!(name, "method" | "host" | "timestamp" | "timestamp_ms" | "date" | "nonce")
}

/// The server that requests are sent to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// `https` or `http`.
    pub(super) scheme: String,
    /// Host, and port if it is not the default one, as in `Host`.
    pub(super) host: String,
    /// Prefix of every path, without a slash at the end.
    pub(super) prefix: String,
}

impl Origin {
    /// The server at `base`.
    pub(super) fn new(base: &Url) -> Self {
        Self {
            scheme: base.scheme().to_owned(),
            host: base[Position::BeforeHost..Position::AfterPort].to_owned(),
            prefix: base.path().trim_end_matches('/').to_owned(),
        }
    }
}

/// Sets the variables of a request that is sent at `at` (microseconds since 1970).
pub(super) fn set(scope: &mut Scope, origin: &Origin, request: &Request, at: i64) {
    let Origin { host, prefix, .. } = origin;
    let path = format!("{prefix}{}", request.path());
    let query = request.query().unwrap_or_default();
    let url = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
    let seconds = at.div_euclid(1_000_000);
    let date = UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    let texts = [
        ("method", request.method.clone()),
        ("url", url),
        ("path", path),
        ("query", query.to_owned()),
        ("host", host.clone()),
        ("timestamp", seconds.to_string()),
        ("timestamp_ms", at.div_euclid(1_000).to_string()),
        ("date", fmt_http_date(date)),
        ("nonce", scope.uuid()),
    ];
    texts.into_iter().for_each(|(name, value)| scope.set(name, &value.into()));
    let mut fields = header_fields(&request.headers);
    fields.entry("accept").or_insert_with(|| ACCEPT.into());
    scope.set("headers", &Value::Object(fields));
    scope.set_bytes("body", request.body.clone().unwrap_or_default());
}

/// Sets the variables that are numbers in JSON.
pub(super) fn set_numbers(scope: &mut Scope, at: i64) {
    scope.set("timestamp", &at.div_euclid(1_000_000).into());
    scope.set("timestamp_ms", &at.div_euclid(1_000).into());
}

/// The value of the only line of a header field.
pub(super) fn single<'h>(headers: &'h Headers, name: &'h str) -> Result<&'h str, String> {
    let mut lines = headers.all(name);
    match (lines.next(), lines.next()) {
        (Some(only), None) => Ok(only.trim()),
        (None, _) => Err(format!("the header field `{name}` is missing")),
        _ => Err(format!("the header field `{name}` is repeated")),
    }
}

/// Sets the variables that are of the response where a request has the same ones.
pub(super) fn set_response(scope: &mut Scope, response: &Response) {
    scope.set("status", &response.status.into());
    scope.set("headers", &Value::Object(header_fields(&response.headers)));
    scope.set_bytes("body", response.body.clone());
}

/// The header fields by name in lower case; lines of one name are joined with commas (RFC 9110 §5.3).
fn header_fields(headers: &Headers) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in headers.iter() {
        match fields.get_mut(&name.to_ascii_lowercase()) {
            Some(Value::String(held)) => *held += &format!(", {}", value.trim()),
            _ => drop(fields.insert(name.to_ascii_lowercase(), value.trim().into())),
        }
    }
    fields
}
