//! Judges JSON with numbers that 64 bits do not represent exactly. Each lies between two neighbouring floats, so the value is judged
//! with the one below and with the one above: what both violate is a violation, whatever the number. If only one of them violates a
//! bound, the bound lies on that side, which decides. Everything else is not checked.

use std::cmp::Ordering;
use std::collections::HashMap;

use serde_json::{Number, Value};

use crate::contract::keyword::NumberLimit;
use crate::contract::{Breach, Location, NotChecked, Rule};
use crate::document::{Decimal, NumberLiterals};
use crate::pointer::Pointer;

/// Maximum length of a number in a message.
const MAX_SHOWN: usize = 80;

/// The violations of a value, and what was not checked.
pub(super) type Verdict = (Vec<Breach>, Vec<NotChecked>);

/// A number that is not represented exactly.
struct Inexact<'t> {
    /// Its location in the body.
    at: Pointer,
    /// Its location in the value.
    within: Pointer,
    text: &'t str,
    below: Number,
    above: Number,
}

/// Judges by `judge` the value at the location `base` of the body, which is parsed from `text`.
pub(super) fn judge(
    (base, text): (&Pointer, &[u8]),
    value: &mut Value,
    judge: &mut dyn FnMut(&mut Value) -> Verdict,
) -> Verdict {
    let literals = NumberLiterals::parse(std::str::from_utf8(text).unwrap_or_default());
    let numbers = literals.inexact().into_iter().filter_map(|(within, text)| Inexact::new(base, within, text));
    let numbers: Vec<_> = numbers.collect();
    if numbers.is_empty() {
        return judge(value);
    }
    // The value may be large, so it is changed in place and restored.
    let held: Vec<_> = numbers.iter().map(|inexact| value.pointer(inexact.within.as_str()).cloned()).collect();
    let below = judge(replaced(value, &numbers, |index| Some(numbers[index].below.clone().into())));
    let above = judge(replaced(value, &numbers, |index| Some(numbers[index].above.clone().into())));
    replaced(value, &numbers, |index| held[index].clone());
    combine(&numbers, below, above)
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
    fn new(base: &Pointer, within: Pointer, text: &'t str) -> Option<Self> {
        let at = base.concat(&within);
        let decimal = Decimal::parse(text);
        if let Some(whole) = decimal.whole().and_then(Number::from_i128) {
            return Some(Self { at, within, text, below: whole.clone(), above: whole });
        }
        let nearest: f64 = text.parse().ok()?;
        let is_above = decimal.compare(&Decimal::parse(&Number::from_f64(nearest)?.to_string())) == Ordering::Greater;
        let (below, above) = if is_above { (nearest, nearest.next_up()) } else { (nearest.next_down(), nearest) };
        let held = |float| Number::from_f64(float).or_else(|| Number::from_f64(nearest));
        Some(Self { at, within, text, below: held(below)?, above: held(above)? })
    }

    fn is_exact(&self) -> bool {
        self.below == self.above
    }

    /// Whether the number is no integer although its neighbours are.
    fn is_lost_fraction(&self) -> bool {
        let is_whole = |number: &Number| number.as_f64().is_some_and(|float| float.fract() == 0.0);
        !self.is_exact() && !Decimal::parse(self.text).is_whole() && is_whole(&self.below) && is_whole(&self.above)
    }

    /// Whether the number violates a bound that only its neighbour above violates, or only the one below; none where that does not
    /// decide.
    fn violates(&self, keyword: &str, is_above: bool) -> Option<bool> {
        match NumberLimit::from_keyword(keyword) {
            Some(NumberLimit { is_upper, is_strict }) => Some(is_above == (is_upper != is_strict)),
            // Only one of the neighbours is an integer.
            None => (keyword == "type").then(|| !Decimal::parse(self.text).is_whole()),
        }
    }
}

fn combine(numbers: &[Inexact<'_>], below: Verdict, above: Verdict) -> Verdict {
    let by_location: HashMap<&Pointer, &Inexact<'_>> = numbers.iter().map(|number| (&number.at, number)).collect();
    let lost = numbers.iter().filter(|number| number.is_lost_fraction());
    let mut undecided: Vec<&Pointer> = lost.map(|number| &number.at).collect();
    let (below, mut not_checked) = below;
    let (above, more) = above;
    for other in more {
        if !not_checked.contains(&other) {
            not_checked.push(other);
        }
    }
    let mut breaches = Vec::new();
    let mut add = |breach: &Breach, is_certain: Option<bool>| {
        let Location::Body(at) = &breach.location else { return };
        match is_certain {
            Some(false) => {}
            Some(true) => breaches.push(match by_location.get(at).filter(|number| number.text.len() <= MAX_SHOWN) {
                Some(number) => Breach { actual: Some(number.text.to_owned()), ..breach.clone() },
                None => breach.clone(),
            }),
            None => {
                let mut concerned = numbers.iter().map(|number| &number.at);
                undecided.extend(concerned.clone().find(|number| number.is_within(at)).or_else(|| concerned.next()));
            }
        }
    };
    let decide = |breach: &Breach, is_above: bool| match &breach.location {
        Location::Body(at) if breach.branch_of.is_none() => by_location.get(at)?.violates(&breach.keyword, is_above),
        _ => None,
    };
    for breach in &below {
        // Numbers that differ may have the same neighbours.
        let is_about_equality = breach.keyword == "uniqueItems";
        let is_common = above.iter().any(|other| is_same(breach, other));
        add(breach, if is_common { (!is_about_equality).then_some(true) } else { decide(breach, false) });
    }
    for breach in above.iter().filter(|breach| !below.iter().any(|other| is_same(breach, other))) {
        add(breach, decide(breach, true));
    }
    let reason = match undecided.as_slice() {
        [] => return (breaches, not_checked),
        [first, rest @ ..] if rest.iter().all(|other| other == first) => {
            format!("the number at {}", Location::Body((*first).clone()))
        }
        [first, ..] => format!("the number at {} and others", Location::Body((*first).clone())),
    };
    let reason = format!("more digits than can be checked: {reason}");
    not_checked.push(NotChecked { rule: Rule::BodySchema, reason });
    (breaches, not_checked)
}

fn is_same(one: &Breach, other: &Breach) -> bool {
    one.keyword == other.keyword && one.location == other.location && one.anchor == other.anchor
}
