//! The rate limit: requests take turns, evenly spaced.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Gives turns at a steady pace; no burst, so that a target which counts per second never sees more than it allows.
#[derive(Debug)]
pub(super) struct Rate {
    pause: Duration,
    next: Cell<Instant>,
}

impl Rate {
    /// `per_second` turns a second; none (no limit) unless that is a positive number.
    pub(super) fn new(per_second: f64) -> Option<Self> {
        let pause = Duration::try_from_secs_f64(per_second.recip()).ok().filter(|_| per_second > 0.0)?;
        Some(Self { pause, next: Cell::new(Instant::now()) })
    }

    /// Waits for the next turn. One that is given up while waiting is lost.
    pub(super) async fn turn(&self) {
        let now = Instant::now();
        let at = self.next.get().max(now);
        self.next.set(at.checked_add(self.pause).unwrap_or(at));
        if at > now {
            sleep_until(at).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn turns_are_evenly_spaced() {
        let rate = Rate::new(4.0).expect("a limit");
        let begun = Instant::now();
        let mut turns = Vec::new();
        for _ in 0..4 {
            rate.turn().await;
            turns.push(begun.elapsed().as_millis());
        }
        assert_eq!(turns, [0, 250, 500, 750]);
    }

    #[test]
    fn odd_rates_are_no_limit() {
        assert!([0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300].map(Rate::new).iter().skip(4).all(Option::is_none));
        assert!([0.0, -1.0, f64::NAN].map(Rate::new).iter().all(Option::is_none));
    }
}
