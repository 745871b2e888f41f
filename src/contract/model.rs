//! The contract: an OpenAPI document, resolved and compiled once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::document::{Document, End};
use crate::place::{Place, Snippet};
use crate::problem::Problem;

use super::assumption::{Assumptions, contains};
use super::overlay::Amendment;
use super::refs::{Refs, Uris};
use super::schema::SchemaView;
use super::version::OasVersion;
use super::{Anchor, Operation, Router, Schemas, SecurityScheme, StatusKey};

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
    /// `servers[].url` with variables at their defaults.
    pub servers: Vec<String>,
    /// The overlays, in the order in which they were applied.
    pub overlays: Vec<Arc<Document>>,
    /// Changes that overlays made to the published document, per action.
    pub amendments: Vec<Amendment>,
    /// The parts of the document that depend on overlays.
    pub(super) assumptions: Assumptions,
    /// Problems that do not prevent checking.
    pub warnings: Vec<Problem>,
    /// The same of webhooks and callbacks, which no run uses: only [`super::lint`] reports it.
    pub(super) warnings_aside: Vec<Problem>,
    /// The schemas that only webhooks and callbacks use, unless a reference in them does not exist: only lint compiles them.
    pub(super) schemas_aside: Vec<Anchor>,
}

impl Contract {
    /// The path operation of that `operationId`, or `POST /path/{template}`.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.is_called(name))
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

    /// The node that the `$ref` of `object`, a node of the document of that index, leads to; none without one in these files.
    pub fn referred(&self, document: usize, object: &Value) -> Option<Anchor> {
        self.refs().referred(document, object).filter(|anchor| self.value(anchor).is_some())
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
        Refs { documents: &self.documents, uris: &self.uris }
    }
}
