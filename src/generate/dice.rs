//! Numbers that look random and repeat: the same for the same seed, place and turn.

use crate::pointer::Pointer;

/// A small generator (SplitMix64), good enough for sample data.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The generator of a place, so that a value does not change when its neighbours do.
    pub(super) fn of(seed: u64, at: &Pointer, nth: usize) -> Self {
        let start = seed ^ 0xcbf2_9ce4_8422_2325;
        let mixed =
            at.as_str().bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(mixed.wrapping_add(u64::try_from(nth).unwrap_or(u64::MAX).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Any number.
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`; 0 where there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.roll() % end).unwrap_or_default()
    }

    /// One of several words.
    pub(super) fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}
