//! Composes lists: as many items as there must be, and one where there may be.

use serde_json::Value;

use crate::contract::Anchor;

use super::maker::Maker;
use super::parts::Parts;
use super::value::Unsatisfied;

/// Items that a list has at most where more are not asked for.
const FEW: usize = 3;

/// A list that keeps `parts`.
pub(super) fn compose(maker: &mut Maker<'_>, parts: &Parts<'_>, nth: usize) -> Result<Value, Unsatisfied> {
    let contained = match parts.all("contains").next() {
        Some(_) if parts.all("minContains").next().is_some() => parts.at_least("minContains"),
        Some(_) => 1,
        None => 0,
    };
    let least = parts.at_least("minItems").max(contained);
    let most = parts.at_most("maxItems");
    let is_wanted = least == 0
        && most > 0
        && maker.within(0, |maker| maker.parts(schemas(parts, 0, 0)).is_ok_and(|item| maker.wants(&item)));
    let few = maker.dice(nth).map_or(1, |mut dice| 1 + dice.below(FEW)).min(most);
    let wanted = if is_wanted { few } else { least };
    let is_unique = parts.says("uniqueItems");
    let mut items = Vec::new();
    for index in 0..wanted {
        let item = maker.within(index, |maker| {
            let item = maker.parts(schemas(parts, index, contained))?;
            maker.of(&item, if is_unique || (contained > 0 && index >= contained) { nth + index } else { nth })
        });
        match item {
            Ok(item) => items.push(item),
            Err(_) if least == 0 => {}
            Err(why) => return Err(why),
        }
    }
    Ok(items.into())
}

/// The schemas that the item at `index` must keep; the first `contained` items are those that `contains` asks for.
fn schemas(parts: &Parts<'_>, index: usize, contained: usize) -> Vec<Anchor> {
    let mut found = Vec::new();
    for part in parts.iter() {
        let listed = |keyword: &str| part.schema.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
        let place = index.to_string();
        let is_schema = |keyword: &str| part.schema.get(keyword).is_some_and(|items| !items.is_array());
        if index < listed("prefixItems") {
            found.push(part.child(&["prefixItems", &place]));
        } else if is_schema("items") {
            found.push(part.child(&["items"]));
        } else if index >= contained && is_schema("unevaluatedItems") {
            found.push(part.child(&["unevaluatedItems"]));
        }
        if index < contained && part.schema.contains_key("contains") {
            found.push(part.child(&["contains"]));
        }
    }
    found
}
