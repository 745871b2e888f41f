//! Captured values that later cases use as credentials: they are sensitive from the response that brings them.

use crate::case::CredentialNames;
use crate::run::{Captured, Outcome};

use super::sensitive_names::SensitiveNames;

/// Returns the captures of the outcome that some case of its story sends as a credential.
pub(in crate::record) fn credentials<'o>(outcome: &'o Outcome<'_>, names: &SensitiveNames) -> Vec<&'o Captured<'o>> {
    let names = CredentialNames {
        header: &|name| names.has_header(name),
        query: &|name| names.has_query(name),
        property: &|name| names.has(name),
    };
    let is_sent = |captured: &&Captured<'_>| {
        outcome.story.every().any(|case| case.request.sends_as_credential(captured.name, &names))
    };
    outcome.captured.iter().filter(is_sent).collect()
}
