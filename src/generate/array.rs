//! Composes arrays: the minimum number of items, or one if that is 0 and an item is allowed.

use std::ops::Range;

use serde_json::Value;

use crate::contract::Anchor;

use super::applicable::{ApplicableSchema, ApplicableSchemas};
use super::composer::{Composer, ENDLESS, MAX_VALUES};
use super::unsatisfied::Unsatisfied;

/// Maximum number of items beyond the minimum.
const MAX_OPTIONAL_ITEMS: usize = 3;
/// How often an item is composed again on average because it is a duplicate.
const MAX_RETRIES: usize = 32;

/// Composes an array that conforms to `applicable`.
pub(super) fn compose(
    composer: &mut Composer<'_>,
    applicable: &ApplicableSchemas<'_>,
    nth: usize,
) -> Result<Value, Unsatisfied> {
    let required = required_items(applicable, nth);
    let last_required = required.iter().map(|item| item.places.end).max().unwrap_or_default();
    let least = applicable.at_least("minItems").max(last_required);
    if least > MAX_VALUES {
        return Err(applicable.unsatisfied(ENDLESS));
    }
    let most = applicable.at_most("maxItems");
    let is_wanted = least == 0
        && most > 0
        && composer.within(0, |composer| {
            schemas(composer, applicable, (&required, 0), 0).is_ok_and(|item| composer.wants(&item))
        });
    let optional = composer.rng(nth).map_or(1, |mut rng| 1 + rng.below(MAX_OPTIONAL_ITEMS)).min(most);
    let count = if is_wanted { optional } else { least };
    let (is_unique, differ) = (applicable.is_true("uniqueItems"), !required.is_empty());
    let (mut items, mut turn) = (Vec::new(), nth);
    for index in 0..count {
        let item = composer.within(index, |composer| {
            loop {
                let combination = if is_unique { turn } else { 0 };
                let item = schemas(composer, applicable, (&required, index), combination)?;
                let value = composer.value(&item, if is_unique { turn / item.combinations } else { turn })?;
                // Bounded, since there may be no other value.
                if !is_unique || !items.contains(&value) || turn > nth + MAX_RETRIES * (index + 1) {
                    return Ok(value);
                }
                turn += 1;
            }
        });
        turn += usize::from(is_unique || differ);
        match item {
            Ok(item) => items.push(item),
            Err(_) if least == 0 => {}
            Err(why) => return Err(why),
        }
    }
    Ok(items.into())
}

/// How a schema describes the items of an array: the first ones in a list, the others by one schema.
struct Tuple {
    /// The keyword with the list.
    keyword: &'static str,
    /// Length of the list.
    length: usize,
    /// The keyword with the schema of the others.
    others: &'static str,
}

impl Tuple {
    /// Until JSON Schema 2019-09 `items` may be the list, and `additionalItems` describes the others (2019-09 Core §9.3.1).
    fn new(part: &ApplicableSchema<'_>) -> Self {
        if let Some(list) = part.schema.list("items") {
            return Self { keyword: "items", length: list.len(), others: "additionalItems" };
        }
        let length = part.schema.list("prefixItems").map_or(0, <[Value]>::len);
        Self { keyword: "prefixItems", length, others: "items" }
    }
}

/// Items that a `contains` requires.
struct Required {
    schema: Anchor,
    places: Range<usize>,
    /// Whether no further items may match (`maxContains`).
    is_maximum: bool,
}

/// Places required items after `prefixItems`, if further items are allowed; else among them, elsewhere for another `nth`.
fn required_items(applicable: &ApplicableSchemas<'_>, nth: usize) -> Vec<Required> {
    let listed = applicable.iter().map(|part| Tuple::new(part).length).max().unwrap_or_default();
    let is_closed = applicable.iter().any(|part| {
        [Tuple::new(part).others, "unevaluatedItems"]
            .iter()
            .any(|keyword| part.schema.get(keyword) == Some(&Value::Bool(false)))
    });
    let mut next = if is_closed || listed >= applicable.at_most("maxItems") { nth } else { listed };
    let mut required = Vec::new();
    for part in applicable.iter().filter(|part| part.schema.has("contains")) {
        let count = |keyword: &str| usize::try_from(part.schema.get(keyword)?.as_u64()?).ok();
        let least = count("minContains").unwrap_or(1);
        let places = next..next.saturating_add(least);
        next = places.end;
        required.push(Required {
            schema: part.child(&["contains"]),
            places,
            is_maximum: count("maxContains").is_some(),
        });
    }
    required
}

/// The schemas of the item at `index`, starting `turn` combinations later.
fn schemas<'c>(
    composer: &mut Composer<'c>,
    applicable: &ApplicableSchemas<'_>,
    (required, index): (&[Required], usize),
    turn: usize,
) -> Result<ApplicableSchemas<'c>, Unsatisfied> {
    let place = index.to_string();
    let of_part = |part: &ApplicableSchema<'_>| {
        let Tuple { keyword, length, others } = Tuple::new(part);
        let own = (index < length).then(|| part.child(&[keyword, &place]));
        own.or_else(|| part.schema.has(others).then(|| part.child(&[others])))
    };
    let mut found: Vec<_> = applicable.iter().filter_map(of_part).collect();
    let is_contained = |item: &&Required| item.places.contains(&index);
    let contained: Vec<_> = required.iter().filter(is_contained).map(|item| item.schema.clone()).collect();
    if found.is_empty() && contained.is_empty() {
        let unevaluated = applicable.iter().filter(|part| part.schema.has("unevaluatedItems"));
        found.extend(unevaluated.map(|part| part.child(&["unevaluatedItems"])));
    }
    found.extend(contained);
    let mut item = composer.alternative(found, turn)?;
    for other in required.iter().filter(|item| item.is_maximum && !is_contained(item)) {
        item.forbid(composer.contract, other.schema.clone());
    }
    Ok(item)
}
