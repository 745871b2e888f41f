//! HTTP message signatures (RFC 9421), with the digest of the content (RFC 9530).

mod base;
mod component;
mod digest;
mod verify;

use crate::http::{Headers, Request};

use super::key::SigningKey;
use super::structured_field::{self, BareItem};
use super::variables::Origin;

use base::{SIGNATURE_INPUT, signature_base};

pub(super) use base::is_digest;
pub(crate) use base::{CONTENT_DIGEST, MESSAGE_ALGORITHMS, SIGNATURE};
pub(crate) use component::{Component, Message};
pub(crate) use digest::DigestAlgorithm;
pub(crate) use verify::SignatureCheck;

/// Label of the signature unless configured.
pub(crate) const LABEL: &str = "sig1";

/// How old the signature of a request may be that a mock receives, in seconds.
const MAX_AGE: i64 = 300;

/// How requests are signed.
#[derive(Debug, Clone)]
pub(crate) struct MessageSignature {
    /// The key.
    pub key: SigningKey,
    /// Parameter `keyid`.
    pub key_id: Option<String>,
    /// The label.
    pub label: String,
    /// What it covers if the message has it; by default method, target and content.
    pub components: Option<Vec<Component>>,
    /// Whether it has the parameter `created`.
    pub created: bool,
    /// Seconds until it expires.
    pub expires: Option<i64>,
    /// Whether it has the parameter `nonce`.
    pub nonce: bool,
    /// Parameter `tag`.
    pub tag: Option<String>,
    /// The digest of the content.
    pub digest: DigestAlgorithm,
}

impl MessageSignature {
    /// Whether it sets the header field.
    pub(super) fn sets(&self, name: &str) -> bool {
        let sets_digest = self.components.as_ref().is_none_or(|covered| covered.iter().any(is_digest));
        let names = [SIGNATURE, SIGNATURE_INPUT].into_iter().chain(sets_digest.then_some(CONTENT_DIGEST));
        names.into_iter().any(|set| set.eq_ignore_ascii_case(name))
    }

    /// Whether it depends on the time.
    pub(super) fn is_timed(&self) -> bool {
        self.created || self.expires.is_some()
    }

    /// What the signature of a request covers, as far as the request has it.
    pub(super) fn covered(&self, request: &Request) -> Result<Vec<Component>, String> {
        let content = request.body.as_ref().map(|_| "content-digest");
        let defaults =
            || ["@method", "@target-uri"].into_iter().chain(content).map(|name| Component::parse(name, false));
        self.components.clone().map_or_else(|| defaults().collect(), Ok)
    }

    /// What the signatures of received requests must be.
    pub(super) fn check(&self) -> SignatureCheck {
        SignatureCheck {
            key: self.key.public(),
            label: Some(self.label.clone()),
            key_id: self.key_id.clone(),
            tag: self.tag.clone(),
            nonce: self.nonce,
            lifetime: self.expires,
            max_age: self.created.then_some(MAX_AGE),
        }
    }

    /// The header fields for a request that is sent at `at` (microseconds since 1970); with a signature that does not fit if `is_wrong`.
    pub(super) fn sign(
        &self,
        origin: &Origin,
        request: &Request,
        (at, nonce): (i64, &str),
        is_wrong: bool,
    ) -> Result<Headers, String> {
        let (mut request, mut signed) = (request.clone(), Headers::default());
        let covered = self.covered(&request)?;
        if covered.iter().any(is_digest) && request.headers.get(CONTENT_DIGEST).is_none() {
            if let Some(content) = &request.body {
                signed.append(CONTENT_DIGEST, self.digest.field(content));
            }
            request.headers.add_missing(&signed);
        }
        let message = Message { origin, request: &request, response: None };
        let mut lines = Vec::new();
        for component in covered {
            let value = component.value(&message)?;
            lines.extend(value.map(|value| (component, value)));
        }
        if lines.is_empty() {
            return Err("the request has none of the components of `sign.http_message_signature`".to_owned());
        }
        let input = self.input(lines.iter().map(|(component, _)| component), (at, nonce));
        let base = signature_base(&lines, &input)?;
        let mut signature = self.key.sign(base.as_bytes())?;
        if is_wrong {
            super::spoil(&mut signature);
        }
        signed.append(SIGNATURE_INPUT, format!("{}={input}", self.label));
        signed.append(SIGNATURE, format!("{}={}", self.label, BareItem::Bytes(signature)));
        Ok(signed)
    }

    /// The covered components with the parameters of the signature (§2.3).
    fn input<'c>(&self, covered: impl Iterator<Item = &'c Component>, (at, nonce): (i64, &str)) -> String {
        let created = at.div_euclid(1_000_000);
        let text = |text: &str| BareItem::String(text.to_owned());
        let parameters = [
            ("created", self.created.then_some(BareItem::Integer(created))),
            ("expires", self.expires.map(|after| BareItem::Integer(created.saturating_add(after)))),
            ("nonce", self.nonce.then(|| text(nonce))),
            ("keyid", self.key_id.as_deref().map(text)),
            ("tag", self.tag.as_deref().map(text)),
        ];
        let parameters = parameters.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let covered: Vec<_> = covered.map(Component::to_string).collect();
        format!("({}){}", covered.join(" "), structured_field::serialized(&parameters))
    }
}

#[cfg(test)]
mod tests;
