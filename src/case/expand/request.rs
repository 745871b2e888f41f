//! From a case to the request that is sent.

use crate::contract::{Contract, Route};
use crate::expression::Scope;
use crate::http::Request;

use super::super::error::ExpandError;
use super::super::{Authorization, Case};
use super::builder::{RequestBuilder, expand_text};
use super::credentials::Credentials;
use super::header_syntax;

/// Expands the request of `case` and attaches credentials by the operation's security.
pub(crate) fn request(
    case: &Case,
    contract: &Contract,
    scope: &Scope,
    credentials: &Credentials,
) -> Result<Request, ExpandError> {
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    let mut draft = RequestBuilder::new(case, operation, scope);
    draft.method()?;
    draft.url()?;
    draft.route(contract);
    draft.parameters()?;
    draft.body(contract)?;
    draft.credentials(contract, credentials)?;
    draft.finish()
}

/// Checks that the target has the credentials of `case`, for a request that cannot be expanded yet. The case's own credentials
/// are checked with the request.
pub(crate) fn authorize(
    case: &Case,
    contract: &Contract,
    scope: &Scope,
    credentials: &Credentials,
) -> Result<(), ExpandError> {
    if matches!(case.request.auth, Authorization::Given(_)) {
        return Ok(());
    }
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    RequestBuilder::new(case, operation, scope).credentials(contract, credentials)
}

/// Whether the request needs no captures: it is then verified before anything is sent.
pub(crate) fn is_closed(case: &Case) -> bool {
    !case.uses.iter().any(|used| used.in_request)
}

impl<'a> RequestBuilder<'a> {
    fn method(&mut self) -> Result<(), ExpandError> {
        let own = self.case.request.method.as_ref();
        let own = own.map(|method| expand_text(method, self.scope, || self.at("method"))).transpose()?.flatten();
        let method = own.or_else(|| self.operation.map(|operation| operation.method.clone()));
        self.method = method.ok_or_else(|| ExpandError::new("`url` needs a `method`", self.at("url")))?;
        if !header_syntax::is_token(&self.method) {
            let message = format!("`{}` is not a method such as POST", self.method.escape_debug());
            return Err(ExpandError::new(message, self.at("method")));
        }
        Ok(())
    }

    /// Finds the operation of a request by its URL if the case names none.
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
        header_syntax::check(&self.headers)
            .map_err(|message| ExpandError::new(message, self.case.at.join("request").join("headers")))?;
        Ok(Request { method: self.method, url, headers: self.headers, body: self.body })
    }
}
