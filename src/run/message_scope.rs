//! Adds `request` and `response` to the scope of a case's expressions.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::contract::{Contract, Route, judge};
use crate::expression::Scope;
use crate::http::view::{self, Fields};
use crate::http::{Exchange, Response};

/// Returns `scope` with `request` {method, url, path, query, headers, body} and `response` {status, headers, body, seconds}.
pub(super) fn with_messages(scope: &Scope, contract: &Contract, exchange: &Exchange, bodies: Bodies<'_>) -> Scope {
    let Exchange { request, response, timings, .. } = exchange;
    let mut scope = scope.clone();
    let body = match bodies.response {
        Some(body) => Arc::clone(body),
        None => Arc::new(view::text(&response.body)),
    };
    let head = Response { body: Bytes::new(), ..response.clone() };
    let mut response = view::response(&head, None, &Fields::All);
    if let Some(fields) = response.as_object_mut() {
        fields.insert("seconds".to_owned(), timings.total.as_secs_f64().into());
    }
    let path = match judge::route(contract, &request.method, request.path()) {
        Route::Found { parameters, .. } => parameters,
        Route::MethodNotAllowed { .. } | Route::NotFound => Vec::new(),
    };
    scope.share("request", view::request(&path, request, bodies.request.cloned(), &Fields::All).into());
    scope.share("response", response.into());
    scope.share_property("response", "body", body);
    scope
}

/// Both bodies as JSON, as validation parsed them.
pub(super) struct Bodies<'a> {
    /// The request's.
    pub(super) request: Option<&'a Value>,
    /// The response's, which is not copied.
    pub(super) response: Option<&'a Arc<Value>>,
}
