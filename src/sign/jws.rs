//! Detached JWS (RFC 7515 appendix F), also with a payload that is not encoded (RFC 7797).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Map, Value, json};

use crate::expression::Scope;
use crate::pointer::Pointer;

use super::key::SigningKey;
use super::template::SignTemplate;
use super::verifying_key::VerifyingKey;

/// Name of the header field unless configured.
pub(crate) const JWS_HEADER: &str = "X-JWS-Signature";

/// The parameter of RFC 7797.
const B64: &str = "b64";

/// How the content of a request is signed.
#[derive(Debug, Clone)]
pub(crate) struct Jws {
    /// Name of the header field.
    pub header: String,
    /// The algorithm, as the protected header names it.
    pub algorithm: &'static str,
    /// The key.
    pub key: SigningKey,
    /// Parameter `kid`.
    pub key_id: Option<String>,
    /// Whether the payload is encoded in base64url.
    pub b64: bool,
    /// Further parameters of the protected header.
    pub protected: Map<String, Value>,
    /// Those strings in `protected` that are templates.
    pub templates: Vec<(Pointer, SignTemplate)>,
}

impl Jws {
    /// The signature of `content`, in compact serialisation without the payload; one that does not fit if `is_wrong`. `scope` has the names
    /// that templates read.
    pub(super) fn sign(&self, scope: &Scope, content: &[u8], is_wrong: bool) -> Result<String, String> {
        let header = BASE64URL.encode(Value::Object(self.protected_header(scope)?).to_string());
        let mut signature = self.key.sign(&signing_input(&header, content, self.b64))?;
        if is_wrong {
            super::spoil(&mut signature);
        }
        Ok(format!("{header}..{}", BASE64URL.encode(signature)))
    }

    /// The protected header. `crit` lists the parameters that a recipient must understand: those that are configured there, else those
    /// whose names are URIs; and `b64`, as RFC 7797 §6 requires.
    pub(super) fn protected_header(&self, scope: &Scope) -> Result<Map<String, Value>, String> {
        let mut header = Map::new();
        header.insert("alg".to_owned(), self.algorithm.into());
        header.extend(self.key_id.iter().map(|id| ("kid".to_owned(), id.as_str().into())));
        let mut members = Value::Object(self.protected.clone());
        for (at, template) in &self.templates {
            if let Some(member) = members.pointer_mut(at.as_str()) {
                *member = template.value(scope).map_err(|why| format!("`sign.jws.protected{at}`: {why}"))?;
            }
        }
        let mut critical = Vec::new();
        if !self.b64 {
            header.insert(B64.to_owned(), false.into());
            critical.push(json!(B64));
        }
        let members = members.as_object_mut().map(std::mem::take).unwrap_or_default();
        match members.get("crit").and_then(Value::as_array) {
            Some(names) => critical.extend(names.iter().filter(|name| *name != B64).cloned()),
            None => critical.extend(members.keys().filter(|name| name.contains("://")).map(|name| json!(name))),
        }
        header.extend(members);
        if !critical.is_empty() {
            header.insert("crit".to_owned(), critical.into());
        }
        Ok(header)
    }
}

/// What is signed: the encoded protected header and the payload (RFC 7515 §5.1, RFC 7797 §5.1).
fn signing_input(header: &str, content: &[u8], b64: bool) -> Vec<u8> {
    let payload = if b64 { BASE64URL.encode(content).into_bytes() } else { content.to_vec() };
    [header.as_bytes(), b".", &payload].concat()
}

/// A detached JWS that was received.
pub(super) struct Detached<'t> {
    encoded: &'t str,
    /// The protected header.
    pub(super) header: Value,
    signature: Vec<u8>,
}

impl<'t> Detached<'t> {
    /// Reads the compact serialisation, whose payload must be left out.
    pub(super) fn parse(text: &'t str) -> Result<Self, String> {
        let read = || {
            let (encoded, signature) = text.split_once("..")?;
            let header = serde_json::from_slice(&BASE64URL.decode(encoded).ok()?).ok()?;
            Some(Self { encoded, header, signature: BASE64URL.decode(signature).ok()? })
        };
        read().filter(|jws| jws.header.is_object()).ok_or_else(|| "it is not a detached JWS".to_owned())
    }

    /// The parameter at that location of the protected header, as text.
    pub(super) fn text(&self, at: &Pointer) -> String {
        let value = self.header.pointer(at.as_str()).unwrap_or(&Value::Null);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Verifies the signature of `content`.
    pub(super) fn verify(&self, key: &VerifyingKey, b64: bool, content: &[u8]) -> Result<(), String> {
        match key.verify(&signing_input(self.encoded, content, b64), &self.signature) {
            true => Ok(()),
            false => Err("the JWS does not fit the content and the key".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
