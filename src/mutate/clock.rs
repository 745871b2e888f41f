//! The paused clock: every request takes one millisecond, and waiting takes no time.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// Time of a request in microseconds.
pub(crate) const STEP: i64 = 1_000;

/// A runtime whose clock moves only when everything waits.
pub(crate) fn paused_runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_time().start_paused(true).build()
}

/// Lets a millisecond pass, so that later responses have later times.
pub(crate) async fn advance() {
    tokio::time::advance(Duration::from_millis(1)).await;
}
