//! Delay before a request is retried after 429 or 503.

use std::time::{Duration, UNIX_EPOCH};

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

/// Returns the delay that a response states which asks the client to retry later. It was `received` so many microseconds after 1970.
pub(super) fn stated(response: &Response, received: i64) -> Option<Duration> {
    is_wanted(response).then(|| retry_after(response, received)).flatten()
}

/// Returns the delay of `Retry-After`. Without the header: one second, doubled for each of the `sent` requests after the first.
pub(super) fn delay(response: &Response, received: i64, sent: u32) -> Duration {
    retry_after(response, received).unwrap_or_else(|| back_off(sent))
}

/// The delay of `Retry-After` (RFC 9110 §10.2.3). A date is relative to the response's own `Date`, because the clocks of client and
/// target may differ; without a valid one, to the time of receipt (RFC 9110 §6.6.1). A date in the past is a delay of zero.
fn retry_after(response: &Response, received: i64) -> Option<Duration> {
    let stated = response.headers.get("retry-after")?.trim();
    if !stated.is_empty() && stated.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(stated.parse::<u32>().unwrap_or(u32::MAX).into()));
    }
    let sent = response.headers.get("date").and_then(micros).unwrap_or(received);
    Some(Duration::from_micros(u64::try_from(micros(stated)?.saturating_sub(sent)).unwrap_or_default()))
}

/// An HTTP date, in any of its three formats (RFC 9110 §5.6.7), as microseconds since 1970.
fn micros(date: &str) -> Option<i64> {
    let since = parse_http_date(date.trim()).ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok()
}

fn back_off(sent: u32) -> Duration {
    FIRST * 2_u32.pow(sent.saturating_sub(1).min(MAX_DOUBLINGS))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn check(headers: &[(&str, &str)], sent: u32, seconds: u64) {
        let headers = headers.iter().copied().collect();
        let response = Response { status: 429, version: "HTTP/1.1", headers, body: Bytes::new(), wire_size: 0 };
        let received = micros("Fri, 20 Nov 2026 10:00:02 GMT").expect("a date");
        assert_eq!(delay(&response, received, sent), Duration::from_secs(seconds), "{:?}", response.headers);
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
    fn without_a_date_the_time_of_receipt_counts() {
        let until = ("Retry-After", "Fri, 20 Nov 2026 10:00:05 GMT");
        check(&[until], 1, 3);
        check(&[until, ("Date", "today")], 1, 3);
        check(&[("Retry-After", "Fri, 20 Nov 2026 10:00:01 GMT")], 1, 0);
    }

    #[test]
    fn otherwise_the_delay_doubles() {
        check(&[], 1, 1);
        check(&[("Retry-After", "soon")], 3, 4);
        check(&[("Retry-After", "+7")], 1, 1);
        check(&[], u32::MAX, 64);
    }
}
