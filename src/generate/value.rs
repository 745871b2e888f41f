//! A value that keeps a schema: from its own examples where they will do, else made up by type, format and bounds.
//!
//! Composing is a guess (overlapping branches and negations are foreseen in part only), so every composed value is judged. What
//! the contract engine finds wrong it finds somewhere: the nearest place where a choice was made takes the next one, and another
//! value is composed. What no choice satisfies is an error that names the schema.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::{Anchor, Breach, Contract, Declared, Direction, Location, Parameter, Rule, judge};
use crate::pointer::Pointer;

use super::maker::Maker;

/// Why there is no value: the place in the contract, and what stands in the way there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unsatisfied {
    /// The schema or keyword.
    pub anchor: Anchor,
    /// A lower-case fragment.
    pub why: String,
}

/// How values look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The document's examples, and the plainest values where it has none.
    Plain,
    /// Made up to look like real data, the same for the same seed; examples are left aside.
    Lifelike(u64),
}

/// Compositions of one value that are tried with, and then without, what need not be there.
const MOST_TRIES: usize = 120;

/// Values that all of them together are made of at most.
const MOST_WORK: usize = 30_000;

/// A value that keeps the schema; without members that are not documented, unless the schema requires those.
pub fn example(contract: &Contract, schema: &Declared, direction: Direction, look: Look) -> Result<Value, Unsatisfied> {
    let (mut last, mut spare, mut work) = (None, None, 0);
    // What cannot look real may still be plain.
    let looks = [look, Look::Plain].into_iter().take(if look == Look::Plain { 1 } else { 2 });
    for (look, is_sparse) in looks.flat_map(|look| [(look, false), (look, true)]) {
        let mut detours = Detours::default();
        for _ in 0..MOST_TRIES {
            let mut maker = Maker::new(contract, (direction, look), is_sparse, &detours);
            let found = match maker.root(schema) {
                Ok(value) => match judge::body_value(contract, schema, direction, &value) {
                    breaches if breaches.is_empty() => return Ok(value),
                    breaches => {
                        spare = spare.or_else(|| is_only_undocumented(&breaches).then_some(value));
                        wrong(breaches)
                    }
                },
                Err(why) => (vec![maker.failed.clone()], Some(why)),
            };
            let (places, why) = found;
            last = why;
            work += maker.nodes;
            if work > MOST_WORK || !detours.around(&places, &maker.met) {
                break;
            }
        }
        if let Some(spare) = spare {
            return Ok(spare);
        }
    }
    Err(last.unwrap_or_else(|| Unsatisfied { anchor: schema.anchor.clone(), why: "no value was composed".to_owned() }))
}

/// The first value that is composed; it may break the schema.
pub fn nearly(contract: &Contract, schema: &Declared, direction: Direction) -> Option<Value> {
    Maker::new(contract, (direction, Look::Plain), false, &Detours::default()).root(schema).ok()
}

/// The value that a parameter's or header's own example gives, else an [`example`] of its schema; `text` where it has none.
pub fn parameter(
    contract: &Contract,
    parameter: &Parameter,
    direction: Direction,
    look: Look,
) -> Result<Value, Unsatisfied> {
    let object = contract.value(&parameter.anchor).unwrap_or(&Value::Null);
    let named = || object.get("examples")?.as_object()?.values().next()?.get("value");
    let given = object.get("example").or_else(named).filter(|_| look == Look::Plain);
    match (given, &parameter.schema) {
        (Some(example), Some(schema)) if judge::body_value(contract, schema, direction, example).is_empty() => {
            Ok(example.clone())
        }
        (_, Some(schema)) => example(contract, schema, direction, look),
        (Some(example), None) => Ok(example.clone()),
        (None, None) => Ok("text".into()),
    }
}

/// Whether a value keeps its schema, and nothing is wrong but that some of it is not documented.
pub fn is_only_undocumented(breaches: &[Breach]) -> bool {
    breaches.iter().all(|breach| breach.rule == Rule::UndocumentedProperty)
}

/// Where the breaches stand in the value, and the first of them.
fn wrong(breaches: Vec<Breach>) -> (Vec<Pointer>, Option<Unsatisfied>) {
    let place = |breach: &Breach| match &breach.location {
        Location::Body(at) => at.clone(),
        _ => Pointer::root(),
    };
    let places = breaches.iter().map(place).collect();
    let first = breaches.into_iter().next();
    (places, first.map(|breach| Unsatisfied { why: breach.sentence(), anchor: breach.anchor }))
}

/// The number of the choice that each place takes, where it is not the first.
#[derive(Debug, Default)]
pub(super) struct Detours(BTreeMap<Pointer, usize>);

impl Detours {
    /// The number of the choice at that place.
    pub(super) fn at(&self, place: &Pointer) -> usize {
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Takes the next choice at each of `places`, or at the nearest place around it that has one left; whether there was any.
    /// `met` says how many choices each place has.
    fn around(&mut self, places: &[Pointer], met: &BTreeMap<Pointer, usize>) -> bool {
        let mut moved: Vec<Pointer> = Vec::new();
        for place in places {
            let mut next = Some(place.clone());
            while let Some(here) = next {
                if moved.iter().any(|moved| here.is_within(moved)) {
                    break;
                }
                if self.at(&here) + 1 < met.get(&here).copied().unwrap_or_default() {
                    *self.0.entry(here.clone()).or_default() += 1;
                    // Another choice has other members, which begin anew.
                    self.0.retain(|other, _| *other == here || !other.is_within(&here));
                    moved.push(here);
                    break;
                }
                next = here.parent();
            }
        }
        !moved.is_empty()
    }
}
