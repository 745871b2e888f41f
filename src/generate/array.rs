//! Composes lists: as many items as there must be, and one where there may be.

use serde_json::Value;

use crate::contract::Anchor;

use super::parts::Parts;
use super::value::{Maker, Unsatisfied};

/// A list that keeps `parts`.
pub(super) fn compose(maker: &mut Maker<'_>, parts: &Parts<'_>) -> Result<Value, Unsatisfied> {
    let contained = match parts.all("contains").next() {
        Some(_) if parts.all("minContains").next().is_some() => parts.at_least("minContains"),
        Some(_) => 1,
        None => 0,
    };
    let least = parts.at_least("minItems").max(contained);
    let is_wanted = least == 0
        && parts.at_most("maxItems") > 0
        && maker.parts(schemas(parts, 0, 0)).is_ok_and(|item| maker.wants(&item));
    let is_unique = parts.says("uniqueItems");
    let mut items = Vec::new();
    for index in 0..least.max(usize::from(is_wanted)) {
        match maker.value(schemas(parts, index, contained), if is_unique { index } else { 0 }) {
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
        if index < listed("prefixItems") {
            found.push(part.child(&["prefixItems", &place]));
        } else if part.schema.get("items").is_some_and(|items| !items.is_array()) {
            found.push(part.child(&["items"]));
        }
        if index < contained && part.schema.contains_key("contains") {
            found.push(part.child(&["contains"]));
        }
    }
    found
}
