//! Generates a value that conforms to a schema: its own examples if they conform, else composed by type, format and bounds.
//!
//! Composing is a guess (it handles overlapping branches and negations only in part), so every composed value is validated. For each
//! violation, the nearest location with a choice takes the next one, and another value is composed. If no choice satisfies the
//! schema, the error names the location in the contract.

use serde_json::Value;

use crate::contract::{Breach, Contract, Declared, Direction, Location, Parameter, judge};
use crate::pointer::Pointer;

use super::by_type;
use super::choices::Choices;
use super::composer::Composer;
use super::unsatisfied::Unsatisfied;
use super::value_style::ValueStyle;

/// Number of compositions tried with optional values, and then without.
const MAX_TRIES: usize = 120;

/// Maximum number of values in all compositions together.
const MAX_WORK: usize = 30_000;
/// Maximum number of choices of one location that are varied.
const MAX_VARIED: usize = 8;

/// Generates a value that conforms to the schema; without undocumented properties, unless the schema requires them.
pub(crate) fn example(
    contract: &Contract,
    schema: &Declared,
    direction: Direction,
    style: ValueStyle,
) -> Result<Value, Unsatisfied> {
    let (mut last, mut fallback, mut work) = (None, None, 0);
    // If no realistic value conforms, a plain one may.
    let styles = [style, ValueStyle::Plain].into_iter().take(if style == ValueStyle::Plain { 1 } else { 2 });
    for (style, is_sparse) in styles.flat_map(|style| [(style, false), (style, true)]) {
        let mut choices = Choices::default();
        for _ in 0..MAX_TRIES {
            let mut composer = Composer::new(contract, (direction, style), is_sparse, &choices, by_type::compose);
            let (locations, error) = match composer.root(schema) {
                Ok(value) => match judge::body_value(contract, schema, direction, &value) {
                    breaches if breaches.is_empty() => return Ok(value),
                    breaches => {
                        fallback = fallback.or_else(|| is_only_undocumented(&breaches).then_some(value));
                        failures(breaches)
                    }
                },
                Err(error) => (vec![composer.failed.clone()], Some(error)),
            };
            last = error;
            work += composer.values;
            if work > MAX_WORK || !choices.advance(&locations, &composer.choice_counts) {
                break;
            }
        }
        if let Some(fallback) = fallback {
            return Ok(fallback);
        }
    }
    Err(last
        .unwrap_or_else(|| Unsatisfied { anchor: schema.anchor.clone(), why: "no value could be composed".to_owned() }))
}

/// Values that conform to the schema, each different: with every optional property and without, and with another choice (such as a branch
/// of `oneOf`) at one location.
pub(crate) fn variants(contract: &Contract, schema: &Declared, direction: Direction, limit: usize) -> Vec<Value> {
    let (mut found, mut work) = (Vec::<Value>::new(), 0);
    for is_sparse in [false, true] {
        let compose = |choices: &Choices, found: &mut Vec<Value>| {
            let style = (direction, ValueStyle::Plain);
            let mut composer = Composer::new(contract, style, is_sparse, choices, by_type::compose);
            let value = composer.root(schema).ok();
            let conforms = |value: &Value| judge::body_value(contract, schema, direction, value).is_empty();
            found.extend(value.filter(|value| !found.contains(value) && conforms(value)));
            (std::mem::take(&mut composer.choice_counts), composer.values)
        };
        let (counts, values) = compose(&Choices::default(), &mut found);
        work += values;
        for (location, count) in counts {
            for choice in 1..count.min(MAX_VARIED) {
                if found.len() >= limit || work > MAX_WORK {
                    return found;
                }
                work += compose(&Choices::only(location.clone(), choice), &mut found).1;
            }
        }
    }
    found
}

/// The first composed value, which may violate the schema.
pub(crate) fn approximate(contract: &Contract, schema: &Declared, direction: Direction) -> Option<Value> {
    let choices = Choices::default();
    Composer::new(contract, (direction, ValueStyle::Plain), false, &choices, by_type::compose).root(schema).ok()
}

/// The own example of a parameter or header if it conforms, else an [`example`] of its schema; `text` without a schema.
pub(crate) fn parameter(
    contract: &Contract,
    parameter: &Parameter,
    direction: Direction,
    style: ValueStyle,
) -> Result<Value, Unsatisfied> {
    let object = contract.value(&parameter.anchor).unwrap_or(&Value::Null);
    let named = || object.get("examples")?.as_object()?.values().next()?.get("value");
    let given = object.get("example").or_else(named).filter(|_| style == ValueStyle::Plain);
    match (given, &parameter.schema) {
        (Some(example), Some(schema)) if judge::body_value(contract, schema, direction, example).is_empty() => {
            Ok(example.clone())
        }
        (_, Some(schema)) => example(contract, schema, direction, style),
        (Some(example), None) => Ok(example.clone()),
        (None, None) => Ok("text".into()),
    }
}

/// Whether the contract forbids nothing of what the breaches report.
pub(crate) fn is_only_undocumented(breaches: &[Breach]) -> bool {
    !breaches.iter().any(|breach| breach.rule.is_binding())
}

/// Locations of the breaches in the value, and the first breach as an error.
fn failures(breaches: Vec<Breach>) -> (Vec<Pointer>, Option<Unsatisfied>) {
    let location = |breach: &Breach| match &breach.location {
        Location::Body(at) => at.clone(),
        _ => Pointer::root(),
    };
    let locations = breaches.iter().map(location).collect();
    let first = breaches.into_iter().next();
    (locations, first.map(|breach| Unsatisfied { why: breach.sentence(), anchor: breach.anchor }))
}
