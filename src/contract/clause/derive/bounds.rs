//! Values at the bounds that schemas set: the strictest bound of each kind.

use std::cmp::Ordering;

use serde_json::Value;

use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::set::Source;
use crate::contract::clause::tree::Bound;
use crate::contract::keyword::{BOUNDS, Bounds, NumberLimit};
use crate::contract::types::Types;

use super::exact::{self, Multiple};
use super::schemas::{Located, Schemas};

/// A bound that values may be at.
pub(super) struct Limit {
    /// The keyword that sets it.
    pub keyword: &'static str,
    /// The schema of the keyword.
    pub source: Source,
    /// The value.
    pub bound: Bound,
    /// Why no value is at it.
    pub impossible: Option<Impossible>,
}

/// One keyword that sets a bound.
#[derive(Clone)]
pub(super) struct Side<'s, 'd> {
    /// The keyword that values beyond the bound violate.
    pub keyword: &'static str,
    schema: &'s Located<'d>,
    /// The digits of the bound.
    pub bound: String,
    /// Whether the bound itself violates it.
    pub is_strict: bool,
}

/// The bounds that `schemas` set for values of `types`.
pub(super) fn limits(schemas: &Schemas<'_>, types: Types) -> Vec<Limit> {
    BOUNDS
        .iter()
        .filter(|bounds| !types.and(of_types(bounds)).is_empty())
        .flat_map(|bounds| of_kind(bounds, schemas, types))
        .collect()
}

fn of_types(bounds: &Bounds) -> Types {
    match bounds.what {
        "string" => Types::STRING,
        "array" => Types::ARRAY,
        "object" => Types::OBJECT,
        _ => Types::NUMBER,
    }
}

/// The lower or upper bounds of a kind, the strictest first.
pub(super) fn sides<'s, 'd>(bounds: &Bounds, schemas: &'s Schemas<'d>, is_upper: bool) -> Vec<Side<'s, 'd>> {
    let mut found: Vec<Side<'_, '_>> = schemas.all.iter().flat_map(|schema| side(bounds, schema, is_upper)).collect();
    found.sort_by(|a, b| {
        let order = exact::compare(&a.bound, &b.bound);
        let order = if is_upper { order } else { order.reverse() };
        order.then(b.is_strict.cmp(&a.is_strict))
    });
    found
}

fn of_kind(bounds: &Bounds, schemas: &Schemas<'_>, types: Types) -> Vec<Limit> {
    let (lower, upper) = (sides(bounds, schemas, false), sides(bounds, schemas, true));
    let step = if bounds.what == "number" { step(schemas, types) } else { Some("1".to_owned()) };
    let value = |side: &Side<'_, '_>, is_upper: bool| match (side.is_strict, &step) {
        (false, _) => Some(side.bound.clone()),
        (true, None) => None,
        (true, Some(step)) => exact::multiple(&side.bound, step, !is_upper, Multiple::Beyond),
    };
    let strictest = |found: &[Side<'_, '_>], is_upper: bool| found.first().and_then(|side| value(side, is_upper));
    let (least, most) = (strictest(&lower, false), strictest(&upper, true));
    let is_contradictory =
        least.as_deref().zip(most.as_deref()).is_some_and(|(least, most)| exact::compare(least, most).is_gt());
    let limit = |side: &Side<'_, '_>, value: &str| {
        let is_multiple = step.as_deref().is_none_or(|step| exact::is_multiple(value, step));
        let impossible = match (is_contradictory, is_multiple) {
            (true, _) => Some(Impossible::ContradictoryBounds),
            (false, false) => Some(Impossible::ValueViolatesSchema),
            _ => None,
        };
        let bound = bound(bounds, value)?;
        Some(Limit { keyword: side.keyword, source: side.schema.keyword(side.keyword), bound, impossible })
    };
    let mut found = Vec::new();
    for (sides, is_upper, strictest) in [(&lower, false, least), (&upper, true, most)] {
        let Some(strictest) = strictest else { continue };
        let is_equal = |side: &&Side<'_, '_>| {
            value(side, is_upper).is_some_and(|value| exact::compare(&value, &strictest) == Ordering::Equal)
        };
        found.extend(sides.iter().filter(is_equal).filter_map(|side| limit(side, &strictest)));
    }
    found
}

/// The bounds of one side that `schema` sets: a flag makes that of OpenAPI 3.0 exclusive.
fn side<'s, 'd>(bounds: &Bounds, schema: &'s Located<'d>, is_upper: bool) -> Vec<Side<'s, 'd>> {
    let pick = |pair: (&'static str, &'static str)| if is_upper { pair.1 } else { pair.0 };
    let number = |keyword: &'static str| schema.view.number(keyword);
    let keyword = pick((bounds.least, bounds.most));
    let strict = bounds.strict.map(pick);
    let flag = strict.filter(|strict| schema.view.flag(strict) == Some(true));
    let plain = number(keyword).map(|bound| Side {
        keyword: flag.unwrap_or(keyword),
        schema,
        bound,
        is_strict: flag.is_some(),
    });
    let own = strict.and_then(|keyword| Some(Side { keyword, schema, bound: number(keyword)?, is_strict: true }));
    plain.into_iter().chain(own).collect()
}

/// What numbers are multiples of: `multipleOf`, or 1 for integers; none where they may be anything.
pub(super) fn step(schemas: &Schemas<'_>, types: Types) -> Option<String> {
    let multiples = schemas.all.iter().filter_map(|schema| schema.view.number("multipleOf"));
    let multiples = multiples.filter(|multiple| exact::compare(multiple, "0").is_gt());
    let multiple = multiples.max_by(|a, b| exact::compare(a, b));
    let is_integer = types.and(Types::NUMBER) == Types::INTEGER;
    match multiple {
        Some(multiple) if is_integer && !exact::is_multiple(&multiple, "1") => Some("1".to_owned()),
        None => is_integer.then(|| "1".to_owned()),
        multiple => multiple,
    }
}

fn bound(bounds: &Bounds, value: &str) -> Option<Bound> {
    let number = exact::representable(value)?;
    // Lengths are whole numbers; `minLength: 1.0` is one too.
    match bounds.what {
        "string" => number.as_u64().map(Bound::Length),
        "array" => number.as_u64().map(Bound::Items),
        "object" => number.as_u64().map(Bound::Properties),
        _ => Some(Bound::Number(number)),
    }
}

/// Whether `held` conforms to a keyword that limits a size or a number; none for other keywords.
pub(super) fn conforms((keyword, value): (&str, &Value), held: &Value) -> Option<bool> {
    if let Some(limit) = NumberLimit::from_keyword(keyword) {
        let bound = value.as_number()?.to_string();
        let Value::Number(number) = held else { return Some(true) };
        return Some(!limit.is_violated_by(exact::compare(&number.to_string(), &bound)));
    }
    let bounds = BOUNDS.iter().find(|bounds| [bounds.least, bounds.most].contains(&keyword))?;
    let size = match (bounds.what, held) {
        ("string", Value::String(text)) => text.chars().count(),
        ("array", Value::Array(items)) => items.len(),
        ("object", Value::Object(members)) => members.len(),
        _ => return Some(true),
    };
    let order = exact::compare(&size.to_string(), &value.as_number()?.to_string());
    Some(if keyword == bounds.least { order.is_ge() } else { order.is_le() })
}

/// Whether `held` conforms to every bound of `schemas`.
pub(super) fn are_kept(schemas: &Schemas<'_>, held: &Value) -> bool {
    let is_kept = |(keyword, value): (&str, &Value)| conforms((keyword, value), held) != Some(false);
    schemas.all.iter().all(|schema| schema.view.keywords().all(is_kept))
}
