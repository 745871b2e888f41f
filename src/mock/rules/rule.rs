//! A compiled rule: its condition, its response, and its update of the state.

use std::sync::Arc;
use std::time::Duration;

use crate::contract::{Breach, Operation, Rule as ContractRule};
use crate::document::{Document, End};
use crate::expression::{Error, Expression, Template, Tree};
use crate::mock::faults::fault::Fault;
use crate::pointer::Pointer;

use super::state_update::StateUpdate;

/// A node of a mock rules file.
#[derive(Debug, Clone)]
pub(crate) struct SourceNode {
    pub(crate) document: Arc<Document>,
    pub(crate) at: Pointer,
}

impl SourceNode {
    pub(crate) fn join(&self, token: &str) -> Self {
        Self { document: self.document.clone(), at: self.at.join(token) }
    }

    pub(crate) fn concat(&self, tail: &Pointer) -> Self {
        Self { document: self.document.clone(), at: self.at.concat(tail) }
    }

    /// `specs/rules.yaml:12:7`.
    pub(crate) fn place(&self) -> String {
        self.document.locate(&self.at, End::Value).to_string()
    }

    /// An error at this node.
    pub(crate) fn error(&self, message: String) -> RuleError {
        RuleError { place: self.document.locate(&self.at, End::Value).to_string(), message }
    }

    /// An error inside the expression at this node.
    pub(crate) fn expression_error(&self, error: &Error) -> RuleError {
        let snippet = self.document.snippet_within(&self.at, error.range.clone());
        RuleError { place: snippet.place.to_string(), message: error.message.clone() }
    }
}

/// Why a rule could not be applied to a request.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub(crate) struct RuleError {
    /// Location in the mock rules file.
    place: String,
    message: String,
}

/// One rule of an operation.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Where it was written.
    pub(crate) source: SourceNode,
    /// Condition; a rule without one applies to every request.
    pub(crate) when: Option<Expression>,
    /// Whether it applies to requests that violate the contract, and to these only.
    pub(crate) accepts_invalid: bool,
    pub(crate) action: Action,
    pub(crate) store: Option<StateUpdate>,
    /// Delay of the response.
    pub(crate) delay: Duration,
    pub(crate) fault: Option<Fault>,
}

impl Rule {
    /// Whether it updates the state, and does nothing but delete there.
    pub(crate) fn only_deletes(&self) -> bool {
        self.store.as_ref().is_some_and(StateUpdate::only_deletes)
    }
}

/// How a rule responds.
#[derive(Debug)]
pub(crate) enum Action {
    Respond(ResponseTemplate),
    /// `fallthrough: document`.
    Document,
}

/// A response whose parts are expanded for each request.
#[derive(Debug)]
pub(crate) struct ResponseTemplate {
    /// Where it was written.
    pub(crate) source: SourceNode,
    pub(crate) status: u16,
    /// Names as written, and values.
    pub(crate) headers: Vec<(String, Template)>,
    pub(crate) content: TemplateContent,
    pub(crate) allowed: AllowedViolations,
}

impl ResponseTemplate {
    /// Whether an expression reads the variable `name`.
    pub(crate) fn reads(&self, name: &str) -> bool {
        self.headers_read(name)
            || match &self.content {
                TemplateContent::None => false,
                TemplateContent::Json(tree) => tree.names().iter().any(|(_, read)| read.root() == name),
                TemplateContent::Text(text) => text.names().iter().any(|read| read.root() == name),
            }
    }

    /// Whether its headers read `response`, which its content cannot.
    pub(crate) fn reads_response(&self) -> bool {
        self.headers_read("response")
    }

    fn headers_read(&self, name: &str) -> bool {
        self.headers.iter().any(|(_, value)| value.names().iter().any(|read| read.root() == name))
    }
}

/// Content of a response template.
#[derive(Debug)]
pub(crate) enum TemplateContent {
    None,
    Json(Tree),
    Text(Template),
}

/// How a response may violate the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllowedViolations {
    None,
    /// `undocumented: REASON`.
    Status,
    /// `unchecked: true`.
    All,
}

impl AllowedViolations {
    pub(crate) fn include(self, breach: &Breach) -> bool {
        match self {
            // A discriminator must not change the result of validation.
            _ if breach.rule == ContractRule::Discriminator => true,
            Self::None => false,
            Self::Status => breach.rule == ContractRule::Status,
            Self::All => true,
        }
    }
}

/// The JSON media type that the contract declares for the status, else `application/json`.
pub(crate) fn json_media_type(operation: &Operation, status: u16) -> &str {
    let mut declared = operation.response(status).into_iter().flat_map(|response| &response.content);
    let json = declared.find(|media| media.media_type.is_json() && !media.media_type.is_range());
    json.map_or("application/json", |media| &media.name)
}
