//! The request of a case while it is being built.

use bytes::Bytes;
use serde_json::Value;

use crate::contract::Operation;
use crate::expression::{Scope, Template, Tree};
use crate::http::{ClientCertificate, Headers};
use crate::pointer::Pointer;

use super::super::Case;
use super::super::error::ExpandError;
use super::target_defaults::TargetDefaults;
use super::unknown_parts::UnknownParts;

/// A request that is being built.
pub(super) struct RequestBuilder<'a> {
    pub(super) case: &'a Case,
    pub(super) operation: Option<&'a Operation>,
    pub(super) scope: &'a Scope,
    /// Headers and credentials of the target.
    pub(super) defaults: TargetDefaults<'a>,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<String>,
    pub(super) headers: Headers,
    /// Names of headers that the case removes.
    pub(super) removed: Vec<String>,
    pub(super) cookies: Vec<String>,
    pub(super) body: Option<Bytes>,
    pub(super) certificate: ClientCertificate,
    /// What is left out because captures give its value.
    pub(super) unknown: UnknownParts,
}

impl<'a> RequestBuilder<'a> {
    pub(super) fn new(
        case: &'a Case,
        operation: Option<&'a Operation>,
        scope: &'a Scope,
        defaults: TargetDefaults<'a>,
    ) -> Self {
        Self {
            case,
            operation,
            scope,
            defaults,
            method: String::new(),
            path: String::new(),
            query: Vec::new(),
            headers: Headers::default(),
            removed: Vec::new(),
            cookies: Vec::new(),
            body: None,
            certificate: ClientCertificate::Unknown,
            unknown: UnknownParts::default(),
        }
    }

    /// The pointer to `key` of the case's request.
    pub(super) fn at(&self, key: &str) -> Pointer {
        place(self.case, key)
    }
}

/// The pointer to `key` of the request of `case`.
pub(super) fn place(case: &Case, key: &str) -> Pointer {
    case.at.join("request").join(key)
}

/// Expands `tree`, which is at `at`; `None` for `omit`.
pub(super) fn expand_tree(
    tree: &Tree,
    scope: &Scope,
    at: impl FnOnce() -> Pointer,
) -> Result<Option<Value>, ExpandError> {
    tree.expand(scope).map_err(|(tail, error)| ExpandError::new(error.message, at().concat(&tail)))
}

/// Expands `template`, which is at `at`, to text; `None` for `omit`.
pub(super) fn expand_text(
    template: &Template,
    scope: &Scope,
    at: impl FnOnce() -> Pointer,
) -> Result<Option<String>, ExpandError> {
    template.expand_text(scope).map_err(|error| ExpandError::new(error.message, at()))
}
