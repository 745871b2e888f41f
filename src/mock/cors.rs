//! Cross-origin requests (the Fetch Standard, §3.3): whatever a page of another origin asks for is allowed.

use crate::http::{Headers, Request, Response};

use crate::mock::problem_details;

/// How long a browser may remember the answer to a preflight, in seconds.
const MAX_AGE: &str = "600";

/// The answer to a preflight, when the request is one.
pub(crate) fn preflight(request: &Request) -> Option<Response> {
    let asked = request.headers.get("access-control-request-method").filter(|_| request.method == "OPTIONS")?;
    request.headers.get("origin")?;
    let mut response = problem_details::response(204, None, "");
    response.headers.append("access-control-allow-methods", asked);
    if let Some(names) = request.headers.get("access-control-request-headers") {
        response.headers.append("access-control-allow-headers", names);
    }
    response.headers.append("access-control-max-age", MAX_AGE);
    Some(response)
}

/// Lets the page that asked read the answer, with credentials as well.
pub(crate) fn allow(request: &Request, headers: &mut Headers) {
    let Some(origin) = request.headers.get("origin") else { return };
    // Where credentials are allowed, `*` would be a name and not any name.
    let names = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let names: Vec<_> = names.filter(|name| !name.starts_with("access-control-")).collect();
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-credentials", "true");
    if !names.is_empty() {
        headers.set("access-control-expose-headers", names.join(", "));
    }
    headers.append("vary", "origin");
}
