//! Verifies the signatures of requests as a server does that knows the configuration of its clients.

use std::time::UNIX_EPOCH;

use httpdate::parse_http_date;
use serde_json::Value;

use crate::expression::Scope;
use crate::http::Request;

use super::equality::is_equal;
use super::jws::Detached;
use super::message_signature::{Component, Message, MessageSignature, SignatureCheck, is_digest};
use super::signer::Signature;
use super::variables::{self, Origin};

/// How far the time of a signature may be off, in microseconds: five minutes.
const TOLERANCE: i64 = 300_000_000;

/// Names that a request carries, in a template of its own header fields.
const CARRIED: [&str; 4] = ["timestamp", "timestamp_ms", "date", "nonce"];

/// Verifies the requests that a signer signs.
#[derive(Debug, Clone)]
pub(crate) struct RequestVerifier {
    signature: Signature,
    message: Option<(MessageSignature, SignatureCheck)>,
}

impl RequestVerifier {
    /// Verifies what `signature` signs. The error says why that cannot be verified.
    pub(crate) fn new(mut signature: Signature) -> Result<Self, String> {
        let message = signature.message.take().map(|message| {
            let check = message.check();
            (message, check)
        });
        let headers = signature.headers.iter().map(|header| &header.value.template);
        let protected = signature.jws.iter().flat_map(|jws| &jws.templates).map(|(_, template)| &template.template);
        let templates = headers.chain(protected);
        let carried: Vec<_> = templates.clone().flat_map(|template| template.variables()).collect();
        let has_time = variables::TIMES.iter().any(|name| carried.contains(name));
        let is_carried = |name: &str| match name {
            "timestamp" | "date" => has_time,
            name => carried.contains(&name),
        };
        let read =
            signature.text.iter().map(|text| &text.template).chain(templates).flat_map(|template| template.names());
        let mut missing = read.map(|name| name.path).filter(|name| CARRIED.contains(&&**name) && !is_carried(name));
        match missing.next() {
            Some(name) => {
                Err(format!("the mock cannot verify the signature: no header field has `${{{name}}}` by itself"))
            }
            None => Ok(Self { signature, message }),
        }
    }

    /// Verifies a request that was received by `scheme` at `at` (microseconds since 1970). The error says why its signature is not valid,
    /// without values of the request.
    pub(crate) fn verify(&self, request: &Request, scheme: &str, at: i64) -> Result<(), String> {
        let origin = Origin {
            scheme: scheme.to_owned(),
            host: request.headers.get("host").unwrap_or_default().to_ascii_lowercase(),
            prefix: String::new(),
        };
        let Signature { headers, jws, .. } = &self.signature;
        if !headers.is_empty() || jws.is_some() {
            self.verify_templates(&origin, request, at)?;
        }
        let Some((message, check)) = &self.message else { return Ok(()) };
        let received = Message { origin: &origin, request, response: None };
        let mut covered: Vec<Component> = message.covered(request)?;
        // A digest that is left out must not leave content unsigned.
        let has_content = !received.content().is_empty();
        covered.retain(|component| {
            has_content && is_digest(component) || matches!(component.value(&received), Ok(Some(_)))
        });
        check.verify(&received, &covered, at)
    }

    /// Computes header fields and protected header with the time and the nonce that the request carries, and compares them.
    fn verify_templates(&self, origin: &Origin, request: &Request, at: i64) -> Result<(), String> {
        let Signature { text, headers, jws, .. } = &self.signature;
        let (mut unsigned, mut carried) = (request.clone(), Vec::new());
        for header in headers {
            let value = variables::single(&request.headers, &header.name)?;
            carried.extend(header.value.template.bind(value).unwrap_or_default());
            unsigned.headers.remove(&header.name);
        }
        let jws = match jws {
            Some(jws) => Some((jws, Detached::parse(variables::single(&request.headers, &jws.header)?)?)),
            None => None,
        };
        if let Some((jws, received)) = &jws {
            carried.extend(
                jws.templates.iter().filter_map(|(at, template)| template.template.bind(&received.text(at))).flatten(),
            );
            unsigned.headers.remove(&jws.header);
        }
        let signed_at = time(&carried, at)?;
        let mut scope = Scope::new(signed_at, 0, "signature");
        variables::set(&mut scope, origin, &unsigned, signed_at);
        let nonce = carried.iter().find(|(name, _)| name == "nonce");
        nonce.into_iter().for_each(|(name, value)| scope.set(name, &Value::from(&**value)));
        let failed = |why: String| format!("it cannot be computed: {why}");
        if let Some(text) = text {
            let text = text.text(&scope).map_err(failed)?;
            scope.set("text", &text.into());
        }
        for header in headers.iter().filter(|header| !header.value.template.is_random()) {
            let expected = header.value.text(&scope).map_err(failed)?;
            if !is_equal(expected.as_bytes(), variables::single(&request.headers, &header.name)?.as_bytes()) {
                return Err(format!("the header field `{}` has another value than computed", header.name));
            }
        }
        let Some((jws, received)) = jws else { return Ok(()) };
        variables::set_numbers(&mut scope, signed_at);
        if received.header != Value::Object(jws.protected_header(&scope).map_err(failed)?) {
            return Err("the protected header of the JWS is another one than configured".to_owned());
        }
        received.verify(&jws.key.public(), jws.b64, request.body.as_deref().unwrap_or_default())
    }
}

/// The time that a request carries, else `now`, in microseconds since 1970.
fn time(carried: &[(String, String)], now: i64) -> Result<i64, String> {
    let read = |name: &str, value: &str| match name {
        "timestamp" => value.parse::<i64>().ok()?.checked_mul(1_000_000),
        "timestamp_ms" => value.parse::<i64>().ok()?.checked_mul(1_000),
        "date" => i64::try_from(parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?.as_micros()).ok(),
        _ => None,
    };
    // Milliseconds are the most exact.
    let mut times = Vec::new();
    for (name, value) in carried.iter().filter(|(name, _)| variables::TIMES.contains(&&**name)) {
        times.push((name != "timestamp_ms", read(name, value).ok_or("the time of the signature cannot be read")?));
    }
    match times.into_iter().min() {
        Some((_, at)) if at.abs_diff(now) > TOLERANCE.unsigned_abs() => {
            Err("the time of the signature is more than five minutes off".to_owned())
        }
        Some((_, at)) => Ok(at),
        None => Ok(now),
    }
}

#[cfg(test)]
mod tests;
