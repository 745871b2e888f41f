//! HTTP message signatures (RFC 9421), with the digest of the content (RFC 9530).

mod component;
mod digest;
#[cfg(test)]
mod verify;

use crate::http::{Headers, Request};

use super::key::{Algorithm, SigningKey};
#[cfg(test)]
use super::structured_field::Member;
use super::structured_field::{self, BareItem};
use super::variables::Origin;

pub(crate) use component::{Component, Message};
pub(crate) use digest::DigestAlgorithm;

/// Names of the algorithms (RFC 9421 §6.2.2).
pub(crate) const MESSAGE_ALGORITHMS: [(&str, Algorithm); 6] = [
    ("ed25519", Algorithm::Ed25519),
    ("ecdsa-p256-sha256", Algorithm::P256),
    ("ecdsa-p384-sha384", Algorithm::P384),
    ("rsa-pss-sha512", Algorithm::PssSha512),
    ("rsa-v1_5-sha256", Algorithm::RsaSha256),
    ("hmac-sha256", Algorithm::HmacSha256),
];

/// Label of the signature unless configured.
pub(crate) const LABEL: &str = "sig1";

/// The header fields of signatures.
pub(crate) const SIGNATURE: &str = "Signature";
const SIGNATURE_INPUT: &str = "Signature-Input";
pub(crate) const CONTENT_DIGEST: &str = "Content-Digest";

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

    /// The header fields for a request that is sent at `at` (microseconds since 1970); with a signature that does not fit if `is_wrong`.
    pub(super) fn sign(
        &self,
        origin: &Origin,
        request: &Request,
        (at, nonce): (i64, &str),
        is_wrong: bool,
    ) -> Result<Headers, String> {
        let (mut request, mut signed) = (request.clone(), Headers::default());
        let defaults = || {
            let content = request.body.as_ref().map(|_| "content-digest");
            let names = ["@method", "@target-uri"].into_iter().chain(content);
            names.map(|name| Component::parse(name, false)).collect::<Result<Vec<_>, _>>()
        };
        let covered = self.components.clone().map_or_else(defaults, Ok)?;
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

fn is_digest(component: &Component) -> bool {
    component.is_field("content-digest")
}

/// What is signed (§2.5): the values of the components, and `input` as they are covered.
fn signature_base(lines: &[(Component, String)], input: &str) -> Result<String, String> {
    let mut base = String::new();
    for (component, value) in lines {
        if !value.is_ascii() || value.contains(['\r', '\n']) {
            return Err(format!("the value of the component `{component}` is not ASCII: cover it with `;bs`"));
        }
        base += &format!("{component}: {value}\n");
    }
    Ok(format!("{base}\"@signature-params\": {input}"))
}

#[cfg(test)]
mod tests;
