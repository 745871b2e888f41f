//! Clock and seed of a run.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::run::Start;

/// The start of a run at `now` (microseconds since 1970). Without a seed, a mock gets seed 1 so that runs are reproducible, and any
/// other target a random one.
pub(crate) fn start(now: i64, seed: Option<u64>, is_mock: bool) -> Start {
    // 24 bits, so that the seed is short enough to type.
    let random = || RandomState::new().build_hasher().finish() >> 40;
    let seed = seed.unwrap_or_else(|| if is_mock { 1 } else { random() });
    Start { at: now, seed }
}
