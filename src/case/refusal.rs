//! Statuses that refuse a request because of what it violates (RFC 9110 §15.5).

use super::Violation;

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
