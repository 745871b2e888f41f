//! What an HTTP message signature signs.

use super::super::key::Algorithm;
use super::component::Component;

/// Names of the algorithms (RFC 9421 §6.2.2).
pub(crate) const MESSAGE_ALGORITHMS: [(&str, Algorithm); 6] = [
    ("ed25519", Algorithm::Ed25519),
    ("ecdsa-p256-sha256", Algorithm::P256),
    ("ecdsa-p384-sha384", Algorithm::P384),
    ("rsa-pss-sha512", Algorithm::PssSha512),
    ("rsa-v1_5-sha256", Algorithm::RsaSha256),
    ("hmac-sha256", Algorithm::HmacSha256),
];

/// The header fields of signatures.
pub(crate) const SIGNATURE: &str = "Signature";
pub(super) const SIGNATURE_INPUT: &str = "Signature-Input";
pub(crate) const CONTENT_DIGEST: &str = "Content-Digest";

/// Whether the component is the digest of the content.
pub(in crate::sign) fn is_digest(component: &Component) -> bool {
    component.is_field("content-digest")
}

/// What is signed (§2.5): the values of the components, and `input` as they are covered.
pub(super) fn signature_base(lines: &[(Component, String)], input: &str) -> Result<String, String> {
    let mut base = String::new();
    for (component, value) in lines {
        if !value.is_ascii() || value.contains(['\r', '\n']) {
            return Err(format!("the value of the component `{component}` is not ASCII: cover it with `;bs`"));
        }
        base += &format!("{component}: {value}\n");
    }
    Ok(format!("{base}\"@signature-params\": {input}"))
}
