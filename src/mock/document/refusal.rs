//! The answer to a request that breaks the contract, where no behaviour gives one: as documented, else problem details.

use crate::contract::{Breach, Operation, Rule};
use crate::http::{Headers, Response};

use crate::mock::document::documented::{self, Asked};
use crate::mock::problem_details;

/// The statuses that may refuse the request, the best first, and the title of the first.
struct Kind {
    statuses: &'static [u16],
    title: &'static str,
}

impl Kind {
    fn of(breaches: &[Breach]) -> Self {
        let breaks = |rule| breaches.iter().any(|breach| breach.rule == rule);
        match () {
            () if breaks(Rule::Security) => Self { statuses: &[401], title: "Unauthorized" },
            () if breaks(Rule::ContentType) => Self { statuses: &[415], title: "Unsupported Media Type" },
            () => Self { statuses: &[400, 422], title: "Bad Request" },
        }
    }
}

/// The answer; `violations` are `breaches` in words.
pub(crate) fn answer(asked: Asked<'_>, breaches: &[Breach], violations: &[String]) -> Response {
    let Kind { statuses, title } = Kind::of(breaches);
    let status = statuses.first().copied().unwrap_or(400);
    let documented = documented::refusal(asked, statuses, violations);
    let documented = match status {
        // Who is not known may be told so as one who has no right, where the document knows that answer alone.
        401 => documented.or_else(|| documented::refusal(asked, &[403], violations)),
        _ => documented,
    };
    let mut answer = documented
        .unwrap_or_else(|| problem_details::problem(status, title, "the request breaks the contract", violations));
    match answer.status {
        401 => problem_details::challenge(asked.contract, asked.operation, &mut answer.headers),
        415 => welcome(asked.operation, &mut answer.headers),
        _ => {}
    }
    answer
}

/// Says which media types the content may have (RFC 9110 §15.5.16).
fn welcome(operation: &Operation, headers: &mut Headers) {
    let declared = operation.request_body.iter().flat_map(|body| &body.content);
    let names: Vec<_> = declared.map(|media| media.media_type.to_string()).collect();
    if headers.get("accept").is_none() && !names.is_empty() {
        headers.append("accept", names.join(", "));
    }
}
