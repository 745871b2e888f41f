//! Adds `request` and `response` to the scope of a case's expressions.

use serde_json::Value;

use crate::contract::{Contract, Route};
use crate::expression::Scope;
use crate::http::Exchange;
use crate::http::view::{self, Fields};

/// Returns `scope` with `request` {method, url, path, query, headers, body} and `response` {status, headers, body, seconds}.
pub(super) fn with_messages(scope: &Scope, contract: &Contract, exchange: &Exchange, bodies: Bodies<'_>) -> Scope {
    let Exchange { request, response, timings, .. } = exchange;
    let mut scope = scope.clone();
    let mut response = view::response(response, bodies.response.cloned(), &Fields::All);
    if let Some(fields) = response.as_object_mut() {
        fields.insert("seconds".to_owned(), timings.total.as_secs_f64().into());
    }
    let path = match contract.router.route(&request.method, request.path()) {
        Route::Found { parameters, .. } => parameters,
        Route::MethodNotAllowed { .. } | Route::NotFound => Vec::new(),
    };
    scope.share("request", view::request(&path, request, bodies.request.cloned(), &Fields::All).into());
    scope.share("response", response.into());
    scope
}

/// Both bodies as JSON, as validation parsed them.
pub(super) struct Bodies<'a> {
    /// The request's.
    pub(super) request: Option<&'a Value>,
    /// The response's.
    pub(super) response: Option<&'a Value>,
}
