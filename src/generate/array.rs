//! Composes lists: as many items as there must be, and one where there may be.

use std::ops::Range;

use serde_json::Value;

use crate::contract::Anchor;

use super::maker::{ENDLESS, MOST, Maker};
use super::parts::{Part, Parts};
use super::value::Unsatisfied;

/// Items that a list has at most where more are not asked for.
const FEW: usize = 3;
/// How often an item is composed anew, on the average, because it was there before.
const MOST_TURNS: usize = 32;

/// A list that keeps `parts`.
pub(super) fn compose(maker: &mut Maker<'_>, parts: &Parts<'_>, nth: usize) -> Result<Value, Unsatisfied> {
    let demands = demands(parts, nth);
    let asked = demands.iter().map(|demand| demand.places.end).max().unwrap_or_default();
    let least = parts.at_least("minItems").max(asked);
    if least > MOST {
        return Err(parts.unsatisfied(ENDLESS));
    }
    let most = parts.at_most("maxItems");
    let is_wanted = least == 0
        && most > 0
        && maker.within(0, |maker| schemas(maker, parts, (&demands, 0), 0).is_ok_and(|item| maker.wants(&item)));
    let few = maker.dice(nth).map_or(1, |mut dice| 1 + dice.below(FEW)).min(most);
    let wanted = if is_wanted { few } else { least };
    let (is_unique, differ) = (parts.says("uniqueItems"), !demands.is_empty());
    let (mut items, mut turn) = (Vec::new(), nth);
    for index in 0..wanted {
        let item = maker.within(index, |maker| {
            loop {
                let ways = if is_unique { turn } else { 0 };
                let item = schemas(maker, parts, (&demands, index), ways)?;
                let made = maker.of(&item, if is_unique { turn / item.forks } else { turn })?;
                // There may be no other value, so this does not end by itself.
                if !is_unique || !items.contains(&made) || turn > nth + MOST_TURNS * (index + 1) {
                    return Ok(made);
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

/// Items that a `contains` asks for.
struct Demand {
    schema: Anchor,
    places: Range<usize>,
    /// Whether there may be no more of them.
    is_all: bool,
}

/// What is asked for is put behind what is listed, where there may be more; or among it, elsewhere for another `nth`.
fn demands(parts: &Parts<'_>, nth: usize) -> Vec<Demand> {
    let listed = |part: &Part<'_>| part.schema.list("prefixItems").map_or(0, <[Value]>::len);
    let listed = parts.iter().map(listed).max().unwrap_or_default();
    let is_closed = ["items", "unevaluatedItems"].iter().any(|keyword| parts.all(keyword).any(|items| items == false));
    let mut next = if is_closed || listed >= parts.at_most("maxItems") { nth } else { listed };
    let mut demands = Vec::new();
    for part in parts.iter().filter(|part| part.schema.has("contains")) {
        let count = |keyword: &str| usize::try_from(part.schema.get(keyword)?.as_u64()?).ok();
        let least = count("minContains").unwrap_or(1);
        let places = next..next.saturating_add(least);
        next = places.end;
        demands.push(Demand { schema: part.child(&["contains"]), places, is_all: count("maxContains").is_some() });
    }
    demands
}

/// The schemas that the item at `index` must keep, and those that it must not; so many turns further through the ways there are.
fn schemas<'c>(
    maker: &mut Maker<'c>,
    parts: &Parts<'_>,
    (demands, index): (&[Demand], usize),
    turn: usize,
) -> Result<Parts<'c>, Unsatisfied> {
    let place = index.to_string();
    let of_part = |part: &Part<'_>| {
        let listed = part.schema.list("prefixItems").map_or(0, <[Value]>::len);
        let is_schema = part.schema.get("items").is_some_and(|items| !items.is_array());
        let own = (index < listed).then(|| part.child(&["prefixItems", &place]));
        own.or_else(|| is_schema.then(|| part.child(&["items"])))
    };
    let mut found: Vec<_> = parts.iter().filter_map(of_part).collect();
    let is_contained = |demand: &&Demand| demand.places.contains(&index);
    let contained: Vec<_> = demands.iter().filter(is_contained).map(|demand| demand.schema.clone()).collect();
    if found.is_empty() && contained.is_empty() {
        let unevaluated = parts.iter().filter(|part| part.schema.has("unevaluatedItems"));
        found.extend(unevaluated.map(|part| part.child(&["unevaluatedItems"])));
    }
    found.extend(contained);
    let mut item = maker.turned(found, turn)?;
    for demand in demands.iter().filter(|demand| demand.is_all && !is_contained(demand)) {
        item.refuse(maker.contract, demand.schema.clone());
    }
    Ok(item)
}
