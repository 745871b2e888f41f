//! Text that has several meanings conforms if one of them does.

use serde_json::Value;

use crate::contract::{Breach, Location};
use crate::document::InexactNumbers;
use crate::pointer::Pointer;

/// Why a value with [`Chosen::undecided`] locations is not checked.
pub(super) const TOO_MANY: &str = "its text has too many meanings to check all of them";

/// Maximum number of combinations of readings that are validated.
const MAX_COMBINATIONS: usize = 64;

/// A value, and what else the text at some locations may mean.
#[derive(Default)]
pub(super) struct Readings {
    /// The preferred reading.
    pub value: Value,
    /// Other values by location.
    pub others: Vec<(Pointer, Vec<Value>)>,
    /// Locations whose value is not known.
    pub unknown: Vec<Pointer>,
    /// Locations whose text may be wrong although its value conforms.
    pub doubts: Vec<Pointer>,
    /// The texts of numbers that are not represented exactly.
    pub literals: InexactNumbers<'static>,
}

/// The chosen reading.
pub(super) struct Chosen {
    /// The reading with the fewest breaches.
    pub value: Value,
    /// Locations whose breaches another combination of readings may not have: not all were validated.
    pub undecided: Vec<Pointer>,
}

/// A location with several readings.
struct Open {
    at: Pointer,
    /// The readings, the preferred one first.
    values: Vec<Value>,
}

/// A reading of the whole value, and what it violates.
struct Best {
    value: Value,
    breaches: Vec<Breach>,
}

impl Readings {
    /// Chooses the reading of which `judge` finds the fewest breaches.
    pub(super) fn choose(self, judge: &mut dyn FnMut(&mut Value) -> Vec<Breach>) -> Chosen {
        let Self { mut value, mut others, .. } = self;
        others.retain(|(_, values)| !values.is_empty());
        let breaches = if others.is_empty() { Vec::new() } else { judge(&mut value) };
        let open = |(at, others): (Pointer, Vec<Value>)| {
            let preferred = at.of(&value).cloned();
            Open { values: preferred.into_iter().chain(others).collect(), at }
        };
        let mut open: Vec<_> = others.into_iter().map(open).collect();
        let mut best = Best { value, breaches };
        best.try_each_alone(&open, judge);
        open.retain(|open| open.is_concerned(&best.breaches));
        let combinations = open.iter().try_fold(1_usize, |all, open| all.checked_mul(open.values.len()));
        match combinations.filter(|combinations| *combinations <= MAX_COMBINATIONS) {
            Some(combinations) => {
                best.try_all(&open, combinations, judge);
                open.clear();
            }
            None => open.retain(|open| open.depends(&best.breaches)),
        }
        Chosen { value: best.value, undecided: open.into_iter().map(|open| open.at).collect() }
    }
}

impl Chosen {
    /// Whether the value at `location` may be another one than was validated.
    pub(super) fn is_undecided(&self, location: &Location) -> bool {
        let is_about = |found: &Pointer| self.undecided.iter().any(|at| found.is_within(at) || at.is_within(found));
        location.pointer().is_some_and(is_about)
    }
}

impl Best {
    /// Replaces all readings that concern a breach at once, and keeps those that concern none afterwards.
    fn try_each_alone(&mut self, open: &[Open], judge: &mut dyn FnMut(&mut Value) -> Vec<Breach>) {
        let most = open.iter().map(|open| open.values.len()).max().unwrap_or_default();
        for index in 1..most {
            let concerned = open.iter().filter(|open| open.is_concerned(&self.breaches));
            let replaced: Vec<_> = concerned.filter_map(|open| Some((open, open.values.get(index)?))).collect();
            if replaced.is_empty() {
                continue;
            }
            let mut candidate = self.value.clone();
            replaced.iter().for_each(|(open, other)| replace(&mut candidate, &open.at, other));
            let breaches = judge(&mut candidate);
            let mut kept = self.value.clone();
            let better = replaced.iter().filter(|(open, _)| !open.is_concerned(&breaches));
            better.for_each(|(open, other)| replace(&mut kept, &open.at, other));
            self.improve(kept, judge);
        }
    }

    fn try_all(&mut self, open: &[Open], combinations: usize, judge: &mut dyn FnMut(&mut Value) -> Vec<Breach>) {
        // The value may be large: it is copied only where another may be better.
        let combinations = if open.is_empty() || self.breaches.is_empty() { 0 } else { combinations };
        for combination in 0..combinations {
            let mut candidate = self.value.clone();
            let mut rest = combination;
            for Open { at, values } in open {
                replace(&mut candidate, at, &values[rest % values.len()]);
                rest /= values.len();
            }
            self.improve(candidate, judge);
        }
    }

    fn improve(&mut self, mut candidate: Value, judge: &mut dyn FnMut(&mut Value) -> Vec<Breach>) {
        if self.breaches.is_empty() || candidate == self.value {
            return;
        }
        let breaches = judge(&mut candidate);
        if breaches.len() < self.breaches.len() {
            *self = Self { value: candidate, breaches };
        }
    }
}

impl Open {
    /// Whether the reading may be the reason of a breach.
    fn is_concerned(&self, breaches: &[Breach]) -> bool {
        breaches.iter().filter_map(scope).any(|scope| scope.is_within(&self.at) || self.at.is_within(scope))
    }

    /// Whether a breach depends on this and on other readings.
    fn depends(&self, breaches: &[Breach]) -> bool {
        breaches.iter().filter_map(scope).any(|scope| *scope != self.at && self.at.is_within(scope))
    }
}

/// The location of the value that a breach is about: of all branches, where it is in one of them.
fn scope(breach: &Breach) -> Option<&Pointer> {
    let location = breach.branch_of.as_ref().map_or(&breach.location, |branch| &branch.location);
    location.pointer()
}

fn replace(value: &mut Value, at: &Pointer, with: &Value) {
    if let Some(held) = value.pointer_mut(at.as_str()) {
        held.clone_from(with);
    }
}
