//! Judges JSON with numbers that 64 bits do not represent exactly. Each lies between the two neighbours of its nearest float, so the
//! value is judged with all three: what all violate is a violation, whatever the number. If only some of them violate a bound, the
//! digits of the number are compared with those of the bound. Everything else is not checked.

use std::collections::HashMap;

use serde_json::{Number, Value};

use crate::contract::keyword::NumberLimit;
use crate::contract::{Breach, Contract, Location, NotChecked, Rule};
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
    /// The nearest float between its neighbours.
    floats: [Number; 3],
}

/// Judges by `judge` the value at the location `base` of the body, which is parsed from `text`.
pub(super) fn judge(
    contract: &Contract,
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
    let verdicts =
        [0, 1, 2].map(|float| judge(replaced(value, &numbers, |at| Some(numbers[at].floats[float].clone().into()))));
    replaced(value, &numbers, |index| held[index].clone());
    combine(contract, &numbers, verdicts)
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
            return Some(Self { at, within, text, floats: [whole.clone(), whole.clone(), whole] });
        }
        let float: f64 = text.parse().ok()?;
        let nearest = Number::from_f64(float)?;
        // The largest float has no neighbour above.
        let [below, above] =
            [float.next_down(), float.next_up()].map(|other| Number::from_f64(other).unwrap_or(nearest.clone()));
        Some(Self { at, within, text, floats: [below, nearest, above] })
    }

    fn is_exact(&self) -> bool {
        self.floats[0] == self.floats[2]
    }

    /// Whether the number is no integer although the floats are.
    fn is_lost_fraction(&self) -> bool {
        let is_whole = |number: &Number| number.as_f64().is_some_and(|float| float.fract() == 0.0);
        !self.is_exact() && !Decimal::parse(self.text).is_whole() && self.floats.iter().all(is_whole)
    }

    /// Whether the number violates a keyword that only some of the floats violate; none where that is unknown.
    fn violates(&self, contract: &Contract, breach: &Breach) -> Option<bool> {
        let number = Decimal::parse(self.text);
        let Some(limit) = NumberLimit::from_keyword(&breach.keyword) else {
            // Only some of the floats are integers.
            return (breach.keyword == "type").then(|| !number.is_whole());
        };
        let held = contract.schemas.inexact_bound(&breach.anchor).map(str::to_owned);
        let bound = held.or_else(|| bound(contract, breach))?;
        Some(limit.is_violated_by(number.compare(&Decimal::parse(&bound))))
    }
}

/// The violated bound; it is next to `exclusiveMaximum: true`.
fn bound(contract: &Contract, breach: &Breach) -> Option<String> {
    let own = contract.refs().value(&breach.anchor)?;
    let bound = match own {
        Value::Bool(true) => {
            let inclusive = breach.keyword.strip_prefix("exclusive")?.to_lowercase();
            contract.refs().value(&breach.anchor.parent())?.get(inclusive)?
        }
        own => own,
    };
    bound.as_number().map(Number::to_string)
}

fn combine(contract: &Contract, numbers: &[Inexact<'_>], verdicts: [Verdict; 3]) -> Verdict {
    let by_location: HashMap<&Pointer, &Inexact<'_>> = numbers.iter().map(|number| (&number.at, number)).collect();
    let lost = numbers.iter().filter(|number| number.is_lost_fraction());
    let mut undecided: Vec<&Pointer> = lost.map(|number| &number.at).collect();
    let mut not_checked = Vec::new();
    for other in verdicts.iter().flat_map(|(_, not_checked)| not_checked) {
        if !not_checked.contains(other) {
            not_checked.push(other.clone());
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
    let decide = |breach: &Breach| match &breach.location {
        Location::Body(at) if breach.branch_of.is_none() => by_location.get(at)?.violates(contract, breach),
        _ => None,
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
