//! Limits the request rate by spacing requests evenly.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How late a request may be without delaying those after it: timers have a resolution of a millisecond.
const SLACK: Duration = Duration::from_millis(5);

/// Grants permission to send at a steady pace, without bursts: a target that counts per second never exceeds its own limit.
#[derive(Debug)]
pub(super) struct RateLimiter {
    pause: Duration,
    /// When the next request is due. The task that waits for it holds the lock; the others queue.
    due: Mutex<Instant>,
}

impl RateLimiter {
    /// A limit of `per_second` requests per second; `None` (no limit) unless that is a positive number.
    pub(super) fn new(per_second: f64) -> Option<Self> {
        let pause = Duration::try_from_secs_f64(per_second.recip()).ok().filter(|_| per_second > 0.0)?;
        Some(Self { pause, due: Mutex::new(Instant::now()) })
    }

    /// Waits until the next request may be sent. A cancelled wait does not use up a request.
    pub(super) async fn acquire(&self) {
        let mut due = self.due.lock().await;
        let now = Instant::now();
        let at = (*due).max(now.checked_sub(SLACK).unwrap_or(now));
        if at > now {
            sleep_until(at).await;
        }
        *due = at.checked_add(self.pause).unwrap_or(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_are_evenly_spaced() {
        let limiter = RateLimiter::new(4.0).expect("a limit");
        let begun = Instant::now();
        let mut sent = Vec::new();
        for _ in 0..4 {
            limiter.acquire().await;
            sent.push(begun.elapsed().as_millis());
        }
        assert_eq!(sent, [0, 250, 500, 750]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_wait_uses_up_nothing() {
        let limiter = RateLimiter::new(1.0).expect("a limit");
        let begun = Instant::now();
        limiter.acquire().await;
        let cancelled = tokio::time::timeout(Duration::from_millis(100), limiter.acquire());
        assert!(cancelled.await.is_err());
        limiter.acquire().await;
        assert_eq!(begun.elapsed().as_millis(), 1_000);
    }

    #[test]
    fn invalid_rates_are_no_limit() {
        assert!([0.0, -1.0, f64::NAN, 1e-300].map(RateLimiter::new).iter().all(Option::is_none));
    }
}
