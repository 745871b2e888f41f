//! A case with its variables in place: the request to send and the expectation to hold it to.

mod body;
mod credentials;
mod expectation;
mod header;
mod multipart;
mod url;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use crate::contract::{Contract, Operation, Route};
use crate::expression::{Scope, Template, Tree};
use crate::http::{Headers, Request};
use crate::pointer::Pointer;

use super::{Authorization, Case, Story};

pub use super::error::ExpandError;
pub use credentials::Credentials;
pub use expectation::{Expectation, expectation};
pub use url::path_names;

/// The scope a story starts with: `vars` evaluated in order. Precedence: row over `given` (`--var` over the target's) over the
/// file's `vars`. `base` holds `env` and the randomness.
pub fn story_scope(story: &Story, given: &BTreeMap<String, Value>, base: &Scope) -> Result<Scope, ExpandError> {
    let mut scope = base.relabelled(&story.id);
    story.row.iter().for_each(|(column, cell)| scope.set(column, cell));
    let root = Pointer::root().join("vars");
    for (name, tree) in story.vars.iter().filter(|(name, _)| !story.row.contains_key(name)) {
        let at = || root.join(name);
        let value = match (given.get(name), tree) {
            (Some(value), _) => Some(value.clone()),
            (None, Some(tree)) => expand_tree(tree, &scope, at)?,
            (None, None) => {
                let message = format!("expected a value for the variable `{name}` from the target or `--var {name}=…`");
                return Err(ExpandError::new(message, at()));
            }
        };
        value.iter().for_each(|value| scope.set(name, value));
    }
    Ok(scope)
}

/// The scope of one case: the story's with its captures, the case's row over it, randomness labelled by the case's id.
pub fn case_scope(case: &Case, story: &Scope) -> Scope {
    let mut scope = story.relabelled(&case.id);
    case.row.iter().for_each(|(column, cell)| scope.set(column, cell));
    scope
}

/// The request of `case`, credentials attached by the operation's security.
pub fn request(
    case: &Case,
    contract: &Contract,
    scope: &Scope,
    credentials: &Credentials,
) -> Result<Request, ExpandError> {
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    let mut draft = Draft::new(case, operation, scope);
    draft.method()?;
    draft.url()?;
    draft.route(contract);
    draft.parameters()?;
    draft.body(contract)?;
    draft.credentials(contract, credentials)?;
    draft.finish()
}

/// Whether the target has the credentials that `case` needs: for a request that cannot be made yet. Those that the case gives
/// itself wait for the request.
pub fn authorize(
    case: &Case,
    contract: &Contract,
    scope: &Scope,
    credentials: &Credentials,
) -> Result<(), ExpandError> {
    if matches!(case.request.auth, Authorization::Given(_)) {
        return Ok(());
    }
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    Draft::new(case, operation, scope).credentials(contract, credentials)
}

/// Whether the request needs nothing that only a run can give (captures): it is then proven before anything is sent.
pub fn is_closed(case: &Case) -> bool {
    !case.uses.iter().any(|used| used.in_request)
}

/// A request in the making.
struct Draft<'a> {
    case: &'a Case,
    operation: Option<&'a Operation>,
    scope: &'a Scope,
    method: String,
    path: String,
    query: Vec<String>,
    headers: Headers,
    /// Names of headers that the case removes.
    removed: Vec<String>,
    cookies: Vec<String>,
    body: Option<Bytes>,
}

impl<'a> Draft<'a> {
    fn new(case: &'a Case, operation: Option<&'a Operation>, scope: &'a Scope) -> Self {
        Self {
            case,
            operation,
            scope,
            method: String::new(),
            path: String::new(),
            query: Vec::new(),
            headers: Headers::default(),
            removed: Vec::new(),
            cookies: Vec::new(),
            body: None,
        }
    }

    /// The pointer to `key` of the case's request.
    fn at(&self, key: &str) -> Pointer {
        place(self.case, key)
    }

    fn method(&mut self) -> Result<(), ExpandError> {
        let own = self.case.request.method.as_ref();
        let own = own.map(|method| expand_text(method, self.scope, || self.at("method"))).transpose()?.flatten();
        let method = own.or_else(|| self.operation.map(|operation| operation.method.clone()));
        self.method = method.ok_or_else(|| ExpandError::new("expected `method` beside `url`", self.at("url")))?;
        if !header::is_token(&self.method) {
            let message = format!("expected a method such as POST, found `{}`", self.method.escape_debug());
            return Err(ExpandError::new(message, self.at("method")));
        }
        Ok(())
    }

    /// A request of no named operation is one of the operation that its URL leads to.
    fn route(&mut self, contract: &'a Contract) {
        let path = self.path.split('?').next().unwrap_or_default();
        if self.operation.is_none()
            && let Route::Found { operation, .. } = contract.router.route(&self.method, path)
        {
            self.operation = contract.operations.get(operation);
        }
    }

    fn finish(mut self) -> Result<Request, ExpandError> {
        let mut url = self.path;
        for part in self.query.iter().filter(|part| !part.is_empty()) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(part);
        }
        let own = self.headers.get("cookie").map(str::to_owned);
        let cookies: Vec<String> = own.into_iter().chain(self.cookies).collect();
        if !cookies.is_empty() {
            self.headers.set("cookie", cookies.join("; "));
        }
        for name in &self.removed {
            self.headers.remove(name);
        }
        header::check(&self.headers)
            .map_err(|message| ExpandError::new(message, self.case.at.join("request").join("headers")))?;
        Ok(Request { method: self.method, url, headers: self.headers, body: self.body })
    }
}

/// The pointer to `key` of the request of `case`.
fn place(case: &Case, key: &str) -> Pointer {
    case.at.join("request").join(key)
}

/// Expands `tree` at `at`; none for `omit`.
fn expand_tree(tree: &Tree, scope: &Scope, at: impl FnOnce() -> Pointer) -> Result<Option<Value>, ExpandError> {
    tree.expand(scope).map_err(|(tail, error)| ExpandError::new(error.message, at().concat(&tail)))
}

/// Expands `template` at `at` to text; none for `omit`.
fn expand_text(
    template: &Template,
    scope: &Scope,
    at: impl FnOnce() -> Pointer,
) -> Result<Option<String>, ExpandError> {
    template.expand_text(scope).map_err(|error| ExpandError::new(error.message, at()))
}
