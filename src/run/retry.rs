//! How long to wait before a request is sent again after 429 or 503.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::http::Response;

/// The wait before the first repetition when the answer names none; each further one doubles it.
const FIRST: Duration = Duration::from_secs(1);
/// Doublings at most.
const MAX_DOUBLINGS: u32 = 6;

/// Whether the answer asks to try again later.
pub(super) fn is_wanted(response: &Response) -> bool {
    matches!(response.status, 429 | 503)
}

/// `Retry-After` (RFC 9110 §10.2.3), in seconds or as a date, which is counted from the answer's own `Date` because the clocks
/// of both sides may differ; without one, a second that doubles with each of the `sent` requests.
pub(super) fn delay(response: &Response, sent: u32) -> Duration {
    let asked = response.headers.get("retry-after").map(str::trim);
    let seconds = asked.and_then(|text| text.parse().ok()).map(Duration::from_secs);
    seconds.or_else(|| until(asked?, response.headers.get("date")?)).unwrap_or_else(|| back_off(sent))
}

fn back_off(sent: u32) -> Duration {
    FIRST * 2_u32.pow(sent.saturating_sub(1).min(MAX_DOUBLINGS))
}

/// From one HTTP date to another; zero when that is in the past.
fn until(later: &str, now: &str) -> Option<Duration> {
    let wait = instant(later)?.duration_since(instant(now)?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// HTTP's dates are those of mail (RFC 9110 §5.6.7, IMF-fixdate).
fn instant(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
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
    fn the_answer_says_how_long() {
        let date = ("Date", "Fri, 20 Nov 2026 10:00:00 GMT");
        check(&[("Retry-After", "7")], 1, 7);
        check(&[("Retry-After", "Fri, 20 Nov 2026 10:00:05 GMT"), date], 1, 5);
        check(&[("Retry-After", "Fri, 20 Nov 2026 09:00:00 GMT"), date], 1, 0);
    }

    #[test]
    fn otherwise_the_wait_doubles() {
        check(&[], 1, 1);
        check(&[("Retry-After", "soon")], 3, 4);
        check(&[("Retry-After", "Fri, 20 Nov 2026 10:00:05 GMT")], 2, 2);
        check(&[], u32::MAX, 64);
    }
}
