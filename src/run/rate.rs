//! The rate limit: requests take turns, evenly spaced.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How late a turn may be without delaying those after it: timers are no finer than a millisecond.
const SLACK: Duration = Duration::from_millis(5);

/// Gives turns at a steady pace; no burst, so that a target which counts per second never sees more than it allows.
#[derive(Debug)]
pub(super) struct Rate {
    pause: Duration,
    /// When the next turn is due; whoever waits for it holds the lock, the others queue.
    due: Mutex<Instant>,
}

impl Rate {
    /// `per_second` turns a second; none (no limit) unless that is a positive number.
    pub(super) fn new(per_second: f64) -> Option<Self> {
        let pause = Duration::try_from_secs_f64(per_second.recip()).ok().filter(|_| per_second > 0.0)?;
        Some(Self { pause, due: Mutex::new(Instant::now()) })
    }

    /// Waits for the next turn. Nothing is lost when the wait is given up.
    pub(super) async fn turn(&self) {
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

    #[tokio::test(start_paused = true)]
    async fn a_turn_given_up_is_the_next_ones() {
        let rate = Rate::new(1.0).expect("a limit");
        let begun = Instant::now();
        rate.turn().await;
        let given_up = tokio::time::timeout(Duration::from_millis(100), rate.turn());
        assert!(given_up.await.is_err());
        rate.turn().await;
        assert_eq!(begun.elapsed().as_millis(), 1_000);
    }

    #[test]
    fn odd_rates_are_no_limit() {
        assert!([0.0, -1.0, f64::NAN, 1e-300].map(Rate::new).iter().all(Option::is_none));
    }
}
