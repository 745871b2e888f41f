//! Instants during a run.

use jiff::{SignedDuration, Timestamp};

/// Converts milliseconds since the start of a run to instants.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock(Timestamp);

impl Clock {
    /// Creates a clock that starts at `started` in RFC 3339, or in 1970 if that is invalid.
    pub(crate) fn starting(started: &str) -> Self {
        Self(started.parse().unwrap_or_default())
    }

    /// Returns the instant `milliseconds` after the start, or the start if that is out of range.
    pub(crate) fn after(self, milliseconds: f64) -> Timestamp {
        let microseconds = SignedDuration::from_micros((milliseconds * 1000.0) as i64);
        self.0.checked_add(microseconds).unwrap_or(self.0)
    }

    /// Returns the same instant in whole milliseconds since 1970.
    pub(crate) fn millisecond(self, milliseconds: f64) -> i64 {
        self.after(milliseconds).as_millisecond()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_follow_the_start() {
        let check = |started, milliseconds, expect: &str| {
            assert_eq!(Clock::starting(started).after(milliseconds).to_string(), expect);
        };
        check("2026-11-20T10:06:58Z", 1.5, "2026-11-20T10:06:58.0015Z");
        check("2026-11-20T10:06:58Z", f64::INFINITY, "2026-11-20T10:06:58Z");
        check("soon", f64::NAN, "1970-01-01T00:00:00Z");
        assert_eq!(Clock::starting("2026-11-20T10:06:58Z").millisecond(1000.4), 1_795_169_219_000);
    }
}
