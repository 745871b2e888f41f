//! Keywords that no value violates alone: whatever violates them violates another keyword at the same location.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::clause::value::ClauseValue;
use crate::contract::keyword::{BOUNDS, NumberLimit};
use crate::contract::types::Types;

use super::bounds::{Side, conforms, sides, step};
use super::exact::{self, Multiple};
use super::schemas::Schemas;

/// Whether no value violates `keyword` with this value alone, of those that `schemas` describe. Equal keywords count as one.
pub(super) fn is_implied((keyword, value): (&str, &Value), schemas: &Schemas<'_>, types: Types) -> bool {
    by_bound(keyword, value, schemas, types)
        || by_values(keyword, value, schemas, types)
        || by_properties(keyword, value, schemas)
}

/// By the exclusive bound next to an inclusive one, or the other way round.
fn by_bound(keyword: &str, value: &Value, schemas: &Schemas<'_>, types: Types) -> bool {
    let Some(limit) = NumberLimit::from_keyword(keyword) else { return false };
    let Some(bounds) = BOUNDS.iter().find(|bounds| bounds.strict.is_some()) else { return false };
    let all = sides(bounds, schemas, limit.is_upper);
    // A flag takes its bound from the keyword next to it.
    let own = value.as_number().map(ToString::to_string);
    let is_own = |side: &&Side<'_, '_>| side.keyword == keyword && own.as_ref().is_none_or(|own| *own == side.bound);
    let own = all.iter().find(is_own);
    let other = all.iter().find(|side| side.keyword != keyword);
    let Some((own, other)) = own.zip(other).filter(|(own, other)| own.is_strict != other.is_strict) else {
        return false;
    };
    let which = if own.is_strict { Multiple::AtOrBeyond } else { Multiple::Beyond };
    let nearest = match step(schemas, types) {
        Some(step) => exact::multiple(&own.bound, &step, limit.is_upper, which),
        None => Some(own.bound.clone()),
    };
    // Of values beyond the own bound, those up to the other one violate the own bound alone.
    nearest.is_some_and(|nearest| {
        let order = exact::compare(&nearest, &other.bound);
        let order = if limit.is_upper { order } else { order.reverse() };
        if other.is_strict { order.is_ge() } else { order.is_gt() }
    })
}

/// By an `enum` or `const` that allows no value which violates the keyword.
fn by_values(keyword: &str, value: &Value, schemas: &Schemas<'_>, types: Types) -> bool {
    let lists = schemas.all.iter().flat_map(|schema| {
        let list = schema.view.list("enum").map(|list| ("enum", list));
        let constant = schema.view.get("const").map(|value| ("const", std::slice::from_ref(value)));
        list.into_iter().chain(constant)
    });
    let others: Vec<&[Value]> = lists.filter(|(other, _)| *other != keyword).map(|(_, list)| list).collect();
    let Some((first, rest)) = others.split_first() else { return false };
    let names = |list: &[Value]| list.iter().map(ClauseValue::new).collect::<HashSet<_>>();
    let rest: Vec<_> = rest.iter().map(|list| names(list)).collect();
    let own = match keyword {
        "enum" => value.as_array().map(|list| names(list)),
        "const" => Some(names(std::slice::from_ref(value))),
        _ => None,
    };
    let allowed = first.iter().filter(|value| {
        let name = ClauseValue::new(value);
        !Types::from_value(value).and(types).is_empty() && rest.iter().all(|list| list.contains(&name))
    });
    let is_conforming = |held: &Value| match &own {
        Some(own) => Some(own.contains(&ClauseValue::new(held))),
        None => conforms((keyword, value), held),
    };
    let mut conforming = allowed.map(is_conforming).peekable();
    // Schemas that contradict each other allow nothing, which proves nothing.
    conforming.peek().is_some() && conforming.all(|conforms| conforms == Some(true))
}

/// By required properties, or by a list of all properties that an object may have.
fn by_properties(keyword: &str, value: &Value, schemas: &Schemas<'_>) -> bool {
    let Some(bound) = value.as_u64() else { return false };
    match keyword {
        "minProperties" => {
            let required = schemas.all.iter().filter_map(|schema| schema.view.list("required")).flatten();
            required.filter_map(Value::as_str).collect::<HashSet<_>>().len() as u64 >= bound
        }
        "maxProperties" => schemas.all.iter().any(|schema| {
            let is_closed = schema.view.flag("additionalProperties") == Some(false);
            let declared = schema.view.get("properties").and_then(Value::as_object).map_or(0, serde_json::Map::len);
            is_closed && !schema.view.has("patternProperties") && declared as u64 <= bound
        }),
        _ => false,
    }
}
