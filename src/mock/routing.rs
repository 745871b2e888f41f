//! From a request to the operation that handles it, or to a response that needs none: 404, 405, OPTIONS.

use std::borrow::Cow;

use url::Url;

use crate::contract::{Contract, Operation, Route};
use crate::http::Request;

use super::problem_details;
use super::response::MockResponse;

/// Result of routing a request.
pub(crate) enum Routed<'m, 'r> {
    /// An operation of the contract.
    Operation {
        operation: &'m Operation,
        /// The request as the contract declares it: without the path of a server, and with GET for HEAD where only GET is declared.
        request: Cow<'r, Request>,
        /// Path parameters, still percent-encoded.
        path: Vec<(String, String)>,
    },
    /// A response without an operation.
    Response(MockResponse),
}

/// The paths of the `servers` of the document, its path items and its operations, longest first, without trailing slash or `/`.
pub(crate) fn prefixes(contract: &Contract) -> Vec<String> {
    let base = Url::parse("http://mock").ok();
    let path = |server: &String| {
        let url = Url::options().base_url(base.as_ref()).parse(server).ok()?;
        Some(url.path().trim_end_matches('/').to_owned()).filter(|path| !path.is_empty())
    };
    let nested = contract.operations.iter().flat_map(|operation| &operation.servers);
    let mut prefixes: Vec<_> = contract.servers.iter().chain(nested).filter_map(path).collect();
    prefixes.sort_by(|a, b| (b.len(), b).cmp(&(a.len(), a)));
    prefixes.dedup();
    prefixes
}

/// Routes a request whose path may begin with one of `prefixes`.
pub(crate) fn route<'m, 'r>(contract: &'m Contract, prefixes: &[String], request: &'r Request) -> Routed<'m, 'r> {
    let mut allowed_methods = None;
    for request in candidates(prefixes, request) {
        match contract.router.route(&request.method, request.path()) {
            Route::Found { operation, parameters } => {
                if let Some(operation) = contract.operations.get(operation) {
                    let request = as_declared(request, operation);
                    return Routed::Operation { operation, request, path: parameters };
                }
            }
            Route::MethodNotAllowed { allowed } => drop(allowed_methods.get_or_insert(allowed)),
            Route::NotFound => {}
        }
    }
    Routed::Response(match allowed_methods {
        Some(allowed) => not_allowed(request, allowed),
        None => not_found(request),
    })
}

/// GET for HEAD where only GET is declared (RFC 9110 §9.3.2).
fn as_declared<'r>(request: Cow<'r, Request>, operation: &Operation) -> Cow<'r, Request> {
    match request.method == operation.method {
        true => request,
        false => Cow::Owned(Request { method: operation.method.clone(), ..request.into_owned() }),
    }
}

/// Interpretations of a request in order of precedence: verbatim first, then without a server's path.
fn candidates<'r>(prefixes: &[String], request: &'r Request) -> impl Iterator<Item = Cow<'r, Request>> {
    let stripped = prefixes.iter().filter_map(|prefix| without_prefix(prefix, &request.url));
    let stripped = stripped.map(|url| Cow::Owned(Request { url, ..request.clone() }));
    std::iter::once(Cow::Borrowed(request)).chain(stripped)
}

/// The URL without the path `prefix` in front of it; none if it does not begin with that path.
pub(crate) fn without_prefix(prefix: &str, url: &str) -> Option<String> {
    let rest = url.strip_prefix(prefix)?;
    match rest.chars().next() {
        Some('/') => Some(rest.to_owned()),
        Some('?') | None => Some(format!("/{rest}")),
        Some(_) => None,
    }
}

/// 405; for OPTIONS 204. Both list the allowed methods (RFC 9110 §9.3.7, §15.5.6).
fn not_allowed(request: &Request, mut allowed: Vec<String>) -> MockResponse {
    if allowed.iter().any(|method| method == "GET") {
        allowed.push("HEAD".to_owned());
    }
    allowed.push("OPTIONS".to_owned());
    allowed.sort();
    allowed.dedup();
    let allowed = allowed.join(", ");
    let mut responded = match request.method.as_str() {
        "OPTIONS" => no_content(),
        method => MockResponse::refused(
            405,
            "Method Not Allowed",
            format!("expected one of the methods {allowed}, found {method}"),
        ),
    };
    responded.response.headers.append("allow", allowed);
    responded
}

fn not_found(request: &Request) -> MockResponse {
    // `OPTIONS *` addresses the server as a whole (RFC 9110 §9.3.7).
    if request.method == "OPTIONS" && request.url == "*" {
        return no_content();
    }
    MockResponse::refused(404, "Not Found", format!("no path of the contract matches {}", request.path()))
}

fn no_content() -> MockResponse {
    MockResponse::new(problem_details::response(204, None, ""), Vec::new())
}
