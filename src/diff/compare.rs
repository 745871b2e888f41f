//! Compares a response with the expectation of a case: objects are subsets, everything else is equal by value.

use serde_json::{Map, Value};

use super::align::{Step, align};
use super::change::Kind;
use super::mismatch::Mismatch;
use super::number;
use super::operators::{self, Operator};
use super::path::{Locations, Path};
use super::verbatim_value::VerbatimValue;

/// Maximum number of mismatches listed; the last one holds the number of the others.
const MAX_MISMATCHES: usize = 1_000;

/// Compares `actual` with `expected` by the rules of `expect.body`: subset objects, arrays of equal length element by
/// element (aligned, so that one inserted element is one mismatch), numbers by value, no coercion, and the operators
/// `$any $absent $match $contains $exact $time $literal`.
pub(crate) fn compare<'a>(expected: &Value, actual: impl Into<VerbatimValue<'a>>) -> Vec<Mismatch> {
    let mut comparison = Comparison::default();
    let root = Path::Root;
    comparison.value(Locations { actual: &root, expected: &root }, Mode::default(), expected, actual.into());
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
    fn matches(mode: Mode, expected: &Value, actual: VerbatimValue<'_>) -> bool {
        let mut probe = Self { probing: true, ..Self::default() };
        let root = Path::Root;
        probe.value(Locations { actual: &root, expected: &root }, mode, expected, actual);
        !probe.differs
    }

    fn value(&mut self, at: Locations<'_>, mode: Mode, expected: &Value, actual: VerbatimValue<'_>) {
        match Operator::parse(expected).filter(|_| !mode.literal) {
            Some(operator) => self.operator(at, mode, (operator, expected), actual),
            None => self.plain(at, mode, expected, actual),
        }
    }

    fn plain(&mut self, at: Locations<'_>, mode: Mode, expected: &Value, actual: VerbatimValue<'_>) {
        match (expected, actual.value) {
            (Value::Object(expected), Value::Object(_)) => self.properties(at, mode, expected, actual),
            (Value::Array(expected), Value::Array(_)) => self.elements(at, mode, expected, actual),
            (Value::Number(a), Value::Number(_)) if actual.is_inexact() && actual.is_written(a) => {}
            (Value::Number(a), Value::Number(b)) if !actual.is_inexact() && number::same(a, b) => {}
            (a, b) if a == b && !b.is_number() => {}
            _ => self.wrong(at, expected, actual),
        }
    }

    fn operator(
        &mut self,
        at: Locations<'_>,
        mode: Mode,
        (operator, expected): (Operator<'_>, &Value),
        actual: VerbatimValue<'_>,
    ) {
        let inner = |name| Path::Property(at.expected, name);
        match operator {
            Operator::Any => {}
            Operator::Absent => self.unexpected(at, "nothing", actual),
            Operator::Exact(argument) => {
                let mode = Mode { exact: true, ..mode };
                self.value(Locations { expected: &inner("$exact"), ..at }, mode, argument, actual);
            }
            Operator::Literal(argument) => {
                let mode = Mode { literal: true, ..mode };
                self.value(Locations { expected: &inner("$literal"), ..at }, mode, argument, actual);
            }
            Operator::Contains(items) => {
                self.contains(Locations { expected: &inner("$contains"), ..at }, mode, items, actual)
            }
            Operator::Match(pattern) if operators::matches(pattern, actual.value) => {}
            Operator::Time(instant) if operators::same_instant(instant, actual.value) => {}
            Operator::Match(_) | Operator::Time(_) => self.wrong(at, expected, actual),
        }
    }

    fn properties(&mut self, at: Locations<'_>, mode: Mode, expected: &Map<String, Value>, object: VerbatimValue<'_>) {
        for (name, expected) in expected {
            if self.is_settled() {
                return;
            }
            let (actual_path, expected_path) = (Path::Property(at.actual, name), Path::Property(at.expected, name));
            let at = Locations { actual: &actual_path, expected: &expected_path };
            match object.value.get(name) {
                Some(actual) => self.value(at, mode, expected, object.child(name, actual)),
                None if !mode.literal && Operator::parse(expected) == Some(Operator::Absent) => {}
                None => self.missing(at, expected),
            }
        }
        for (name, actual) in object.members().filter(|(name, _)| mode.exact && !expected.contains_key(*name)) {
            self.unexpected(Locations { actual: &Path::Property(at.actual, name), ..at }, "no such property", actual);
        }
    }

    fn elements(&mut self, at: Locations<'_>, mode: Mode, expected: &[Value], list: VerbatimValue<'_>) {
        let actual: Vec<_> = list.elements().collect();
        if self.probing {
            let alike =
                || expected.iter().zip(&actual).all(|(expected, actual)| Self::matches(mode, expected, *actual));
            self.differs |= expected.len() != actual.len() || !alike();
            return;
        }
        let paths = |place, index| (Path::Element(at.actual, place), Path::Element(at.expected, index));
        for step in align(expected, &actual, |expected, actual| cost(mode, expected, *actual)) {
            match step {
                Step::Pair(index, place) => {
                    let (actual_path, expected_path) = paths(place, index);
                    let at = Locations { actual: &actual_path, expected: &expected_path };
                    self.value(at, mode, &expected[index], actual[place]);
                }
                Step::Missing(index, place) => {
                    let (actual_path, expected_path) = paths(place, index);
                    let at = Locations { actual: &actual_path, expected: &expected_path };
                    self.missing(at, &expected[index]);
                }
                Step::Unexpected(place) => {
                    let at = Locations { actual: &Path::Element(at.actual, place), ..at };
                    self.unexpected(at, "no such element", actual[place]);
                }
            }
        }
    }

    fn contains(&mut self, at: Locations<'_>, mode: Mode, items: &[Value], actual: VerbatimValue<'_>) {
        for (index, item) in items.iter().enumerate() {
            if !actual.elements().any(|element| Self::matches(mode, item, element)) {
                let path = Path::Element(at.expected, index);
                let expected = format!("list with {}", operators::notation(item));
                self.report(Locations { expected: &path, ..at }, Kind::Wrong, || expected, Some(actual));
            }
        }
        if items.is_empty() && !actual.value.is_array() {
            self.report(at, Kind::Wrong, || "list".to_owned(), Some(actual));
        }
    }

    fn wrong(&mut self, at: Locations<'_>, expected: &Value, actual: VerbatimValue<'_>) {
        self.report(at, Kind::Wrong, || operators::notation(expected), Some(actual));
    }

    fn missing(&mut self, at: Locations<'_>, expected: &Value) {
        self.report(at, Kind::Missing, || operators::notation(expected), None);
    }

    fn unexpected(&mut self, at: Locations<'_>, expected: &str, actual: VerbatimValue<'_>) {
        self.report(at, Kind::Unexpected, || expected.to_owned(), Some(actual));
    }

    fn report(
        &mut self,
        at: Locations<'_>,
        kind: Kind,
        expected: impl FnOnce() -> String,
        actual: Option<VerbatimValue<'_>>,
    ) {
        self.differs = true;
        if self.probing {
            return;
        }
        if self.found.len() >= MAX_MISMATCHES {
            self.more += 1;
            return;
        }
        let expected = expected();
        let literal = expected.starts_with('"') && actual.is_some_and(|actual| actual.value.is_string());
        let (at, expected_at) = (at.actual.pointer(), at.expected.pointer());
        self.found.push(Mismatch { at, expected_at, kind, expected, literal, not_listed: 0 });
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
fn cost(mode: Mode, expected: &Value, actual: VerbatimValue<'_>) -> usize {
    if Comparison::matches(mode, expected, actual) {
        return 0;
    }
    let (Some(properties), Some(object)) = (expected.as_object(), actual.value.as_object()) else { return 19 };
    let matches = |(name, expected): &(&String, &Value)| {
        object.get(*name).is_some_and(|value| Comparison::matches(mode, expected, actual.child(name, value)))
    };
    let matching = properties.iter().filter(matches).count();
    19 - 9 * matching / properties.len().max(1)
}
