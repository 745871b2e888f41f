//! From a request to the operation that answers it, or to an answer that needs none: 404, 405, OPTIONS.

use std::borrow::Cow;

use url::Url;

use crate::contract::{Contract, Operation, Route};
use crate::http::Request;

use crate::mock::problem_details;
use crate::mock::respond::{Answered, refused};

/// Where a request leads.
pub(crate) enum Routed<'m, 'r> {
    /// To an operation, with the request as the contract knows it: without the prefix of a server, HEAD as the GET that it
    /// stands for, and with its path parameters, still encoded.
    Operation(&'m Operation, Cow<'r, Request>, Vec<(String, String)>),
    /// To no operation.
    Answer(Answered),
}

/// The paths of the `servers` of the document, its path items and its operations, without a slash at the end; `/` is none.
pub(crate) fn prefixes(contract: &Contract) -> Vec<String> {
    let base = Url::parse("http://mock").ok();
    let path = |server: &String| {
        let url = Url::options().base_url(base.as_ref()).parse(server).ok()?;
        Some(url.path().trim_end_matches('/').to_owned()).filter(|path| !path.is_empty())
    };
    let own = contract.operations.iter().flat_map(|operation| &operation.servers);
    let mut prefixes: Vec<_> = contract.servers.iter().chain(own).filter_map(path).collect();
    prefixes.sort_by(|a, b| (b.len(), b).cmp(&(a.len(), a)));
    prefixes.dedup();
    prefixes
}

/// Routes a request whose path may begin with one of `prefixes`; HEAD goes where GET does when nothing else is declared
/// (RFC 9110 §9.3.2).
pub(crate) fn route<'m, 'r>(contract: &'m Contract, prefixes: &[String], request: &'r Request) -> Routed<'m, 'r> {
    let mut refused = None;
    for request in readings(prefixes, request) {
        match contract.router.route(&request.method, request.path()) {
            Route::Found { operation, parameters } => {
                if let Some(operation) = contract.operations.get(operation) {
                    return Routed::Operation(operation, request, parameters);
                }
            }
            Route::MethodNotAllowed { allowed } => drop(refused.get_or_insert(allowed)),
            Route::NotFound => {}
        }
    }
    Routed::Answer(refused.map_or_else(|| not_found(request), |allowed| not_allowed(request, allowed)))
}

/// The ways to read a request, the plainest first.
fn readings<'r>(prefixes: &[String], request: &'r Request) -> impl Iterator<Item = Cow<'r, Request>> {
    let stripped = prefixes.iter().filter_map(|prefix| without(prefix, request)).map(Cow::Owned);
    std::iter::once(Cow::Borrowed(request)).chain(stripped).flat_map(|request| {
        let get = || Request { method: "GET".to_owned(), ..request.clone().into_owned() };
        let as_get = (request.method == "HEAD").then(|| Cow::Owned(get()));
        std::iter::once(request).chain(as_get)
    })
}

fn without(prefix: &str, request: &Request) -> Option<Request> {
    let rest = request.url.strip_prefix(prefix)?;
    let url = match rest.chars().next() {
        Some('/') => rest.to_owned(),
        Some('?') | None => format!("/{rest}"),
        Some(_) => return None,
    };
    Some(Request { url, ..request.clone() })
}

/// 405, or to OPTIONS what the path allows (RFC 9110 §9.3.7, §15.5.6).
fn not_allowed(request: &Request, mut allowed: Vec<String>) -> Answered {
    if allowed.iter().any(|method| method == "GET") {
        allowed.push("HEAD".to_owned());
    }
    allowed.push("OPTIONS".to_owned());
    allowed.sort();
    allowed.dedup();
    let allowed = allowed.join(", ");
    let mut answered = match request.method.as_str() {
        "OPTIONS" => no_content(),
        method => refused(405, "Method Not Allowed", format!("expected {allowed}, found {method}")),
    };
    answered.response.headers.append("allow", allowed);
    answered
}

fn not_found(request: &Request) -> Answered {
    // The server as a whole (RFC 9110 §9.3.7).
    if request.method == "OPTIONS" && request.url == "*" {
        return no_content();
    }
    refused(404, "Not Found", format!("the contract has no path for {}", request.path()))
}

fn no_content() -> Answered {
    Answered::now(problem_details::response(204, None, ""), Vec::new())
}
