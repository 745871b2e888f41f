//! Instants: points in time that expressions compare and shift.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// A point in time; written as RFC 3339 in UTC with milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant(Timestamp);

impl Instant {
    /// The instant `microseconds` after 1970, clamped to the years -9999 to 9999.
    pub(super) fn at(microseconds: i64) -> Self {
        let end = if microseconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Self(Timestamp::from_microsecond(microseconds).unwrap_or(end))
    }

    /// Parses RFC 3339 §5.6: date, `T`, time, and an offset or `Z`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let has_the_form = text.is_ascii()
            && matches!(text.as_bytes().get(10), Some(b'T' | b't'))
            && text.as_bytes().get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit))
            && (text.ends_with(['Z', 'z']) || has_offset(text));
        if has_the_form { text.parse().ok().map(Self) } else { None }
    }

    /// The instant `seconds` later; `None` outside the calendar.
    pub(super) fn later(self, seconds: f64) -> Option<Self> {
        let shift = SignedDuration::try_from_secs_f64(seconds).ok()?;
        self.0.checked_add(shift).ok().map(Self)
    }

    /// Seconds from `earlier` to this.
    pub(super) fn seconds_since(self, earlier: Self) -> f64 {
        self.0.duration_since(earlier.0).as_secs_f64()
    }

    /// The UTC date, `2025-02-13`.
    pub(super) fn date(self) -> String {
        self.0.strftime("%Y-%m-%d").to_string()
    }
}

/// Whether the text ends in `+01:00`, with an offset that exists.
fn has_offset(text: &str) -> bool {
    let Some(offset) = text.len().checked_sub(6).and_then(|start| text.get(start..)) else { return false };
    let parts = offset.strip_prefix(['+', '-']).and_then(|rest| rest.split_once(':'));
    parts.is_some_and(|(hours, minutes)| {
        let below = |text: &str, bound| text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number < bound);
        below(hours, 24) && below(minutes, 60)
    })
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(Instant::parse(text).map(|instant| instant.to_string()).as_deref(), expect, "{text:?}");
    }

    #[test]
    fn only_rfc_3339_is_an_instant() {
        check("2025-02-13T19:08:07Z", Some("2025-02-13T19:08:07.000Z"));
        check("2025-01-20T18:18:22.923+00:00", Some("2025-01-20T18:18:22.923Z"));
        check("2025-01-20T00:30:00.5-01:30", Some("2025-01-20T02:00:00.500Z"));
        for text in ["2025-02-13 19:08:07Z", "2025-02-13T19:08:07", "2025-02-13", "2025-02-30T00:00:00Z", "é", ""] {
            check(text, None);
        }
        check("2025-02-13T19:08:07+25:00", None);
        check("2025-02-13T19:08:07[UTC]", None);
    }

    #[test]
    fn instants_are_limited_to_the_calendar() {
        assert_eq!(Instant::at(i64::MAX).later(1e18), None);
        assert_eq!(Instant::at(0).later(f64::NAN), None);
        assert_eq!(Instant::at(1_500_000).seconds_since(Instant::at(0)), 1.5);
        assert_eq!(Instant::at(86_400_000_000).date(), "1970-01-02");
    }
}
