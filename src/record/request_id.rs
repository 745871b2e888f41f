//! What a target's makers find an exchange by in their logs.

/// The headers that carry such an id, those first that name the request itself.
const HEADERS: [&str; 14] = [
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "correlation-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-ms-request-id",
    "x-trace-id",
    "x-amzn-trace-id",
    "x-cloud-trace-context",
    "traceparent",
    "cf-ray",
    "x-amz-cf-id",
    "x-vercel-id",
];

/// The longest id; what is longer identifies nothing that a person could search for.
const MAX_LENGTH: usize = 200;

/// The name and value of the header that identifies the exchange, among those of a response.
pub(super) fn find(headers: &[(String, String)]) -> Option<(String, String)> {
    let named = |wanted: &&str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let is_id = |(_, value): &&(String, String)| (1..=MAX_LENGTH).contains(&value.len());
    HEADERS.iter().filter_map(named).find(is_id).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_the_request_comes_before_those_of_proxies() {
        let check = |headers: &[(&str, &str)], expect: Option<(&str, &str)>| {
            let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            assert_eq!(find(&headers), expect.map(|(name, value)| (name.into(), value.into())));
        };
        check(&[("CF-Ray", "8a-FRA"), ("X-Request-Id", "req_1")], Some(("X-Request-Id", "req_1")));
        check(&[("cf-ray", "8a-FRA"), ("x-request-id", "")], Some(("cf-ray", "8a-FRA")));
        check(&[("x-request-id", &"x".repeat(201))], None);
        check(&[("content-type", "text/plain")], None);
    }
}
