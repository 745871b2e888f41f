//! Delay before a request is retried after 429 or 503.

use std::time::Duration;

use httpdate::parse_http_date;

use crate::http::Response;

/// Delay before the first retry if the response states none; it doubles with each further retry.
const FIRST: Duration = Duration::from_secs(1);
/// Maximum number of doublings.
const MAX_DOUBLINGS: u32 = 6;

/// Whether the response asks the client to retry later.
pub(super) fn is_wanted(response: &Response) -> bool {
    matches!(response.status, 429 | 503)
}

/// Returns the delay that a response states which asks the client to retry later.
pub(super) fn stated(response: &Response) -> Option<Duration> {
    Some(response).filter(|response| is_wanted(response)).and_then(retry_after)
}

/// Returns the delay of `Retry-After` (RFC 9110 §10.2.3). A date is relative to the response's own `Date`, because the clocks of
/// client and target may differ. Without the header: one second, doubled for each of the `sent` requests after the first.
pub(super) fn delay(response: &Response, sent: u32) -> Duration {
    retry_after(response).unwrap_or_else(|| back_off(sent))
}

fn retry_after(response: &Response) -> Option<Duration> {
    let stated = response.headers.get("retry-after")?.trim();
    if !stated.is_empty() && stated.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(stated.parse::<u32>().unwrap_or(u32::MAX).into()));
    }
    until(stated, response.headers.get("date")?)
}

fn back_off(sent: u32) -> Duration {
    FIRST * 2_u32.pow(sent.saturating_sub(1).min(MAX_DOUBLINGS))
}

/// Time from one HTTP date to another, in any of its three formats (RFC 9110 §5.6.7); zero if that is negative.
fn until(later: &str, now: &str) -> Option<Duration> {
    let (later, now) = (parse_http_date(later).ok()?, parse_http_date(now.trim()).ok()?);
    Some(later.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn check(headers: &[(&str, &str)], sent: u32, seconds: u64) {
        let headers = headers.iter().copied().collect();
        let response = Response { status: 429, version: "HTTP/1.1", headers, body: Bytes::new(), wire_size: 0 };
        assert_eq!(delay(&response, sent), Duration::from_secs(seconds), "{:?}", response.headers);
    }

    #[test]
    fn the_response_states_the_delay() {
        let date = ("Date", "Fri, 20 Nov 2026 10:00:00 GMT");
        check(&[("Retry-After", "7")], 1, 7);
        check(&[("Retry-After", "Fri, 20 Nov 2026 10:00:05 GMT"), date], 1, 5);
        check(&[("Retry-After", "Fri, 20 Nov 2026 09:00:00 GMT"), date], 1, 0);
        check(&[("Retry-After", "Friday, 20-Nov-26 10:00:05 GMT"), date], 1, 5);
        check(&[("Retry-After", "Fri Nov 20 10:00:05 2026"), date], 1, 5);
        check(&[("Retry-After", "99999999999999999999"), date], 1, u32::MAX.into());
    }

    #[test]
    fn otherwise_the_delay_doubles() {
        check(&[], 1, 1);
        check(&[("Retry-After", "soon")], 3, 4);
        check(&[("Retry-After", "+7")], 1, 1);
        check(&[("Retry-After", "Fri, 20 Nov 2026 10:00:05 GMT")], 2, 2);
        check(&[], u32::MAX, 64);
    }
}
