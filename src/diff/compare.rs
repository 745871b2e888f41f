//! Compares a response with the expectation of a case: objects are subsets, everything else is equal by value.

use serde_json::{Map, Value};

use super::align::{Step, align};
use super::change::Kind;
use super::mismatch::Mismatch;
use super::number;
use super::operators::{self, Operator};
use super::path::{Path, Spot};
use super::written::Written;

/// Maximum number of mismatches listed; the last one holds the number of the others.
const MOST: usize = 1_000;

/// Compares `actual` with `expected` by the rules of `expect.body`: subset objects, arrays of equal length element by
/// element (aligned, so that one inserted element is one mismatch), numbers by value, no coercion, and the operators
/// `$any $absent $match $contains $exact $time $literal`.
pub fn compare<'a>(expected: &Value, actual: impl Into<Written<'a>>) -> Vec<Mismatch> {
    let mut comparison = Comparison::default();
    let root = Path::Root;
    comparison.value(Spot { at: &root, wanted: &root }, Mode::default(), expected, actual.into());
    comparison.unlisted();
    comparison.found
}

/// How strictly a part is compared.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mode {
    /// Inside `$exact`: no properties other than the expected ones.
    exact: bool,
    /// Inside `$literal`: names that begin with `$` have no special meaning.
    literal: bool,
}

/// State of a comparison. A probing comparison stops at the first difference and records nothing.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    found: Vec<Mismatch>,
    differs: bool,
    probing: bool,
    /// How many more there are than are listed.
    more: u64,
}

impl Comparison {
    fn matches(mode: Mode, expected: &Value, actual: Written<'_>) -> bool {
        let mut probe = Self { probing: true, ..Self::default() };
        let root = Path::Root;
        probe.value(Spot { at: &root, wanted: &root }, mode, expected, actual);
        !probe.differs
    }

    fn value(&mut self, spot: Spot<'_>, mode: Mode, expected: &Value, actual: Written<'_>) {
        match Operator::parse(expected).filter(|_| !mode.literal) {
            Some(operator) => self.operator(spot, mode, (operator, expected), actual),
            None => self.plain(spot, mode, expected, actual),
        }
    }

    fn plain(&mut self, spot: Spot<'_>, mode: Mode, expected: &Value, actual: Written<'_>) {
        match (expected, actual.value) {
            (Value::Object(wanted), Value::Object(_)) => self.members(spot, mode, wanted, actual),
            (Value::Array(wanted), Value::Array(_)) => self.elements(spot, mode, wanted, actual),
            // What is expected is held exactly, and so is another number than one that is not.
            (Value::Number(wanted), Value::Number(came)) if number::same(wanted, came) && !actual.is_inexact() => {}
            (wanted, came) if wanted == came && !came.is_number() => {}
            (wanted, _) => self.wrong(spot, wanted, actual),
        }
    }

    fn operator(&mut self, spot: Spot<'_>, mode: Mode, asked: (Operator<'_>, &Value), actual: Written<'_>) {
        let (operator, expected) = asked;
        let inner = |name| Path::Member(spot.wanted, name);
        match operator {
            Operator::Any => {}
            Operator::Absent => self.unexpected(spot, "nothing", actual),
            Operator::Exact(argument) => {
                let mode = Mode { exact: true, ..mode };
                self.value(Spot { wanted: &inner("$exact"), ..spot }, mode, argument, actual);
            }
            Operator::Literal(argument) => {
                let mode = Mode { literal: true, ..mode };
                self.value(Spot { wanted: &inner("$literal"), ..spot }, mode, argument, actual);
            }
            Operator::Contains(items) => {
                self.contains(Spot { wanted: &inner("$contains"), ..spot }, mode, items, actual)
            }
            Operator::Match(pattern) if operators::matches(pattern, actual.value) => {}
            Operator::Time(instant) if operators::same_instant(instant, actual.value) => {}
            Operator::Match(_) | Operator::Time(_) => self.wrong(spot, expected, actual),
        }
    }

    fn members(&mut self, spot: Spot<'_>, mode: Mode, wanted: &Map<String, Value>, came: Written<'_>) {
        for (name, expected) in wanted {
            if self.is_settled() {
                return;
            }
            let (at, wanted) = (Path::Member(spot.at, name), Path::Member(spot.wanted, name));
            let spot = Spot { at: &at, wanted: &wanted };
            match came.value.get(name) {
                Some(actual) => self.value(spot, mode, expected, came.child(name, actual)),
                None if !mode.literal && Operator::parse(expected) == Some(Operator::Absent) => {}
                None => self.missing(spot, expected),
            }
        }
        for (name, actual) in came.members().filter(|(name, _)| mode.exact && !wanted.contains_key(*name)) {
            self.unexpected(Spot { at: &Path::Member(spot.at, name), ..spot }, "no such member", actual);
        }
    }

    fn elements(&mut self, spot: Spot<'_>, mode: Mode, wanted: &[Value], came: Written<'_>) {
        let came: Vec<_> = came.elements().collect();
        if self.probing {
            let alike = || wanted.iter().zip(&came).all(|(wanted, came)| Self::matches(mode, wanted, *came));
            self.differs |= wanted.len() != came.len() || !alike();
            return;
        }
        for step in align(wanted, &came, |wanted, came| unlikeness(mode, wanted, *came)) {
            match step {
                Step::Pair(index, place) => {
                    let (at, inner) = (Path::Element(spot.at, place), Path::Element(spot.wanted, index));
                    self.value(Spot { at: &at, wanted: &inner }, mode, &wanted[index], came[place]);
                }
                Step::Missing(index, place) => {
                    let (at, inner) = (Path::Element(spot.at, place), Path::Element(spot.wanted, index));
                    self.missing(Spot { at: &at, wanted: &inner }, &wanted[index]);
                }
                Step::Unexpected(place) => {
                    self.unexpected(
                        Spot { at: &Path::Element(spot.at, place), ..spot },
                        "no such element",
                        came[place],
                    );
                }
            }
        }
    }

    fn contains(&mut self, spot: Spot<'_>, mode: Mode, items: &[Value], actual: Written<'_>) {
        for (index, item) in items.iter().enumerate() {
            if !actual.elements().any(|element| Self::matches(mode, item, element)) {
                let wanted = Path::Element(spot.wanted, index);
                let asked = format!("list with {}", operators::notation(item));
                self.report(Spot { wanted: &wanted, ..spot }, Kind::Wrong, || asked, Some(actual));
            }
        }
        if items.is_empty() && !actual.value.is_array() {
            self.report(spot, Kind::Wrong, || "list".to_owned(), Some(actual));
        }
    }

    fn wrong(&mut self, spot: Spot<'_>, expected: &Value, actual: Written<'_>) {
        self.report(spot, Kind::Wrong, || operators::notation(expected), Some(actual));
    }

    fn missing(&mut self, spot: Spot<'_>, expected: &Value) {
        self.report(spot, Kind::Missing, || operators::notation(expected), None);
    }

    fn unexpected(&mut self, spot: Spot<'_>, asked: &str, actual: Written<'_>) {
        self.report(spot, Kind::Unexpected, || asked.to_owned(), Some(actual));
    }

    fn report(&mut self, spot: Spot<'_>, kind: Kind, asked: impl FnOnce() -> String, actual: Option<Written<'_>>) {
        self.differs = true;
        if self.probing {
            return;
        }
        if self.found.len() >= MOST {
            self.more += 1;
            return;
        }
        let expected = asked();
        let literal = expected.starts_with('"') && actual.is_some_and(|actual| actual.value.is_string());
        let (at, wanted_at) = (spot.at.pointer(), spot.wanted.pointer());
        self.found.push(Mismatch { at, wanted_at, kind, expected, literal, not_listed: 0 });
    }

    /// Notes on the last mismatch how many are not listed.
    fn unlisted(&mut self) {
        if let Some(last) = self.found.last_mut() {
            last.not_listed = self.more;
        }
    }

    fn is_settled(&self) -> bool {
        self.probing && self.differs
    }
}

/// Returns how different two elements are: 0 for a match, otherwise from 10 (nearly equal) to 19 (nothing in common).
/// Removing and inserting an element costs 10 each, so that a changed element stays one change.
fn unlikeness(mode: Mode, expected: &Value, actual: Written<'_>) -> usize {
    if Comparison::matches(mode, expected, actual) {
        return 0;
    }
    let (Some(wanted), Some(came)) = (expected.as_object(), actual.value.as_object()) else { return 19 };
    let alike = |(name, value): &(&String, &Value)| {
        came.get(*name).is_some_and(|came| Comparison::matches(mode, value, actual.child(name, came)))
    };
    let kept = wanted.iter().filter(alike).count();
    19 - 9 * kept / wanted.len().max(1)
}
