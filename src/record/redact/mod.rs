//! What must not be seen is replaced here, once, before anything is shown or written.
//!
//! Two kinds of things are hidden. Secrets of the run are known beforehand and are found anywhere by one automaton. Values under
//! sensitive names (of the configuration, of HTTP, of the contract) are only known once an exchange is there: they are learned
//! from all its parts first, then replaced wherever they occur in it.

mod decode;
mod json;
mod locate;
mod mask;
mod names;
mod needles;
mod secrets;
mod spelling;
mod values;
mod veil;
mod xml;

use std::fmt;

use crate::contract::{Contract, Route};
use crate::run::Outcome;

use super::Redacted;

pub(super) use names::Names;
pub(super) use veil::Veil;

use names::Registry;
use secrets::Secrets;
use values::{Memory, Values};

/// A secret of the run and the name it is shown by: `«secret:NAME»`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// `IMPRINT_API_KEY`.
    pub name: String,
    /// The value; at least 8 bytes.
    pub value: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«secret:{}»", self.name)
    }
}

/// What is redacted beside the secrets.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Names of properties, headers and query parameters (`redact:` of the configuration).
    pub names: Vec<String>,
}

/// Replaces secrets (also base64-, percent- and JSON-encoded ones) by `«secret:NAME»`, and values named by the rules or the
/// contract (`format: password`, `writeOnly`, authorization, cookies, apiKey parameters) by `«redacted:N string»`, numbered
/// within a story.
pub struct Redactor {
    secrets: Secrets,
    registry: Registry,
    memory: Memory,
}

impl Redactor {
    /// Prepares the automaton over all secrets and their encodings.
    pub fn new(secrets: &[Secret], rules: Rules) -> Self {
        Self { secrets: Secrets::new(secrets), registry: Registry::new(rules.names), memory: Memory::default() }
    }

    /// One that hides nothing, for tests of what hides.
    #[cfg(test)]
    pub(crate) fn off() -> Self {
        Self { secrets: Secrets::new(&[]), registry: Registry::off(), memory: Memory::default() }
    }

    /// `text` with every secret replaced: for texts outside entries (problems, progress).
    pub fn text(&self, text: &str) -> String {
        mask::apply(text, self.secrets.cuts(text), &mut |_| {})
    }

    /// What was replaced in entries, by rule.
    pub fn told(&self) -> Vec<Redacted> {
        self.memory.counts().into_iter().map(|(rule, count)| Redacted { rule, count }).collect()
    }

    /// The URL of a request, and what is said of it, as a log shows them: without values under sensitive names.
    pub fn logged(&mut self, contract: &Contract, request: [&str; 2], said: &[String]) -> (String, Vec<String>) {
        let [method, url] = request;
        let path = url.split('?').next().unwrap_or_default();
        let operation = match contract.router.route(method, path) {
            Route::Found { operation, .. } => contract.operations.get(operation),
            Route::MethodNotAllowed { .. } | Route::NotFound => None,
        };
        let template = operation.map_or("", |operation| &operation.path);
        let names = self.registry.names(contract, operation);
        let mut memory = Memory::default();
        let mut veil =
            Veil { secrets: &self.secrets, memory: &mut memory, scope: "", names, values: Values::default() };
        veil.learn_url(url, template);
        (veil.url(url, template), said.iter().map(|text| veil.prose(text, false)).collect())
    }

    /// The veil over one outcome. Cases that may finish in any order number their values each for itself, so that the same
    /// run gives the same numbers.
    pub(super) fn veil<'r>(&'r mut self, outcome: &Outcome<'r>, contract: &Contract) -> Veil<'r> {
        let operation = outcome.case.operation.and_then(|index| contract.operations.get(index));
        let scope = if outcome.story.file.independent { &outcome.case.id } else { &outcome.story.id };
        Veil {
            secrets: &self.secrets,
            values: Values::carried(&mut self.memory, scope),
            memory: &mut self.memory,
            scope,
            names: self.registry.names(contract, operation),
        }
    }
}
