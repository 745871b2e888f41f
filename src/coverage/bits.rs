//! A set of small numbers: one bit each.

/// A set of indexes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// Adds `index`; false if it was there.
    pub(crate) fn insert(&mut self, index: usize) -> bool {
        let (word, bit) = (index / 64, 1 << (index % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        is_new
    }

    /// Whether `index` is in it.
    pub(crate) fn contains(&self, index: usize) -> bool {
        self.words.get(index / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    /// Adds every index of `other`.
    pub(crate) fn union(&mut self, other: &Self) {
        if other.words.len() > self.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(word, more)| *word |= more);
    }

    /// Removes every index of `other`.
    pub(crate) fn remove(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, less)| *word &= !less);
    }

    /// Whether it has an index of at least `length`.
    pub(crate) fn exceeds(&self, length: usize) -> bool {
        self.iter().any(|index| index >= length)
    }

    /// The indexes, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.words.iter().enumerate();
        words.flat_map(|(at, word)| (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| at * 64 + bit))
    }

    /// The set as bytes: bit `i % 8` of byte `i / 8`, least significant first, without zero bytes at the end.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
        bytes
    }

    /// The set that [`BitSet::to_bytes`] wrote.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let word = |chunk: &[u8]| {
            chunk.iter().enumerate().fold(0, |word, (index, byte)| word | u64::from(*byte) << (8 * index))
        };
        Self { words: bytes.chunks(8).map(word).collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(indexes in prop::collection::btree_set(0usize..300, 0..40), others in prop::collection::btree_set(0usize..300, 0..40)) {
            let set = |indexes: &BTreeSet<usize>| {
                let mut set = BitSet::default();
                indexes.iter().for_each(|index| assert!(set.insert(*index)));
                set
            };
            let mut all = set(&indexes);
            prop_assert!(all.iter().eq(indexes.iter().copied()));
            prop_assert!((0..310).all(|index| all.contains(index) == indexes.contains(&index)));
            prop_assert!(BitSet::from_bytes(&all.to_bytes()).iter().eq(all.iter()));
            all.union(&set(&others));
            prop_assert!(all.iter().eq(indexes.union(&others).copied()));
            prop_assert_eq!(all.exceeds(200), all.iter().any(|index| index >= 200));
            all.remove(&set(&others));
            prop_assert!(all.iter().eq(indexes.difference(&others).copied()));
        }
    }
}
