//! Compiles the signature of a target.

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::sign::{self, SignTemplate, SignedHeader};

use super::format::Config;
use super::secrets::Vault;
use super::sign_format::SignFormat;

/// The compiled signature of a target.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signature {
    /// The text that is signed.
    pub text: Option<SignTemplate>,
    /// The header fields.
    pub headers: Vec<SignedHeader>,
}

/// Compiles `format`; `report` receives problems with the location within the signature.
pub(super) fn compile(
    format: &SignFormat,
    vault: &mut Vault<'_>,
    report: &mut dyn FnMut(Pointer, Problem),
) -> Signature {
    let root = Pointer::root();
    let mut template = |text: &str, at: Pointer, names: &[&str]| {
        vault.template(text, names).map_err(|problem| report(at, problem)).ok()
    };
    let (text_name, others) = sign::NAMES.split_last().expect("it has names");
    let names = if format.text.is_some() { &sign::NAMES[..] } else { others };
    let text = format.text.as_ref().and_then(|text| template(text, root.join(text_name), others));
    let mut headers = Vec::new();
    for (name, value) in &format.headers {
        let value = template(value, root.join("headers").join(name), names);
        headers.extend(value.map(|value| SignedHeader { name: name.clone(), value }));
    }
    Signature { text, headers }
}

/// The header fields of all signatures in the configuration whose values say something about a secret or the contents of a request.
pub(super) fn sensitive_headers(config: &Config) -> impl Iterator<Item = &str> {
    let signatures = config.targets.values().filter_map(|target| target.sign.as_ref());
    let headers = signatures.flat_map(|sign| &sign.headers);
    headers.filter(|(_, value)| is_sensitive(value)).map(|(name, _)| name.as_str())
}

fn is_sensitive(text: &str) -> bool {
    let names = Vault::names(text);
    names.is_none_or(|names| names.iter().any(|name| !name.public && !sign::is_public(&name.path)))
}
