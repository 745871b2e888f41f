//! Composes objects: what is required, what else is documented, and as many members as there must be.

use serde_json::{Map, Value};

use crate::contract::Anchor;

use super::parts::{Part, Parts};
use super::value::{Maker, Unsatisfied};

/// An object that keeps `parts`.
pub(super) fn compose(maker: &mut Maker<'_>, parts: &Parts<'_>) -> Result<Value, Unsatisfied> {
    let required: Vec<&str> =
        names(parts.all("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str));
    let properties = parts.all("properties").filter_map(Value::as_object).flat_map(Map::keys).map(String::as_str);
    let (least, most) = (parts.at_least("minProperties"), parts.at_most("maxProperties"));
    let mut composed = Map::new();
    for name in names(properties.chain(required.iter().copied())) {
        let member = maker.parts(schemas(parts, name))?;
        let is_required = required.contains(&name);
        let spare = most.saturating_sub(required.len());
        let is_wanted = composed.len() < least || (composed.len() < spare && maker.wants(&member));
        if !member.is_against(maker.direction) && (is_required || is_wanted) {
            match maker.of(&member, 0) {
                Ok(value) => drop(composed.insert(name.to_owned(), value)),
                Err(why) if is_required => return Err(why),
                Err(_) => {}
            }
        }
    }
    for number in 1..=least.min(MOST_FREE) {
        if composed.len() >= least {
            break;
        }
        let name = format!("key{number}");
        let value = maker.value(schemas(parts, &name), 0)?;
        composed.entry(name).or_insert(value);
    }
    for (name, tag) in parts.tags(maker.recipe.branch) {
        composed.insert(name.to_owned(), tag.into());
    }
    Ok(composed.into())
}

/// Members with names that no schema gives.
const MOST_FREE: usize = 1_000;

/// Each name once, in order.
fn names<'n>(all: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut seen = std::collections::HashSet::new();
    all.filter(|name| seen.insert(*name)).collect()
}

/// The schemas that a member of that name must keep.
fn schemas(parts: &Parts<'_>, name: &str) -> Vec<Anchor> {
    parts.iter().flat_map(|part| of_part(part, name)).collect()
}

fn of_part(part: &Part<'_>, name: &str) -> Vec<Anchor> {
    let held = |keyword: &str| part.schema.get(keyword).and_then(Value::as_object);
    let own = held("properties").filter(|properties| properties.contains_key(name));
    let mut found: Vec<_> = own.map(|_| part.child(&["properties", name])).into_iter().collect();
    let patterns = held("patternProperties").into_iter().flat_map(Map::keys);
    let fitting = patterns.filter(|pattern| regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(name)));
    found.extend(fitting.map(|pattern| part.child(&["patternProperties", pattern])));
    if found.is_empty() && part.schema.contains_key("additionalProperties") {
        found.push(part.child(&["additionalProperties"]));
    }
    found
}
