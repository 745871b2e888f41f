//! Judges values with numbers that 64 bits do not represent exactly. Each lies between the two neighbours of its nearest float, so the
//! value is judged with all three: what all violate is a violation, whatever the number. If only some of them violate a bound, the
//! digits of the number are compared with those of the bound. Everything else is not checked. A number that is no integer although
//! all three floats are is judged as a lesser fraction too.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::{Number, Value};

use crate::contract::keyword::NumberLimit;
use crate::contract::refs::Refs;
use crate::contract::schema::with_digits;
use crate::contract::{Breach, Location, NotChecked, Rule, Schemas};
use crate::document::{Decimal, InexactNumbers, NumberLiterals, parse_json};
use crate::pointer::Pointer;

/// Maximum length of a number in a message.
const MAX_SHOWN: usize = 80;

/// The greatest fraction that a float represents exactly. Numbers whose floats have lost their fraction are greater.
const FRACTION: f64 = 4_503_599_627_370_495.5;

/// Keywords whose result for an array or an object depends on the numbers in it, although they are no conditions.
const COMPARE_CONTENTS: [&str; 4] = ["enum", "const", "uniqueItems", "anyOf"];

/// The violations of a value, and what was not checked.
pub(in crate::contract) type Verdict = (Vec<Breach>, Vec<NotChecked>);

/// What a value is judged by.
#[derive(Clone, Copy)]
pub(in crate::contract) struct Standard<'a> {
    /// The schemas.
    pub schemas: &'a Schemas,
    /// Their documents.
    pub refs: Refs<'a>,
    /// The rule of what is not checked.
    pub rule: Rule,
    /// The location in the message of a location in the value.
    pub location: &'a dyn Fn(Pointer) -> Location,
}

/// A number that is not represented exactly.
struct Inexact<'t> {
    /// Its location in the message.
    at: Location,
    /// Its location in the value.
    within: &'t Pointer,
    text: &'t str,
    /// The nearest float between its neighbours, and a fraction.
    floats: [Number; 4],
}

/// The numbers in the value that is parsed from the JSON `text`.
pub(in crate::contract) fn of_json(text: &[u8]) -> InexactNumbers<'_> {
    NumberLiterals::parse(std::str::from_utf8(text).unwrap_or_default()).inexact()
}

/// Judges by `judge` the value that has these numbers.
pub(in crate::contract) fn judge(
    standard: Standard<'_>,
    literals: &InexactNumbers<'_>,
    value: &mut Value,
    judge: &mut dyn FnMut(&Value) -> Verdict,
) -> Verdict {
    let numbers =
        literals.listed.iter().filter(|(within, _)| value.pointer(within.as_str()).is_some_and(Value::is_number));
    let numbers: Vec<_> =
        numbers.filter_map(|(within, text)| Inexact::new((standard.location)(within.clone()), within, text)).collect();
    if numbers.is_empty() {
        return judge(value);
    }
    // The value may be large, so it is changed in place and restored.
    let held: Vec<_> = numbers.iter().map(|inexact| value.pointer(inexact.within.as_str()).cloned()).collect();
    let count = if numbers.iter().any(Inexact::is_lost_fraction) { 4 } else { 3 };
    let floats = 0..count;
    let verdicts = floats.map(|float| {
        let exact: Vec<_> = numbers.iter().filter_map(|number| number.digits(float)).collect();
        let value = replaced(value, &numbers, |at| Some(numbers[at].floats[float].clone().into()));
        with_digits(&exact, value, &mut *judge)
    });
    let verdicts: Vec<_> = verdicts.collect();
    replaced(value, &numbers, |index| held[index].clone());
    let verdict = combine(standard, &numbers, &verdicts);
    if literals.is_cut { without_unlisted(standard, &numbers, value, verdict) } else { verdict }
}

/// The verdict without the breaches that numbers may decide which are not listed: those were judged by the nearest float.
fn without_unlisted(
    standard: Standard<'_>,
    numbers: &[Inexact<'_>],
    value: &Value,
    (mut breaches, mut not_checked): Verdict,
) -> Verdict {
    let listed: HashSet<&Location> = numbers.iter().map(|number| &number.at).collect();
    let root = (standard.location)(Pointer::root()).pointer().cloned().unwrap_or_default();
    breaches.retain(|breach| {
        let within = breach.location.pointer().and_then(|at| at.rebased(&root, &Pointer::root()));
        let is_decided = match within.and_then(|at| at.of(value)) {
            Some(Value::Number(number)) => !number.is_f64() || listed.contains(&breach.location),
            Some(Value::Array(_) | Value::Object(_)) => !COMPARE_CONTENTS.contains(&&*breach.keyword),
            _ => true,
        };
        is_decided && breach.branch_of.is_none() && !standard.schemas.is_decided_by_condition(breach)
    });
    let reason = format!("more digits than can be checked: the numbers after the first {} with so many", numbers.len());
    not_checked.push(NotChecked { rule: standard.rule, reason });
    (breaches, not_checked)
}

/// The verdict without the breaches of strings in `value` that are numbers beyond the range of a float, which are not checked. For text
/// that may be a number.
pub(super) fn without_range((mut breaches, mut not_checked): Verdict, rule: Rule, value: &Value) -> Verdict {
    let is_out_of_range = |breach: &Breach| {
        let text = breach.location.pointer().and_then(|at| at.of(value)?.as_str());
        breach.keyword == "type" && text.is_some_and(is_beyond_range)
    };
    let removed: Vec<_> = breaches.extract_if(.., |breach| is_out_of_range(breach)).collect();
    if let Some(first) = removed.first() {
        let reason = format!("{} is not checked: it is a number out of range", first.location);
        not_checked.push(NotChecked { rule, reason });
    }
    (breaches, not_checked)
}

fn is_beyond_range(text: &str) -> bool {
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    is_number && parse_json(text.as_bytes()).is_err_and(|error| error.beyond_limits)
}

/// The value with other values at the locations of the numbers, by their index.
fn replaced<'v>(value: &'v mut Value, numbers: &[Inexact<'_>], new: impl Fn(usize) -> Option<Value>) -> &'v mut Value {
    for (index, inexact) in numbers.iter().enumerate() {
        if let (Some(held), Some(new)) = (value.pointer_mut(inexact.within.as_str()), new(index)) {
            *held = new;
        }
    }
    value
}

impl<'t> Inexact<'t> {
    fn new(at: Location, within: &'t Pointer, text: &'t str) -> Option<Self> {
        let decimal = Decimal::parse(text);
        if let Some(whole) = decimal.whole().and_then(Number::from_i128) {
            return Some(Self { at, within, text, floats: std::array::from_fn(|_| whole.clone()) });
        }
        let float: f64 = text.parse().ok()?;
        let nearest = Number::from_f64(float)?;
        // The largest float has no neighbour above.
        let [below, above] =
            [float.next_down(), float.next_up()].map(|other| Number::from_f64(other).unwrap_or(nearest.clone()));
        let is_whole = |number: &Number| number.as_f64().is_some_and(|float| float.fract() == 0.0);
        let is_lost = !decimal.is_whole() && [&below, &nearest, &above].into_iter().all(is_whole);
        let fraction = Number::from_f64(FRACTION.copysign(float)).filter(|_| is_lost).unwrap_or(nearest.clone());
        Some(Self { at, within, text, floats: [below, nearest, above, fraction] })
    }

    /// One of the floats, with the digits that it stands for; none for an integer that is exact.
    fn digits(&self, float: usize) -> Option<(f64, Cow<'t, str>)> {
        let float = self.floats[float].as_f64().filter(|_| self.floats[float].is_f64())?;
        Some((float, self.text.into()))
    }

    /// Whether the number is no integer although the floats are.
    fn is_lost_fraction(&self) -> bool {
        self.floats[3] != self.floats[1]
    }

    /// Whether the number violates a keyword that only some of the floats violate; none where that is unknown.
    fn violates(&self, Standard { schemas, refs, .. }: Standard<'_>, breach: &Breach) -> Option<bool> {
        let number = Decimal::parse(self.text);
        let Some(limit) = NumberLimit::from_keyword(&breach.keyword) else {
            // Only some of the floats are integers.
            return (breach.keyword == "type").then(|| !number.is_whole());
        };
        let held = schemas.inexact_bound(&breach.anchor).map(str::to_owned);
        let bound = held.or_else(|| bound(refs, breach))?;
        Some(limit.is_violated_by(number.compare(&Decimal::parse(&bound))))
    }
}

/// The violated bound; it is next to `exclusiveMaximum: true`.
fn bound(refs: Refs<'_>, breach: &Breach) -> Option<String> {
    let own = refs.value(&breach.anchor)?;
    let bound = match own {
        Value::Bool(true) => {
            let inclusive = breach.keyword.strip_prefix("exclusive")?.to_lowercase();
            refs.value(&breach.anchor.parent())?.get(inclusive)?
        }
        own => own,
    };
    bound.as_number().map(Number::to_string)
}

fn combine(standard: Standard<'_>, numbers: &[Inexact<'_>], verdicts: &[Verdict]) -> Verdict {
    let by_location: HashMap<&Location, &Inexact<'_>> = numbers.iter().map(|number| (&number.at, number)).collect();
    let mut undecided: Vec<&Location> = Vec::new();
    let mut not_checked = Vec::new();
    for other in verdicts.iter().flat_map(|(_, not_checked)| not_checked) {
        if !not_checked.contains(other) {
            not_checked.push(other.clone());
        }
    }
    let mut breaches = Vec::new();
    let mut add = |breach: &Breach, is_certain: Option<bool>| match is_certain {
        Some(false) => {}
        Some(true) => breaches.push(match by_location.get(&breach.location) {
            Some(number) if number.text.len() <= MAX_SHOWN => {
                Breach { actual: Some(number.text.to_owned()), ..breach.clone() }
            }
            _ => breach.clone(),
        }),
        None => {
            let at = breach.location.pointer();
            let is_concerned =
                |number: &&Inexact<'_>| at.zip(number.at.pointer()).is_some_and(|(at, number)| number.is_within(at));
            let concerned = numbers.iter().find(is_concerned).or(numbers.first());
            undecided.extend(concerned.map(|number| &number.at));
        }
    };
    let decide = |breach: &Breach| {
        let number = by_location.get(&breach.location).filter(|_| breach.branch_of.is_none())?;
        number.violates(standard, breach)
    };
    let is_in = |breach: &Breach, (breaches, _): &Verdict| breaches.iter().any(|other| is_same(breach, other));
    for (index, (found, _)) in verdicts.iter().enumerate() {
        for breach in found.iter().filter(|breach| !verdicts[..index].iter().any(|before| is_in(breach, before))) {
            // Numbers that differ may have the same floats.
            let is_about_equality = breach.keyword == "uniqueItems";
            let is_common = index == 0 && verdicts[1..].iter().all(|after| is_in(breach, after));
            add(breach, if is_common { (!is_about_equality).then_some(true) } else { decide(breach) });
        }
    }
    let reason = match undecided.as_slice() {
        [] => return (breaches, not_checked),
        [first, rest @ ..] if rest.iter().all(|other| other == first) => format!("the number at {first}"),
        [first, ..] => format!("the number at {first} and others"),
    };
    let reason = format!("more digits than can be checked: {reason}");
    not_checked.push(NotChecked { rule: standard.rule, reason });
    (breaches, not_checked)
}

fn is_same(one: &Breach, other: &Breach) -> bool {
    one.keyword == other.keyword && one.location == other.location && one.anchor == other.anchor
}
