//! Responses from the document alone: chooses the declared response, and caches what is built for it.

use crate::contract::{Operation, ResponseObject, StatusKey};
use crate::mock::problem_details;

use super::builder::ResponseBuilder;
use super::context::ResponseContext;
use super::response::DocumentedResponse;

/// Responds to a conforming request: with the preferred status or the lowest success, in the media type of highest weight. Responds
/// with 406 if that is documented and no declared media type is accepted, and with 501 and the reason if no content conforms to the
/// contract.
pub(crate) fn success(context: ResponseContext<'_>) -> DocumentedResponse {
    let key = context.cache_key(None);
    context.cache.get(key).map_or_else(
        || {
            let built = build(context);
            context.cache.insert(key, &built.response);
            built
        },
        DocumentedResponse::from,
    )
}

fn build(context: ResponseContext<'_>) -> DocumentedResponse {
    let operation = context.operation;
    let code = context.preferences.code.filter(|code| (200..600).contains(code));
    let preferred = code.and_then(|code| Some((code, operation.response(code)?)));
    let Some((status, declared)) = preferred.or_else(|| default_response(operation)) else {
        let detail = format!("no mock rule applies, and the contract declares no response of {}", operation.name);
        return problem_details::not_generated(&detail, &[]).into();
    };
    let mut builder = ResponseBuilder::new(context, status, declared, &[]);
    builder.build().unwrap_or_else(|| unavailable(context, builder))
}

/// Responds to a request that is refused for `violations`: with the preferred 4xx status, else the first of `statuses` that is
/// declared, else the range or default that covers the first of them. None if none of these can be built.
pub(crate) fn refusal(
    context: ResponseContext<'_>,
    statuses: &[u16],
    violations: &[String],
) -> Option<DocumentedResponse> {
    let operation = context.operation;
    // The last status distinguishes the kinds of refusals.
    let key = context.cache_key(statuses.last().copied());
    if let Some(cached) = context.cache.get(key) {
        return Some(cached.into());
    }
    let exact = |status: u16| {
        let declared = operation.responses.iter().find(|declared| declared.status == StatusKey::Exact(status));
        declared.map(|declared| (status, declared))
    };
    let covered = || statuses.first().and_then(|status| Some((*status, operation.response(*status)?)));
    let preferred = context.preferences.code.filter(|code| (400..500).contains(code)).and_then(exact);
    let (status, declared) = preferred.or_else(|| statuses.iter().copied().find_map(exact)).or_else(covered)?;
    let mut builder = ResponseBuilder::new(context, status, declared, violations);
    let built = builder.build()?;
    if !builder.is_specific() {
        context.cache.insert(key, &built.response);
    }
    Some(built)
}

/// The response without a preference: the lowest documented success, exact statuses before ranges; else the lowest redirection,
/// `default`, or the lowest other.
fn default_response(operation: &Operation) -> Option<(u16, &ResponseObject)> {
    let rank = |declared: &ResponseObject| match declared.status {
        StatusKey::Exact(status @ 200..=399) => (status / 100, 0, status),
        StatusKey::Range(class @ 2..=3) => (class, 1, class * 100),
        StatusKey::Default => (4, 0, 200),
        StatusKey::Exact(status) => (5, 0, status),
        StatusKey::Range(class) => (5, 0, class * 100),
    };
    let ranked = operation.responses.iter().map(|declared| (rank(declared), declared));
    // 1xx are interim responses only.
    let is_final = ranked.filter(|((_, _, status), _)| *status >= 200);
    is_final.min_by_key(|(rank, _)| *rank).map(|((_, _, status), declared)| (status, declared))
}

/// 406 if the client accepts no declared media type, else 501 with the reason.
fn unavailable(context: ResponseContext<'_>, builder: ResponseBuilder<'_>) -> DocumentedResponse {
    let media_types = builder.declared_media_types();
    if builder.is_unacceptable() {
        let detail = [format!("expected one of {media_types} in Accept")];
        let documented = refusal(context, &[406], &detail);
        return documented.unwrap_or_else(|| problem_details::problem(406, "Not Acceptable", &detail[0], &[]).into());
    }
    let (status, reason) = (builder.status(), builder.first_failure());
    let detail = match &reason {
        None => format!("{media_types} cannot be generated; add an example"),
        Some(_) => {
            format!("no {status} of {} could be generated that conforms to the contract", context.operation.name)
        }
    };
    problem_details::not_generated(&detail, reason.as_slice()).into()
}
