//! The redactor of a run.

use std::rc::Rc;

use bytes::Bytes;

use crate::contract::{Contract, Operation, ParameterIn, Route};
use crate::http::{Headers, MediaType, Request};
use crate::record::format::Redacted;
use crate::run::Outcome;

use super::exchange_redactor::ExchangeRedactor;
use super::recorded_request::Label;
use super::replace;
use super::secret::Secret;
use super::secrets::Secrets;
use super::sensitive_names::NamesByOperation;
use super::sensitive_values::{KnownValues, LastSearch, RunMemory};

/// What is redacted in addition to the secrets.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Names of properties, headers and query parameters (`redact:` in the configuration).
    pub names: Vec<String>,
}

/// Replaces secrets, including base64-, percent- and JSON-encoded ones, by `«secret:NAME»`. Replaces values that the rules or the
/// contract name (`format: password`, `writeOnly`, authorization, cookies, API keys) by `«redacted:N string»`, numbered per story.
pub struct Redactor {
    secrets: Secrets,
    names: NamesByOperation,
    memory: RunMemory,
    last: Rc<LastSearch>,
}

impl Redactor {
    /// Prepares the automaton over all secrets and their encodings.
    pub fn new(secrets: &[Secret], rules: Rules) -> Self {
        Self {
            secrets: Secrets::new(secrets),
            names: NamesByOperation::new(rules.names),
            memory: RunMemory::default(),
            last: Rc::default(),
        }
    }

    /// A redactor that hides nothing, for tests of redaction.
    #[cfg(test)]
    pub(crate) fn off() -> Self {
        Self {
            secrets: Secrets::new(&[]),
            names: NamesByOperation::off(),
            memory: RunMemory::default(),
            last: Rc::default(),
        }
    }

    /// Replaces every secret in a text that is not part of an entry: problems, progress.
    pub fn text(&self, text: &str) -> String {
        replace::all(text, self.secrets.replacements(text), &mut |_| {})
    }

    /// Forgets the numbers of the values of a story or of an independent case, which has ended: a hostile target sends thousands.
    pub fn forget(&mut self, scope: &str) {
        self.memory.forget(scope);
    }

    /// Returns how often something was replaced in entries, per rule.
    pub fn counts(&self) -> Vec<Redacted> {
        self.memory.counts().into_iter().map(|(rule, count)| Redacted { rule, count }).collect()
    }

    /// Whether a header or a query parameter of that name is sensitive in every exchange.
    pub fn is_sensitive(&mut self, contract: &Contract, place: ParameterIn, name: &str) -> bool {
        let names = self.names.names(contract, None);
        match place {
            ParameterIn::Header => names.has_header(name),
            ParameterIn::Query => names.has_query(name),
            ParameterIn::Path | ParameterIn::Cookie => false,
        }
    }

    /// Redacts a recorded request: secrets, and credentials wherever they occur, for which `label` gets name, value and whether it is
    /// a number. Short credentials are replaced under their names only.
    pub(crate) fn recorded(
        &mut self,
        contract: &Contract,
        operation: Option<&Operation>,
        request: &Request,
        label: Label<'_>,
    ) -> Request {
        let names = self.names.names(contract, operation);
        let mut memory = RunMemory::default();
        let values = KnownValues::new(Rc::clone(&self.last));
        let mut redactor = ExchangeRedactor { secrets: &self.secrets, memory: &mut memory, scope: "", names, values };
        redactor.recorded(request, operation.map_or("", |operation| &operation.path), label)
    }

    /// Redacts the URL of a request and notes about the exchange for a log: values under sensitive names are replaced too, also those
    /// in the `messages`, which are the request and, if there is one, the response. Bodies are searched only if something is logged
    /// that can contain a value of them.
    pub fn logged(
        &mut self,
        contract: &Contract,
        request: [&str; 2],
        messages: &[(Headers, Bytes)],
        notes: &[String],
    ) -> (String, Vec<String>) {
        let [method, url] = request;
        let path = url.split('?').next().unwrap_or_default();
        let operation = match contract.router.route(method, path) {
            Route::Found { operation, .. } => contract.operations.get(operation),
            Route::MethodNotAllowed { .. } | Route::NotFound => None,
        };
        let template = operation.map_or("", |operation| &operation.path);
        let names = self.names.names(contract, operation);
        let mut memory = RunMemory::default();
        let mut redactor = ExchangeRedactor {
            secrets: &self.secrets,
            memory: &mut memory,
            scope: "",
            names,
            values: KnownValues::new(Rc::clone(&self.last)),
        };
        redactor.learn_url(url, template);
        // A client does not know the response when it chooses the URL.
        let is_request_needed = !notes.is_empty() || url != template;
        for (index, (lines, body)) in messages.iter().enumerate() {
            redactor.learn_headers(lines);
            if is_request_needed && index == 0 || !notes.is_empty() {
                redactor.learn_body(body, lines.get("content-type").and_then(MediaType::of_line).as_ref());
            }
        }
        (redactor.url(url, template), notes.iter().map(|text| redactor.prose(text, false)).collect())
    }

    /// Returns the redactor of one outcome. Cases that may finish in any order number their values separately, so that the same
    /// run yields the same numbers.
    pub(in crate::record) fn exchange<'r>(
        &'r mut self,
        outcome: &Outcome<'r>,
        contract: &Contract,
    ) -> ExchangeRedactor<'r> {
        let operation = outcome.case.operation.and_then(|index| contract.operations.get(index));
        let scope = if outcome.story.file.independent { &outcome.case.id } else { &outcome.story.id };
        ExchangeRedactor {
            secrets: &self.secrets,
            values: KnownValues::carried(&mut self.memory, scope, Rc::clone(&self.last)),
            memory: &mut self.memory,
            scope,
            names: self.names.names(contract, operation),
        }
    }
}
