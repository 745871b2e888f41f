//! Compiles the signature of a target.

use serde_json::Value;

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::quantity::{self, count};
use crate::sign::{
    self, Algorithm, Component, DigestAlgorithm, Jws, MessageSignature, Signature, SignedHeader, SigningKey,
};

use super::deserialize::with_suggestion;
use super::format::Config;
use super::secrets::Vault;
use super::sign_format::{JwsFormat, MessageSignatureFormat, SignFormat, VerifyFormat};

/// Minimum length of a shared secret for HS256 in bytes.
const MIN_JWS_SECRET: usize = 32;

/// Compiles signatures, and reports problems with their location within the signature.
pub(super) struct Compiler<'c, 'v> {
    pub(super) vault: &'c mut Vault<'v>,
    pub(super) report: &'c mut dyn FnMut(Pointer, Problem),
}

/// Compiles `format`.
pub(super) fn compile(format: &SignFormat, compiler: &mut Compiler<'_, '_>) -> Signature {
    let root = Pointer::root();
    let (text_name, others) = sign::NAMES.split_last().expect("it has names");
    let names = if format.text.is_some() { &sign::NAMES[..] } else { others };
    let text = format.text.as_ref().and_then(|text| compiler.template(text, root.join(text_name), others));
    let mut headers = Vec::new();
    compiler.header_names(format);
    for (name, value) in &format.headers {
        let value = compiler.template(value, root.join("headers").join(name), names);
        headers.extend(value.map(|value| SignedHeader { name: name.clone(), value }));
    }
    let jws = format.jws.as_ref().and_then(|jws| compiler.jws(jws, &root.join("jws"), names));
    let message = format.http_message_signature.as_ref();
    let message = message.and_then(|format| compiler.message(format, &root.join("http_message_signature")));
    Signature { text, headers, jws, message }
}

impl Compiler<'_, '_> {
    pub(super) fn template(&mut self, text: &str, at: Pointer, names: &[&str]) -> Option<sign::SignTemplate> {
        self.vault.template(text, names).map_err(|problem| (self.report)(at, problem)).ok()
    }

    fn jws(&mut self, format: &JwsFormat, at: &Pointer, names: &[&str]) -> Option<Jws> {
        let algorithm = self.known("algorithm", &format.algorithm, &sign::JWS_ALGORITHMS, at);
        let key_id = self.text(format.key_id.as_deref(), at.join("key_id"));
        let templates = self.protected(format, &at.join("protected"), names);
        self.header_name(format.header.as_deref(), at);
        let (name, algorithm) = algorithm?;
        Some(Jws {
            header: format.header.clone().unwrap_or_else(|| sign::JWS_HEADER.to_owned()),
            algorithm: name,
            key: self.signing_key(&format.key, algorithm, MIN_JWS_SECRET, at.join("key"))?,
            key_id: key_id?,
            b64: format.b64.unwrap_or(true),
            protected: format.protected.clone(),
            templates,
        })
    }

    fn message(&mut self, format: &MessageSignatureFormat, at: &Pointer) -> Option<MessageSignature> {
        let algorithm = self.known("algorithm", &format.algorithm, &sign::MESSAGE_ALGORITHMS, at);
        let key_id = self.text(format.key_id.as_deref(), at.join("key_id"));
        let components =
            format.components.as_ref().map(|components| self.components(components, false, &at.join("components")));
        let expires =
            format.expires.as_deref().and_then(|text| self.valid(quantity::parse_duration(text), at.join("expires")));
        if expires.is_some_and(|expires| expires.as_secs() == 0) {
            let message = "the signature would have expired when it is received: expected at least `1s`";
            (self.report)(at.join("expires"), Problem::new(message));
        }
        let name = format.content_digest.as_deref();
        let digest = name.and_then(|name| self.known("content_digest", name, &DigestAlgorithm::ALL, at));
        let label = format.label.as_deref().unwrap_or(sign::LABEL);
        self.valid(sign::check_label(label), at.join("label"));
        let id = key_id.as_ref().and_then(|id| id.as_deref());
        self.valid(id.map_or(Ok(()), sign::check_string), at.join("key_id"));
        self.valid(format.tag.as_deref().map_or(Ok(()), sign::check_string), at.join("tag"));
        Some(MessageSignature {
            key: self.signing_key(&format.key, algorithm?.1, 1, at.join("key"))?,
            key_id: key_id?,
            label: label.to_owned(),
            components,
            created: format.created.unwrap_or(true),
            expires: expires.map(|expires| i64::try_from(expires.as_secs()).unwrap_or(i64::MAX)),
            nonce: format.nonce,
            tag: format.tag.clone(),
            digest: digest.map(|(_, digest)| digest).unwrap_or_default(),
        })
    }

    pub(super) fn components(&mut self, written: &[String], is_response: bool, at: &Pointer) -> Vec<Component> {
        let mut components: Vec<Component> = Vec::new();
        for (index, text) in written.iter().enumerate() {
            let component = self.valid(Component::parse(text, is_response), at.join(index));
            if component.as_ref().is_some_and(|component| components.contains(component)) {
                (self.report)(at.join(index), Problem::new("the component is listed twice"));
            }
            components.extend(component);
        }
        if written.is_empty() {
            let problem = Problem::new("without a component, the signature signs nothing of the message");
            (self.report)(at.clone(), problem.help("leave the key out for the default"));
        }
        components
    }

    /// Reports a signature of nothing, and header fields that a signature cannot set.
    fn header_names(&mut self, format: &SignFormat) {
        let SignFormat { headers, jws, http_message_signature: message, .. } = format;
        let root = Pointer::root();
        if headers.is_empty() && jws.is_none() && message.is_none() {
            let problem = Problem::new("nothing is signed: expected `headers`, `jws` or `http_message_signature`");
            (self.report)(root.clone(), problem);
        }
        let mut set: Vec<String> = Vec::new();
        if message.is_some() {
            set.extend(["signature", "signature-input"].map(str::to_owned));
        }
        let of_jws = jws.iter().map(|jws| {
            (jws.header.clone().unwrap_or_else(|| sign::JWS_HEADER.to_owned()), root.join("jws").join("header"))
        });
        let of_headers = headers.keys().map(|name| (name.clone(), root.join("headers").join(name)));
        for (name, at) in of_jws.chain(of_headers) {
            let lower = name.to_ascii_lowercase();
            let problem = match &*lower {
                "host" | "content-length" | "transfer-encoding" | "connection" => "is written by the HTTP client",
                _ if set.contains(&lower) => "is set twice",
                _ => "",
            };
            if !problem.is_empty() {
                (self.report)(at, Problem::new(format!("the header field `{}` {problem}", name.escape_debug())));
            }
            set.push(lower);
        }
    }

    /// Reports a name that no header field can have.
    pub(super) fn header_name(&mut self, name: Option<&str>, at: &Pointer) {
        let name = name.unwrap_or(sign::JWS_HEADER);
        if ::http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            let message = format!("`{}` is not a header name", name.escape_debug());
            (self.report)(at.join("header"), Problem::new(message));
        }
    }

    /// Reports an error.
    pub(super) fn valid<T>(&mut self, result: Result<T, String>, at: Pointer) -> Option<T> {
        result.map_err(|message| (self.report)(at, Problem::new(message))).ok()
    }

    /// The templates in `protected`, whose names must not be those that signoff writes.
    fn protected(&mut self, format: &JwsFormat, at: &Pointer, names: &[&str]) -> Vec<(Pointer, sign::SignTemplate)> {
        let written = [("alg", "algorithm"), ("kid", "key_id"), ("b64", "b64")];
        for (name, key) in written.iter().filter(|(name, _)| format.protected.contains_key(*name)) {
            let problem = Problem::new(format!("`{name}` is written by signoff")).help(format!("use `{key}`"));
            (self.report)(at.join(name), problem);
        }
        let known =
            |name: &Value| name.as_str().is_some_and(|name| name == "b64" || format.protected.contains_key(name));
        let critical = format.protected.get("crit");
        if critical
            .is_some_and(|names| names.as_array().is_none_or(|names| names.is_empty() || !names.iter().all(known)))
        {
            let message = "`crit` must be a list of names of the protected header";
            (self.report)(at.join("crit"), Problem::new(message));
        }
        let mut templates = Vec::new();
        let mut pending: Vec<_> =
            format.protected.iter().map(|(name, value)| (Pointer::root().join(name), value)).collect();
        while let Some((within, value)) = pending.pop() {
            match value {
                Value::String(text) if text.contains("${") => {
                    let template = self.template(text, at.concat(&within), names);
                    templates.extend(template.map(|template| (within, template)));
                }
                Value::Array(items) => {
                    pending.extend(items.iter().enumerate().map(|(index, item)| (within.join(index), item)));
                }
                Value::Object(members) => {
                    pending.extend(members.iter().map(|(name, member)| (within.join(name), member)));
                }
                _ => {}
            }
        }
        templates
    }

    /// Finds the value of `key` by its name.
    pub(super) fn known<T: Copy>(
        &mut self,
        key: &str,
        name: &str,
        known: &'static [(&'static str, T)],
        at: &Pointer,
    ) -> Option<(&'static str, T)> {
        let found = known.iter().find(|(known, _)| *known == name).copied();
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            let problem = Problem::new(format!("unknown {} `{name}`", key.replace('_', " ")));
            (self.report)(at.join(key), with_suggestion(problem, name, &names, "names"));
        }
        found
    }

    /// A key, of which a shared secret has at least so many bytes.
    fn signing_key(&mut self, text: &str, algorithm: Algorithm, least: usize, at: Pointer) -> Option<SigningKey> {
        if !text.contains("${") {
            self.vault.keep_unless_known("key", text);
        }
        let key = self.vault.key_bytes(text).and_then(|key| match key {
            Some(key) if algorithm == Algorithm::HmacSha256 && (1..least).contains(&key.len()) => {
                let message = format!(
                    "the shared secret has {}, RFC 7518 §3.2 requires {least}",
                    count(key.len() as u64, "byte")
                );
                Err(Problem::new(message))
            }
            // No PEM has one line only.
            Some(_) if algorithm != Algorithm::HmacSha256 && is_path(text) => {
                let message = "expected a private key in PEM, found a path";
                Err(Problem::new(message).help("`${file(\"PATH\")}` reads a file"))
            }
            Some(key) => SigningKey::parse(algorithm, &key).map_err(Problem::new),
            None => Ok(SigningKey::unknown(algorithm)),
        });
        key.map_err(|problem| (self.report)(at, problem)).ok()
    }

    /// A string that may contain environment variables; none if it is invalid.
    fn text(&mut self, text: Option<&str>, at: Pointer) -> Option<Option<String>> {
        let Some(text) = text else { return Some(None) };
        let bytes = self.vault.key_bytes(text).map_err(|problem| (self.report)(at, problem)).ok()?;
        Some(Some(bytes.map_or_else(String::new, |bytes| String::from_utf8_lossy(&bytes).into_owned())))
    }
}

/// The header fields of all signatures in the configuration whose values say something about a secret or the contents of a request.
pub(super) fn sensitive_headers(config: &Config) -> Vec<String> {
    let mut names = Vec::new();
    for VerifyFormat { headers, jws, http_message_signature, .. } in
        config.targets.values().filter_map(|target| target.verify.as_ref())
    {
        names.extend(headers.keys().cloned());
        names.extend(jws.as_ref().map(|jws| jws.header.clone().unwrap_or_else(|| sign::JWS_HEADER.to_owned())));
        names.extend(http_message_signature.as_ref().map(|_| sign::SIGNATURE.to_owned()));
    }
    let signatures = config.targets.values().filter_map(|target| target.sign.as_ref());
    for SignFormat { headers, jws, http_message_signature, .. } in signatures {
        names.extend(headers.iter().filter(|(_, value)| is_sensitive(value)).map(|(name, _)| name.clone()));
        let header = |jws: &JwsFormat| jws.header.clone().unwrap_or_else(|| sign::JWS_HEADER.to_owned());
        names.extend(jws.as_ref().map(header));
        if http_message_signature.is_some() {
            names.extend([sign::SIGNATURE, sign::CONTENT_DIGEST].map(str::to_owned));
        }
    }
    names
}

/// Whether the text looks like the path of a key.
fn is_path(text: &str) -> bool {
    let extension = text.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("pem" | "key" | "crt" | "der" | "p8")) && !text.contains("${") && !text.contains('\n')
}

fn is_sensitive(text: &str) -> bool {
    let names = Vault::names(text);
    names.is_none_or(|names| names.iter().any(|name| !name.public && !sign::is_public(&name.path)))
}
