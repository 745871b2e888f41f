//! The signatures that `signoff mock` verifies.

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::sign::RequestVerifier;

use super::secrets::Vault;
use super::settings::Settings;
use super::sign::{Compiler, compile};
use super::target::MOCK;

/// What verifies the requests to the mock: the signature of the target `mock`, if the document is the configured one.
pub(crate) fn verifier(settings: &Settings, vault: &mut Vault<'_>) -> Result<Option<RequestVerifier>, Vec<Problem>> {
    let target =
        settings.file.config.targets.get(MOCK).filter(|target| target.mock.is_some() && settings.is_configured());
    let Some(format) = target.and_then(|target| target.sign.as_ref()) else { return Ok(None) };
    let at = Pointer::root().join("targets").join(MOCK).join("sign");
    let mut problems = Vec::new();
    let mut report = |inner: Pointer, problem| problems.push(settings.file.placed(&at.concat(&inner), problem));
    let signature = compile(format, &mut Compiler { vault, report: &mut report });
    match RequestVerifier::new(signature) {
        Ok(verifier) if problems.is_empty() => return Ok(Some(verifier)),
        Err(message) => problems.push(settings.file.placed(&at, Problem::new(message))),
        Ok(_) => {}
    }
    Err(problems)
}
