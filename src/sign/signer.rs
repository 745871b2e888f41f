//! Computes the header fields of a signature.

use serde_json::Value;
use url::Url;

use crate::expression::Scope;
use crate::http::{Headers, Request};

use super::jws::Jws;
use super::message_signature::MessageSignature;
use super::template::SignTemplate;
use super::variables::{self, Origin};

/// How long ago a stale signature was made, in microseconds: one hour.
const STALE: i64 = 3_600_000_000;

/// How the request of a case is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signing {
    /// As the target is configured.
    #[default]
    Valid,
    /// Not at all.
    None,
    /// With authentication codes of the right form that do not fit.
    Wrong,
    /// An hour ago.
    Stale,
}

/// A header field whose value is computed.
#[derive(Debug, Clone)]
pub(crate) struct SignedHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SignTemplate,
}

/// The signature of the requests to a target, as it is configured. Its parts are computed in this order, each over what the earlier ones
/// add.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signature {
    /// The text that templates sign.
    pub text: Option<SignTemplate>,
    /// Header fields that templates compute.
    pub headers: Vec<SignedHeader>,
    /// The detached JWS.
    pub jws: Option<Jws>,
    /// The HTTP message signature.
    pub message: Option<MessageSignature>,
}

impl Signature {
    /// Whether it depends on the time.
    fn is_timed(&self) -> bool {
        let Self { text, headers, jws, message } = self;
        let protected = jws.iter().flat_map(|jws| &jws.templates).map(|(_, template)| template);
        let mut templates = text.iter().chain(headers.iter().map(|header| &header.value)).chain(protected);
        templates.any(SignTemplate::is_timed) || message.as_ref().is_some_and(MessageSignature::is_timed)
    }
}

/// Signs the requests to one target.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    signature: Signature,
    origin: Origin,
    /// Seed of the nonces.
    scope: Scope,
}

impl Signer {
    /// A signer for the server at `base`. The nonces are random values of `scope`.
    pub(crate) fn new(signature: Signature, base: &Url, scope: Scope) -> Self {
        Self { signature, origin: Origin::new(base), scope }
    }

    /// Whether it sets the header field.
    pub(crate) fn sets(&self, name: &str) -> bool {
        let Signature { headers, jws, message, .. } = &self.signature;
        let mut names = headers.iter().map(|header| &header.name).chain(jws.iter().map(|jws| &jws.header));
        names.any(|set| set.eq_ignore_ascii_case(name)) || message.as_ref().is_some_and(|message| message.sets(name))
    }

    /// The header fields for a request that is sent at `at` (microseconds since 1970); none for [`Signing::None`]. `label` decides the
    /// nonce. Fields that the case writes or removes itself (`is_own`) are left out. The error says which key of the configuration cannot
    /// be evaluated.
    pub(crate) fn sign(
        &self,
        request: &Request,
        signing: Signing,
        (at, label): (i64, &str),
        is_own: impl Fn(&str) -> bool,
    ) -> Result<Headers, String> {
        let at = match signing {
            Signing::None => return Ok(Headers::default()),
            Signing::Stale if !self.signature.is_timed() => {
                return Err("a stale signature would be a valid one: no part of `sign` has the time".to_owned());
            }
            Signing::Stale => at.saturating_sub(STALE),
            Signing::Valid | Signing::Wrong => at,
        };
        let mut scope = self.scope.at(at, label);
        variables::set(&mut scope, &self.origin, request, at);
        let is_wrong = signing == Signing::Wrong;
        scope.set_wrong_codes(is_wrong);
        let Signature { text, headers, jws, message } = &self.signature;
        if let Some(text) = text {
            let text = text.text(&scope).map_err(|why| format!("`sign.text`: {why}"))?;
            scope.set("text", &text.into());
        }
        let mut signed = Headers::default();
        let mut add = |name: &str, value: String| {
            if !is_own(name) {
                signed.append(name, value)
            }
        };
        for SignedHeader { name, value } in headers {
            add(name, value.text(&scope).map_err(|why| format!("`sign.headers.{name}`: {why}"))?);
        }
        if let Some(jws) = jws {
            variables::set_numbers(&mut scope, at);
            let content = request.body.as_deref().unwrap_or_default();
            add(&jws.header, jws.sign(&scope, content, is_wrong)?);
        }
        if let Some(message) = message {
            let mut request = request.clone();
            signed.iter().for_each(|(name, value)| request.headers.set(name, value));
            let nonce = scope.variable("nonce");
            let nonce = nonce.as_deref().and_then(Value::as_str).unwrap_or_default();
            let fields = message.sign(&self.origin, &request, (at, nonce), is_wrong)?;
            fields.iter().filter(|(name, _)| !is_own(name)).for_each(|(name, value)| signed.append(name, value));
        }
        Ok(signed)
    }
}
