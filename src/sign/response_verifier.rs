//! Verifies the signatures of responses.

use serde_json::Value;
use url::Url;

use crate::expression::Scope;
use crate::http::{Exchange, Headers};

use super::equality::is_equal;
use super::jws::Detached;
use super::message_signature::{Component, Message, SIGNATURE, SignatureCheck};
use super::signer::SignedHeader;
use super::template::SignTemplate;
use super::variables::{self, Origin};
use super::verifying_key::VerifyingKey;

/// How responses of a target are signed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verification {
    /// The text that templates sign.
    pub text: Option<SignTemplate>,
    /// Header fields that templates compute.
    pub headers: Vec<SignedHeader>,
    /// The detached JWS.
    pub jws: Option<JwsCheck>,
    /// The HTTP message signature, with what it must cover; by default status and content.
    pub message: Option<(SignatureCheck, Option<Vec<Component>>)>,
}

/// What a detached JWS must be.
#[derive(Debug, Clone)]
pub(crate) struct JwsCheck {
    /// Name of the header field.
    pub header: String,
    /// The algorithm, as the protected header names it.
    pub algorithm: &'static str,
    /// The key.
    pub key: VerifyingKey,
    /// Whether the payload is encoded in base64url.
    pub b64: bool,
}

/// Verifies the responses of one target.
#[derive(Debug, Clone)]
pub(crate) struct ResponseVerifier {
    verification: Verification,
    origin: Origin,
}

impl ResponseVerifier {
    /// Verifies the responses of the server at `base`.
    pub(crate) fn new(verification: Verification, base: &Url) -> Self {
        Self { verification, origin: Origin::new(base) }
    }

    /// Verifies a response that was received at `at` (microseconds since 1970). The error says why its signature is not valid.
    pub(crate) fn verify(&self, exchange: &Exchange, at: i64) -> Result<(), String> {
        let Verification { headers, jws, message, .. } = &self.verification;
        let response = &exchange.response;
        if !headers.is_empty() {
            self.verify_headers(exchange, at)?;
        }
        if let Some(jws) = jws {
            jws.verify(variables::single(&response.headers, &jws.header)?, &response.body)?;
        }
        let Some((check, covered)) = message else { return Ok(()) };
        let content = (!response.body.is_empty()).then_some("content-digest");
        let defaults = || ["@status"].into_iter().chain(content).map(|name| Component::parse(name, true));
        let covered = covered.clone().map_or_else(|| defaults().collect(), Ok::<_, String>)?;
        let received = Message { origin: &self.origin, request: &exchange.request, response: Some(response) };
        check.verify(&received, &covered, at)
    }

    /// Whether the response has the header fields of signatures.
    pub(crate) fn is_signed(&self, headers: &Headers) -> bool {
        let Verification { headers: computed, jws, message, .. } = &self.verification;
        let names = computed.iter().map(|header| &*header.name).chain(jws.iter().map(|jws| &*jws.header));
        let mut names = names.chain(message.iter().map(|_| SIGNATURE));
        names.all(|name| headers.get(name).is_some())
    }

    fn verify_headers(&self, exchange: &Exchange, at: i64) -> Result<(), String> {
        let Verification { text, headers, .. } = &self.verification;
        let mut scope = Scope::new(at, 0, "signature");
        variables::set(&mut scope, &self.origin, &exchange.request, at);
        variables::set_response(&mut scope, &exchange.response);
        let failed = |why: String| format!("it cannot be computed: {why}");
        if let Some(text) = text {
            let text = text.text(&scope).map_err(failed)?;
            scope.set("text", &text.into());
        }
        for SignedHeader { name, value } in headers {
            let received = variables::single(&exchange.response.headers, name)?;
            if !is_equal(value.text(&scope).map_err(failed)?.as_bytes(), received.as_bytes()) {
                return Err(format!("the header field `{name}` has another value than computed"));
            }
        }
        Ok(())
    }
}

impl JwsCheck {
    fn verify(&self, value: &str, content: &[u8]) -> Result<(), String> {
        let jws = Detached::parse(value)?;
        let refuse = |why: &str| Err(format!("the protected header of the JWS {why}"));
        if jws.header["alg"] != self.algorithm {
            return refuse("has another algorithm than configured");
        }
        let critical = match &jws.header["crit"] {
            Value::Null => &[][..],
            Value::Array(names) => names,
            _ => return refuse("has an invalid `crit`"),
        };
        // Those whose names are URIs say something about the content, not about the signature.
        let is_known = |name: &str| name == "b64" || name.contains("://") && jws.header.get(name).is_some();
        if !critical.iter().all(|name| name.as_str().is_some_and(is_known)) {
            return refuse("has a parameter in `crit` that is unknown");
        }
        let b64 = jws.header.get("b64").and_then(Value::as_bool).unwrap_or(true);
        if b64 != self.b64 || (!b64 && !critical.iter().any(|name| name == "b64")) {
            return refuse("has another `b64` than configured, or `crit` without it");
        }
        jws.verify(&self.key, b64, content)
    }
}
