//! Links of documented headers to the API's own servers, which are made to lead to the mock: a client that follows them stays on it.

use crate::contract::{Contract, Operation, judge};
use crate::http::{Request, Response};

/// Replaces the origin of the document's servers in the headers of a response by that of the mock, which is the `Host` of the request.
/// A header whose schema does not allow that stays the same.
pub(super) fn redirect(
    contract: &Contract,
    operation: &Operation,
    request: &Request,
    tls: bool,
    response: &mut Response,
) {
    let Some(host) = request.headers.get("host").filter(|host| !host.is_empty()) else { return };
    let own = format!("{}://{host}", if tls { "https" } else { "http" });
    let strip = |url: &str| {
        let servers = contract.servers.iter().chain(&operation.servers);
        servers.clone().find_map(|server| server.strip_origin(url)).map(str::to_owned)
    };
    let names: Vec<String> = response.headers.iter().map(|(name, _)| name.to_owned()).collect();
    for name in names {
        let value = response.headers.get(&name).unwrap_or_default();
        if !value.contains("://") {
            continue;
        }
        let Some(redirected) = redirected(value, &own, &strip) else { continue };
        let before = response.headers.clone();
        response.headers.set(&name, redirected);
        if !judge::response_headers(contract, operation, response).breaches.is_empty() {
            response.headers = before;
        }
    }
}

/// A value that is a URL, or that contains URLs as `Link` does: `<URL>; rel=next`. None if no URL is one of the servers'.
fn redirected(value: &str, own: &str, strip: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    if let Some(rest) = strip(value) {
        return Some(own.to_owned() + &rest);
    }
    let mut is_changed = false;
    let mut parts = value.split('<');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('<');
        match part.split_once('>').and_then(|(url, after)| Some((strip(url)?, after))) {
            Some((rest, after)) => {
                is_changed = true;
                text.extend([own, &rest, ">", after]);
            }
            None => text.push_str(part),
        }
    }
    is_changed.then_some(text)
}
