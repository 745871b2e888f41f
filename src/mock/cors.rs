//! Cross-origin requests (Fetch Standard, §3.3): everything that a page of another origin requests is allowed.

use crate::http::{Headers, Request, Response};

use super::problem_details;

/// How long a browser may cache the response to a preflight, in seconds.
const MAX_AGE: &str = "600";

/// The response to a preflight request; none for other requests.
pub(crate) fn preflight(request: &Request) -> Option<Response> {
    let method = request.headers.get("access-control-request-method").filter(|_| request.method == "OPTIONS")?;
    request.headers.get("origin")?;
    let mut response = problem_details::response(204, None, "");
    response.headers.append("access-control-allow-methods", method);
    if let Some(names) = request.headers.get("access-control-request-headers") {
        response.headers.append("access-control-allow-headers", names);
    }
    response.headers.append("access-control-max-age", MAX_AGE);
    Some(response)
}

/// Allows the requesting page to read the response, with credentials.
pub(crate) fn allow(request: &Request, headers: &mut Headers) {
    let Some(origin) = request.headers.get("origin") else { return };
    // With credentials, `*` is a literal name and no wildcard: every header has to be listed.
    let names = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let names: Vec<_> = names.filter(|name| !name.starts_with("access-control-")).collect();
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-credentials", "true");
    if !names.is_empty() {
        headers.set("access-control-expose-headers", names.join(", "));
    }
    headers.append("vary", "origin");
}
