//! From a request to the operation that handles it, or to a response that needs none: 404, 405, OPTIONS.

use std::borrow::Cow;

use crate::contract::server::ServerPath;
use crate::contract::{Contract, Operation, Route, judge};
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
    Response(Box<MockResponse>),
}

/// The paths of the `servers` of the document, its path items and its operations, the most specific first.
pub(crate) fn server_paths(contract: &Contract) -> Vec<ServerPath> {
    let nested = contract.operations.iter().flat_map(|operation| &operation.servers);
    let mut paths: Vec<_> = contract.servers.iter().chain(nested).flat_map(|server| &server.paths).cloned().collect();
    ServerPath::sort(&mut paths);
    paths
}

/// The operation that a request with this URL addresses, also behind the path of a server.
pub(crate) fn operation<'m>(contract: &'m Contract, method: &str, url: &str) -> Option<&'m Operation> {
    let request = Request { method: method.to_owned(), url: url.to_owned(), ..Request::default() };
    match route(contract, &server_paths(contract), &request) {
        Routed::Operation { operation, .. } => Some(operation),
        Routed::Response(_) => None,
    }
}

/// Routes a request whose path may begin with one of the paths of the servers.
pub(crate) fn route<'m, 'r>(contract: &'m Contract, servers: &[ServerPath], request: &'r Request) -> Routed<'m, 'r> {
    let mut allowed_methods = None;
    for request in candidates(servers, request) {
        match judge::route(contract, &request.method, request.path()) {
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
    Routed::Response(Box::new(match allowed_methods {
        Some(allowed) => not_allowed(request, allowed),
        None => not_found(request),
    }))
}

/// GET for HEAD where only GET is declared (RFC 9110 §9.3.2).
fn as_declared<'r>(request: Cow<'r, Request>, operation: &Operation) -> Cow<'r, Request> {
    match request.method == operation.method {
        true => request,
        false => Cow::Owned(Request { method: operation.method.clone(), ..request.into_owned() }),
    }
}

/// Interpretations of a request in order of precedence: verbatim first, then without a server's path.
fn candidates<'r>(servers: &[ServerPath], request: &'r Request) -> impl Iterator<Item = Cow<'r, Request>> {
    let stripped = servers.iter().filter_map(|path| path.strip(&request.url));
    let stripped = stripped.map(|url| Cow::Owned(Request { url, ..request.clone() }));
    std::iter::once(Cow::Borrowed(request)).chain(stripped)
}

/// 405; for OPTIONS 204. Both list the allowed methods (RFC 9110 §9.3.7, §15.5.6).
fn not_allowed(request: &Request, mut allowed: Vec<String>) -> MockResponse {
    let declared = match &allowed[..] {
        [only] => format!("the method {only}"),
        several => format!("one of the methods {}", several.join(", ")),
    };
    if allowed.iter().any(|method| method == "GET") {
        allowed.push("HEAD".to_owned());
    }
    allowed.push("OPTIONS".to_owned());
    allowed.sort();
    allowed.dedup();
    let allowed = allowed.join(", ");
    let mut responded = match request.method.as_str() {
        "OPTIONS" => no_content(),
        method => MockResponse::refused(405, "Method Not Allowed", format!("expected {declared}, found {method}")),
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
