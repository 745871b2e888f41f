//! Compiles how the responses of a target are signed.

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::quantity;
use crate::sign::{self, Algorithm, JwsCheck, SignatureCheck, SignedHeader, Verification, VerifyingKey};

use super::sign::Compiler;
use super::sign_format::{JwsCheckFormat, MessageCheckFormat, VerifyFormat};

/// Compiles `format`.
pub(super) fn compile(format: &VerifyFormat, compiler: &mut Compiler<'_, '_>) -> Verification {
    let root = Pointer::root();
    let (text_name, others) = sign::RESPONSE_NAMES.split_last().expect("it has names");
    let names = if format.text.is_some() { &sign::RESPONSE_NAMES[..] } else { others };
    let text = format.text.as_ref().and_then(|text| compiler.template(text, root.join(text_name), others));
    let mut headers = Vec::new();
    for (name, value) in &format.headers {
        let value = compiler.template(value, root.join("headers").join(name), names);
        headers.extend(value.map(|value| SignedHeader { name: name.clone(), value }));
    }
    let jws = format.jws.as_ref().and_then(|jws| compiler.jws_check(jws, &root.join("jws")));
    let message = format.http_message_signature.as_ref();
    let message = message.and_then(|format| compiler.message_check(format, &root.join("http_message_signature")));
    Verification { text, headers, jws, message }
}

impl Compiler<'_, '_> {
    fn jws_check(&mut self, format: &JwsCheckFormat, at: &Pointer) -> Option<JwsCheck> {
        self.header_name(format.header.as_deref(), at);
        let (name, algorithm) = self.known("algorithm", &format.algorithm, &sign::JWS_ALGORITHMS, at)?;
        Some(JwsCheck {
            header: format.header.clone().unwrap_or_else(|| sign::JWS_HEADER.to_owned()),
            algorithm: name,
            key: self.verifying_key(&format.key, algorithm, at.join("key"))?,
            b64: format.b64.unwrap_or(true),
        })
    }

    fn message_check(
        &mut self,
        format: &MessageCheckFormat,
        at: &Pointer,
    ) -> Option<(SignatureCheck, Option<Vec<sign::Component>>)> {
        let algorithm = self.known("algorithm", &format.algorithm, &sign::MESSAGE_ALGORITHMS, at);
        let components = format.components.as_ref();
        let components = components.map(|components| self.components(components, true, &at.join("components")));
        let age = format.max_age.as_deref();
        let max_age = age.and_then(|text| self.valid(quantity::parse_duration(text), at.join("max_age")));
        let check = SignatureCheck {
            key: self.verifying_key(&format.key, algorithm?.1, at.join("key"))?,
            label: format.label.clone(),
            key_id: None,
            tag: None,
            nonce: false,
            lifetime: None,
            max_age: max_age.map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX)),
        };
        Some((check, components))
    }

    /// The key; none if it is invalid, or needs a variable that is not set, in a check that sends nothing.
    fn verifying_key(&mut self, text: &str, algorithm: Algorithm, at: Pointer) -> Option<VerifyingKey> {
        let parse = |key: Option<Vec<u8>>| key.map(|key| VerifyingKey::parse(algorithm, &key)).transpose();
        let key = self.vault.key_bytes(text).and_then(|key| parse(key).map_err(Problem::new));
        key.map_err(|problem| (self.report)(at, problem)).ok().flatten()
    }
}
