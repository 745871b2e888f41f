//! The contract: an OpenAPI document, resolved and compiled once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::document::{Document, End};
use crate::place::{Place, Snippet};
use crate::problem::Problem;
use crate::quantity::count;
use crate::rules;

use super::assumption::{Assumptions, contains};
use super::clause::ClauseSet;
use super::overlay::Amendment;
use super::refs::{Refs, Uris};
use super::schema::SchemaView;
use super::server::Server;
use super::version::OasVersion;
use super::{Anchor, Operation, Router, Schemas, SecurityScheme, StatusKey};

/// Unusable operations that a command names that uses the others.
pub(crate) const MAX_NAMES: usize = 3;

/// A loaded OpenAPI document with its compiled schemas and routes.
#[derive(Debug)]
pub struct Contract {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The OpenAPI version.
    pub openapi: OasVersion,
    /// SHA-256 over the bytes of all files, lower-case hex.
    pub sha256: String,
    /// Every file that was read; the first is the named document.
    pub documents: Vec<Document>,
    /// URIs of the documents, against which their references are resolved.
    pub(super) uris: Uris,
    /// Every path operation, in document order: what clients may send. Router, runs, mocks and coverage use only these.
    pub operations: Vec<Operation>,
    /// Every operation of a webhook: what the target sends.
    pub webhooks: Vec<Operation>,
    /// Every operation of a callback: what the target sends after a request that named a URL.
    pub callbacks: Vec<Operation>,
    /// Finds the operation for a method and a path.
    pub router: Router,
    /// The compiled schemas.
    pub schemas: Schemas,
    /// `components.securitySchemes`, resolved.
    pub security_schemes: BTreeMap<String, SecurityScheme>,
    /// The servers of the document.
    pub servers: Vec<Server>,
    /// The overlays, in the order in which they were applied.
    pub overlays: Vec<Arc<Document>>,
    /// Changes that overlays made to the published document, per action.
    pub amendments: Vec<Amendment>,
    /// The parts of the document that depend on overlays.
    pub(super) assumptions: Assumptions,
    /// Errors, by which some operations are unusable.
    pub errors: Vec<Problem>,
    /// Problems that do not prevent checking.
    pub warnings: Vec<Problem>,
    /// The same of webhooks and callbacks, which no run uses: only [`super::lint`] reports it.
    pub(super) warnings_aside: Vec<Problem>,
    /// The schemas that only webhooks and callbacks use, unless a reference in them does not exist: only lint compiles them.
    pub(super) schemas_aside: Vec<Anchor>,
    /// Its clauses, derived when they are first needed.
    pub(super) clauses: OnceLock<ClauseSet>,
}

impl Contract {
    /// The path operation of that `operationId`, or `POST /path/{template}`.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.is_called(name))
    }

    /// What the errors of the document mean for a command that uses it, in one line that names at most `most` operations; none without
    /// errors.
    pub(crate) fn fault(&self, most: usize) -> Option<Problem> {
        let first = self.errors.first()?;
        let errors = match (self.errors.len(), &first.at) {
            (1, Some(at)) => format!("an error at {}", at.place),
            (number, Some(at)) => format!("{number} errors, the first at {}", at.place),
            (number, None) => count(number as u64, "error"),
        };
        let unusable: Vec<_> = self.operations.iter().filter(|operation| operation.fault.is_some()).collect();
        let names: Vec<_> = unusable.iter().take(most).map(|operation| operation.name.as_str()).collect();
        let more = match unusable.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more; see `signoff check`"),
        };
        let (number, all) = (unusable.len(), count(self.operations.len() as u64, "operation"));
        let message =
            format!("the document has {errors}: {number} of {all} cannot be checked ({}{more})", names.join(", "));
        Some(Problem::new(message).rule(first.rule.unwrap_or(rules::STRUCTURE)).as_warning())
    }

    /// What every command that uses the document reports: its errors, and actions of overlays that have no effect.
    pub(crate) fn notices(&self) -> Vec<Problem> {
        let overlays = self.warnings.iter().filter(|warning| warning.rule == Some(rules::OVERLAY)).cloned();
        self.fault(MAX_NAMES).into_iter().chain(overlays).collect()
    }

    /// The operations of every kind: of paths, webhooks and callbacks.
    pub(super) fn operations_of_every_kind(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().chain(&self.webhooks).chain(&self.callbacks)
    }

    /// File, line and column of `anchor`; for a property that of its key.
    pub fn place(&self, anchor: &Anchor) -> Place {
        self.documents[anchor.document].locate(&anchor.pointer, End::Key)
    }

    /// The source line of `anchor`.
    pub fn snippet(&self, anchor: &Anchor) -> Snippet {
        self.documents[anchor.document].snippet(&anchor.pointer, End::Key)
    }

    /// The value at `anchor`.
    pub fn value(&self, anchor: &Anchor) -> Option<&Value> {
        self.refs().value(anchor)
    }

    /// The node that the reference of `object`, the node at `at`, leads to; none without one in these files.
    pub fn referred(&self, at: &Anchor, object: &Value) -> Option<Anchor> {
        self.refs().referred(at, object).filter(|anchor| self.value(anchor).is_some())
    }

    /// The schema at `anchor`.
    pub(crate) fn schema(&self, anchor: &Anchor) -> Option<SchemaView<'_>> {
        SchemaView::new(self.refs(), anchor.clone())
    }

    /// The nodes of overlays that the verdict on an exchange depends on: a request of `operation` with the declared response
    /// `status`.
    pub fn assumptions(&self, operation: &Operation, status: Option<StatusKey>) -> BTreeSet<&Anchor> {
        let is_response = |declared: &StatusKey| Some(*declared) == status;
        let responses = operation.responses.iter().filter(|response| is_response(&response.status));
        let parts = operation.parameters.iter().map(|parameter| &parameter.anchor);
        let parts = parts.chain(operation.request_body.iter().map(|body| &body.anchor));
        let parts = parts.chain(responses.map(|response| &response.anchor));
        let under: BTreeSet<_> = parts.flat_map(|anchor| self.assumptions.under(anchor)).collect();
        let whole =
            self.assumptions.under(&operation.anchor).into_iter().filter(|source| contains(source, &operation.anchor));
        under.into_iter().chain(whole).collect()
    }

    /// Whether the node was added by an overlay.
    pub fn is_assumed(&self, anchor: &Anchor) -> bool {
        self.documents.get(anchor.document).is_some_and(|document| document.is_added(&anchor.pointer))
    }

    pub(super) fn refs(&self) -> Refs<'_> {
        Refs { documents: &self.documents, uris: &self.uris, openapi: self.openapi }
    }
}
