//! Statuses that refuse a request because of what it violates (RFC 9110 §15.5).

use super::Violation;

/// Further statuses about a request itself, its credentials, content or headers. They may refuse what it violates if the document declares
/// them. Not among them are those about the resource, the method, or the moment, such as 404, 405, 408 and 429.
const DECLARED: [u16; 10] = [401, 403, 409, 411, 412, 413, 414, 415, 428, 431];

/// Whether the status refuses the violation. `is_declared` is whether the operation declares a response of this very status.
pub(crate) fn is_refused(violation: &Violation, status: u16, is_declared: bool) -> bool {
    refusals(violation).contains(&status) || is_declared && DECLARED.contains(&status)
}

/// The statuses that refuse the violation, ascending.
pub(crate) fn refusals(violation: &Violation) -> &'static [u16] {
    let of_path = violation.location.as_ref().is_some_and(|location| location.starts_with("path/"));
    match violation.keyword.as_str() {
        "security" => &[401, 403],
        "content-type" => &[400, 415],
        "method" | "path" => &[404, 405],
        _ if of_path => &[400, 404, 422],
        _ => &[400, 422],
    }
}
