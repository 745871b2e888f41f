//! Responses by whether the request conforms: a success, or a refusal as documented, else problem details.

use crate::contract::{Breach, Location, Operation, Rule};
use crate::http::Headers;
use crate::mock::problem_details;

use super::context::ResponseContext;
use super::documented;
use super::response::DocumentedResponse;

/// Statuses that may refuse a request, by precedence, and the title of the first.
struct RefusalKind {
    statuses: &'static [u16],
    title: &'static str,
}

impl RefusalKind {
    fn from_breaches(breaches: &[Breach]) -> Self {
        let violates = |rule| breaches.iter().any(|breach| breach.rule == rule);
        if violates(Rule::Security) {
            Self { statuses: &[401], title: "Unauthorized" }
        } else if violates(Rule::ContentType) {
            Self { statuses: &[415, 400], title: "Unsupported Media Type" }
        } else if breaches.iter().all(|breach| matches!(breach.location, Location::PathParameter(..))) {
            // No resource has such a name.
            Self { statuses: &[400, 422, 404], title: "Bad Request" }
        } else {
            Self { statuses: &[400, 422], title: "Bad Request" }
        }
    }
}

/// Responds to a request without mock rules; `violations` describes `breaches`.
pub(crate) fn respond(context: ResponseContext<'_>, breaches: &[Breach], violations: &[String]) -> DocumentedResponse {
    if breaches.is_empty() { documented::success(context) } else { refuse(context, breaches, violations) }
}

fn refuse(context: ResponseContext<'_>, breaches: &[Breach], violations: &[String]) -> DocumentedResponse {
    let RefusalKind { statuses, title } = RefusalKind::from_breaches(breaches);
    let status = statuses.first().copied().unwrap_or(400);
    let mut documented = documented::refusal(context, statuses, violations);
    if status == 401 {
        // If only 403 is documented, it is the closest response to missing credentials.
        documented = documented.or_else(|| documented::refusal(context, &[403], violations));
    }
    let mut refusal = documented.unwrap_or_else(|| {
        let response = problem_details::problem(status, title, "the request violates the contract", violations);
        DocumentedResponse { lists_violations: true, ..response.into() }
    });
    let headers = &mut refusal.response.headers;
    match refusal.response.status {
        401 => problem_details::challenge(context.contract, context.operation, headers),
        415 => accept(context.operation, headers),
        _ => {}
    }
    refusal
}

/// Lists the media types that the content may have (RFC 9110 §15.5.16).
fn accept(operation: &Operation, headers: &mut Headers) {
    let declared = operation.request_body.iter().flat_map(|body| &body.content);
    let names: Vec<_> = declared.map(|media| media.media_type.to_string()).collect();
    if headers.get("accept").is_none() && !names.is_empty() {
        headers.append("accept", names.join(", "));
    }
}
