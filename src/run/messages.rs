//! `request` and `response` as the expressions of a case see them.

use serde_json::Value;

use crate::contract::{Contract, Route, visible as seen, visible::Parts};
use crate::expression::Scope;
use crate::http::Exchange;

/// `scope` with `request` {method, url, path, query, headers, body} and `response` {status, headers, body, seconds}.
pub(super) fn visible(scope: &Scope, contract: &Contract, exchange: &Exchange, bodies: Bodies<'_>) -> Scope {
    let Exchange { request, response, timings } = exchange;
    let mut scope = scope.clone();
    let mut came = seen::response(response, bodies.response.cloned(), &Parts::All);
    if let Some(members) = came.as_object_mut() {
        members.insert("seconds".to_owned(), timings.total.as_secs_f64().into());
    }
    let path = match contract.router.route(&request.method, request.path()) {
        Route::Found { parameters, .. } => parameters,
        Route::MethodNotAllowed { .. } | Route::NotFound => Vec::new(),
    };
    scope.share("request", seen::request(&path, request, bodies.request.cloned(), &Parts::All).into());
    scope.share("response", came.into());
    scope
}

/// The JSON of both bodies, as judging parsed them.
pub(super) struct Bodies<'a> {
    /// What was sent.
    pub(super) request: Option<&'a Value>,
    /// What came.
    pub(super) response: Option<&'a Value>,
}
