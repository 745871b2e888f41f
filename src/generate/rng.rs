//! Reproducible pseudo-random numbers: the same for the same seed, location and index.

use crate::pointer::Pointer;

/// A SplitMix64 generator; sufficient for sample data.
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    /// The generator of one location, so that a value does not change with its neighbours.
    pub(super) fn new(seed: u64, location: &Pointer, nth: usize) -> Self {
        let start = seed ^ 0xcbf2_9ce4_8422_2325;
        let bytes = location.as_str().bytes();
        let mixed = bytes.fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(mixed.wrapping_add(u64::try_from(nth).unwrap_or(u64::MAX).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..end`; 0 if that is empty.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// One of several words.
    pub(super) fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}
