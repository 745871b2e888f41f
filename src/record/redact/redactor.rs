//! The redactor of a run.

use std::rc::Rc;

use bytes::Bytes;

use crate::contract::{Contract, Operation, ParameterIn};
use crate::http::{Headers, MediaType, Request};
use crate::pointer::Pointer;
use crate::record::body::KEPT_WHEN_WELL;
use crate::record::format::{Body, Redacted};
use crate::run::Outcome;

use super::exchange_redactor::ExchangeRedactor;
use super::recorded_request::Label;
use super::replace;
use super::secrets::Secrets;
use super::sensitive_names::{NamesByOperation, SensitiveNames};
use super::sensitive_values::{KnownValues, LastSearch, RunMemory};
use super::session_memory::SessionMemory;
use crate::secret::Secret;

/// Scope of the credentials of recorded requests.
const RECORDED: &str = "";

/// What is redacted in addition to the secrets.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Names of properties, headers and query parameters (`redact:` in the configuration).
    pub names: Vec<String>,
}

/// A message in the journal of a mock, redacted.
#[derive(Debug)]
pub(crate) struct JournaledMessage {
    /// Header lines as name and value, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// The content, shortened.
    pub(crate) body: Body,
}

/// Replaces secrets, including base64-, percent- and JSON-encoded ones, by `«secret:NAME»`. Replaces values that the rules or the
/// contract name (`format: password`, `writeOnly`, authorization, cookies, API keys) by `«redacted:N string»`, numbered per story.
pub struct Redactor {
    secrets: Secrets,
    names: NamesByOperation,
    memory: RunMemory,
    session: SessionMemory,
    last: Rc<LastSearch>,
}

impl Redactor {
    /// Prepares the automaton over all secrets and their encodings.
    pub fn new(secrets: &[Secret], rules: Rules) -> Self {
        Self {
            secrets: Secrets::new(secrets),
            names: NamesByOperation::new(rules.names),
            memory: RunMemory::default(),
            session: SessionMemory::default(),
            last: Rc::default(),
        }
    }

    /// Redacts a further secret, which the run received.
    pub(crate) fn learn(&mut self, secret: Secret) {
        self.secrets.add(secret);
    }

    /// A redactor that hides nothing, for tests of redaction.
    #[cfg(test)]
    pub(crate) fn off() -> Self {
        Self {
            secrets: Secrets::new(&[]),
            names: NamesByOperation::off(),
            memory: RunMemory::default(),
            session: SessionMemory::default(),
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

    /// The names whose values are redacted in exchanges of `operation`.
    pub(in crate::record) fn names_of(
        &mut self,
        contract: &Contract,
        operation: Option<&Operation>,
    ) -> Rc<SensitiveNames> {
        self.names.names(contract, operation)
    }

    /// Whether the values of properties and query parameters of that name are redacted.
    pub(crate) fn hides_name(&mut self, contract: &Contract, operation: &Operation, name: &str) -> bool {
        self.names.names(contract, Some(operation)).has_query(name)
    }

    /// Whether the value at a location of a body is redacted.
    pub(crate) fn hides(&mut self, contract: &Contract, operation: Option<&Operation>, at: &Pointer) -> bool {
        let names = self.names.names(contract, operation);
        names.pointer(at).is_some() || at.last().is_some_and(|name| names.has(&name))
    }

    /// Remembers the credentials of a request, which [`recorded`](Self::recorded) replaces in every request.
    pub(crate) fn remember(&mut self, contract: &Contract, operation: Option<&Operation>, request: &Request) {
        let mut redactor = ExchangeRedactor {
            secrets: &self.secrets,
            memory: &mut self.memory,
            scope: RECORDED,
            names: self.names.names(contract, operation),
            values: KnownValues::new(Rc::clone(&self.last)),
            earlier: None,
        };
        redactor.learn_request(request, operation.map_or("", |operation| &operation.path));
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
        let values = KnownValues::carried(&mut self.memory, RECORDED, Rc::clone(&self.last));
        // What is not remembered is known in its own request.
        let mut memory = RunMemory::default();
        let mut redactor = ExchangeRedactor {
            secrets: &self.secrets,
            memory: &mut memory,
            scope: RECORDED,
            names,
            values,
            earlier: None,
        };
        redactor.recorded(request, operation.map_or("", |operation| &operation.path), label)
    }

    /// Redacts the URL of a request and notes about the exchange for a log: values under sensitive names are replaced too, also those
    /// in the `messages`, which are the request and, if there is one, the response, and those of earlier exchanges. The path may begin
    /// with that of a server of the document.
    pub fn logged(
        &mut self,
        contract: &Contract,
        (operation, url): (Option<&Operation>, &str),
        messages: &[(Headers, Bytes)],
        notes: &[String],
    ) -> (String, Vec<String>) {
        let template = &*operation.map_or_else(String::new, |operation| behind_server(url, &operation.path));
        let mut memory = RunMemory::default();
        let redactor = self.in_session(contract, (operation, url, template), messages, &mut memory);
        if notes.is_empty() && url == template {
            // Nothing is logged but the text of the contract, which needs no search for values.
            return (self.text(url), Vec::new());
        }
        (redactor.url(url, template), notes.iter().map(|text| redactor.prose(text, false)).collect())
    }

    /// Remembers the values of an exchange that is not logged; later ones may repeat them. Parameters as for [`Redactor::logged`].
    pub(crate) fn unlogged(
        &mut self,
        contract: &Contract,
        (operation, url): (Option<&Operation>, &str),
        messages: &[(Headers, Bytes)],
    ) {
        let template = &*operation.map_or_else(String::new, |operation| behind_server(url, &operation.path));
        self.in_session(contract, (operation, url, template), messages, &mut RunMemory::default());
    }

    /// Redacts a whole exchange for the journal of a mock: its URL, the notes about it, and its messages, with bodies like those of a
    /// passed case. A body that is smaller than its size was not kept. Parameters as for [`Redactor::logged`].
    pub(crate) fn journaled(
        &mut self,
        contract: &Contract,
        (operation, url): (Option<&Operation>, &str),
        (messages, sizes): (&[(Headers, Bytes)], &[usize]),
        notes: &[String],
    ) -> (String, Vec<String>, Vec<JournaledMessage>) {
        let template = &*operation.map_or_else(String::new, |operation| behind_server(url, &operation.path));
        let mut memory = RunMemory::default();
        let redactor = self.in_session(contract, (operation, url, template), messages, &mut memory);
        let shown = messages.iter().zip(sizes).map(|((lines, body), size)| {
            let media_type = lines.get("content-type").and_then(MediaType::of_line);
            let headers = lines.iter().map(|(name, value)| (redactor.text(name), redactor.header(name, value)));
            let body = match body.len() < *size {
                true => Body::left_out(*size as u64),
                false => Body::from_bytes(body, media_type.as_ref(), KEPT_WHEN_WELL, &redactor),
            };
            JournaledMessage { headers: headers.collect(), body }
        });
        let shown = shown.collect();
        (redactor.url(url, template), notes.iter().map(|text| redactor.prose(text, false)).collect(), shown)
    }

    /// Returns the redactor of one exchange of a server, with the values of that exchange and of earlier ones.
    fn in_session<'r>(
        &'r mut self,
        contract: &Contract,
        (operation, url, template): (Option<&Operation>, &str, &str),
        messages: &[(Headers, Bytes)],
        memory: &'r mut RunMemory,
    ) -> ExchangeRedactor<'r> {
        let values = KnownValues::new(Rc::clone(&self.last));
        let names = self.names.names(contract, operation);
        let mut redactor = ExchangeRedactor { secrets: &self.secrets, memory, scope: "", names, values, earlier: None };
        redactor.learn_url(url, template);
        let mut messages = messages.iter();
        let mut learn_next = |redactor: &mut ExchangeRedactor<'_>| {
            if let Some((lines, body)) = messages.next() {
                redactor.learn_headers(lines);
                redactor.learn_body(body, lines.get("content-type").and_then(MediaType::of_line).as_ref());
            }
        };
        learn_next(&mut redactor);
        self.session.remember_request(&redactor.values);
        let known = redactor.values.anywhere().count();
        learn_next(&mut redactor);
        self.session.remember_response(&redactor.values, known);
        ExchangeRedactor { earlier: Some(&self.session), ..redactor }
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
            earlier: None,
        }
    }
}

/// The path template of an operation behind the first segments of `url`, which are the path of a server.
fn behind_server(url: &str, template: &str) -> String {
    let path = url.split('?').next().unwrap_or_default();
    let length = |path: &str| path.split('/').count();
    let server = length(path).saturating_sub(length(template));
    path.split('/').take(server + 1).collect::<Vec<_>>().join("/") + template
}
