//! Which choice each location of a value takes, and how to advance after a failure.

use std::collections::BTreeMap;

use crate::pointer::Pointer;

/// The index of the choice at each location; 0 unless it has advanced.
#[derive(Debug, Default)]
pub(super) struct Choices(BTreeMap<Pointer, usize>);

impl Choices {
    /// The first choice everywhere, except at one location.
    pub(super) fn only(location: Pointer, choice: usize) -> Self {
        Self(BTreeMap::from([(location, choice)]))
    }

    /// The index of the choice at that location.
    pub(super) fn at(&self, location: &Pointer) -> usize {
        self.0.get(location).copied().unwrap_or_default()
    }

    /// Takes the next choice at each of `locations`, or at the nearest ancestor that has one left. Returns whether any had.
    /// `counts` is the number of choices by location.
    pub(super) fn advance(&mut self, locations: &[Pointer], counts: &BTreeMap<Pointer, usize>) -> bool {
        let mut advanced: Vec<Pointer> = Vec::new();
        for location in locations {
            let mut next = Some(location.clone());
            while let Some(here) = next {
                if advanced.iter().any(|advanced| here.is_within(advanced)) {
                    break;
                }
                if self.at(&here) + 1 < counts.get(&here).copied().unwrap_or_default() {
                    *self.0.entry(here.clone()).or_default() += 1;
                    // Another choice has other properties, which start again.
                    self.0.retain(|other, _| *other == here || !other.is_within(&here));
                    advanced.push(here);
                    break;
                }
                next = here.parent();
            }
        }
        !advanced.is_empty()
    }
}
