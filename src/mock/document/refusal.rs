//! Responses by whether the request conforms: a success, or a refusal as documented, else problem details.

use crate::contract::{Breach, Location, Operation, Rule};
use crate::http::Headers;
use crate::mock::{oauth, problem_details};

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
        if insufficient_scope(breaches).is_some() {
            // RFC 6750 §3.1. An operation that documents no 403 has its 401 for it.
            Self { statuses: &[403], title: "Forbidden" }
        } else if violates(Rule::Security) {
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
    // If only one of them is documented, it is the closest response.
    let other: Option<&[u16]> = match status {
        401 => Some(&[403]),
        403 => Some(&[401]),
        _ => None,
    };
    if let Some(other) = other {
        documented = documented.or_else(|| documented::refusal(context, other, violations));
    }
    let mut refusal = documented.unwrap_or_else(|| {
        let response = problem_details::problem(status, title, "the request violates the contract", violations);
        DocumentedResponse { lists_violations: true, ..response.into() }
    });
    let headers = &mut refusal.response.headers;
    match refusal.response.status {
        401 => problem_details::challenge(context.contract, context.operation, &bearer_error(breaches), headers),
        // Of other refusals with 403 the challenge says nothing.
        403 if status == 403 => {
            problem_details::challenge(context.contract, context.operation, &bearer_error(breaches), headers);
        }
        415 => accept(context.operation, headers),
        _ => {}
    }
    refusal
}

/// The scopes that a token lacks, if that is the violation.
fn insufficient_scope(breaches: &[Breach]) -> Option<&str> {
    let of_scope = breaches.iter().find(|breach| breach.keyword == oauth::INSUFFICIENT_SCOPE);
    of_scope.filter(|breach| breach.rule == Rule::Security).map(|breach| breach.expected.as_str())
}

/// The parameters of a challenge for a token that was sent (RFC 6750 §3.1).
fn bearer_error(breaches: &[Breach]) -> String {
    let is_quotable =
        |scope: &&str| scope.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"\"\\".contains(&byte));
    match insufficient_scope(breaches) {
        Some(scope) => {
            let scope =
                Some(scope).filter(is_quotable).map_or_else(String::new, |scope| format!(", scope=\"{scope}\""));
            format!(" error=\"{}\"{scope}", oauth::INSUFFICIENT_SCOPE)
        }
        None if breaches.iter().any(|breach| breach.keyword == oauth::INVALID_TOKEN) => {
            format!(" error=\"{}\"", oauth::INVALID_TOKEN)
        }
        None => String::new(),
    }
}

/// Lists the media types that the content may have (RFC 9110 §15.5.16).
fn accept(operation: &Operation, headers: &mut Headers) {
    let declared = operation.request_body.iter().flat_map(|body| &body.content);
    let names: Vec<_> = declared.map(|media| media.media_type.to_string()).collect();
    if headers.get("accept").is_none() && !names.is_empty() {
        headers.append("accept", names.join(", "));
    }
}
