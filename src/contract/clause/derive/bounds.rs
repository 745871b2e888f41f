//! Values at the bounds that schemas set: the strictest bound of each kind.

use serde_json::Value;

use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::set::Source;
use crate::contract::clause::tree::Bound;
use crate::contract::keyword::{BOUNDS, Bounds};
use crate::contract::types::Types;

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
struct Side<'s, 'd> {
    keyword: &'static str,
    schema: &'s Located<'d>,
    bound: f64,
    is_strict: bool,
}

/// The bounds that `schemas` set for values of `types`.
pub(super) fn limits(schemas: &Schemas<'_>, types: Types) -> Vec<Limit> {
    BOUNDS
        .iter()
        .filter(|bounds| !types.and(of_types(bounds)).is_empty())
        .flat_map(|b| of_kind(b, schemas, types))
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

fn of_kind(bounds: &Bounds, schemas: &Schemas<'_>, types: Types) -> Vec<Limit> {
    let sides = |is_upper: bool| {
        let mut found: Vec<Side<'_, '_>> =
            schemas.all.iter().flat_map(|schema| side(bounds, schema, is_upper)).collect();
        // The strictest first.
        found.sort_by(|a, b| {
            let order = a.bound.total_cmp(&b.bound);
            let order = if is_upper { order } else { order.reverse() };
            order.then(b.is_strict.cmp(&a.is_strict))
        });
        found
    };
    let (lower, upper) = (sides(false), sides(true));
    let step = if bounds.what == "number" { step(schemas, types) } else { Some(1.0) };
    let value = |side: &Side<'_, '_>, is_upper: bool| match (side.is_strict, step) {
        (false, _) => Some(side.bound),
        (true, None) => None,
        (true, Some(step)) if is_upper => Some((side.bound / step).ceil().mul_add(step, -step)),
        (true, Some(step)) => Some((side.bound / step).floor().mul_add(step, step)),
    };
    let strictest = |found: &[Side<'_, '_>], is_upper: bool| found.first().and_then(|side| value(side, is_upper));
    let (least, most) = (strictest(&lower, false), strictest(&upper, true));
    let is_contradictory = least.zip(most).is_some_and(|(least, most)| least > most);
    let limit = |side: &Side<'_, '_>, value: f64| {
        let is_multiple = step.is_none_or(|step| is_multiple(value, step));
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
        let equal = sides.iter().filter(|side| strictest.is_some() && value(side, is_upper) == strictest);
        found.extend(equal.zip(std::iter::repeat(strictest)).filter_map(|(side, value)| limit(side, value?)));
    }
    found
}

/// The bounds of one side that `schema` sets: a flag makes that of OpenAPI 3.0 exclusive.
fn side<'s, 'd>(bounds: &Bounds, schema: &'s Located<'d>, is_upper: bool) -> Vec<Side<'s, 'd>> {
    let pick = |pair: (&'static str, &'static str)| if is_upper { pair.1 } else { pair.0 };
    let number = |keyword: &'static str| schema.view.get(keyword).and_then(Value::as_f64);
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
fn step(schemas: &Schemas<'_>, types: Types) -> Option<f64> {
    let multiples = schemas.all.iter().filter_map(|schema| schema.view.get("multipleOf").and_then(Value::as_f64));
    let multiple = multiples.filter(|multiple| *multiple > 0.0).max_by(f64::total_cmp);
    let is_integer = types.and(Types::NUMBER) == Types::INTEGER;
    match multiple {
        Some(multiple) if is_integer && multiple.fract() != 0.0 => Some(1.0),
        None => is_integer.then_some(1.0),
        multiple => multiple,
    }
}

/// Whether `value` is a multiple of `step`, as far as floats tell.
fn is_multiple(value: f64, step: f64) -> bool {
    let quotient = value / step;
    (quotient - quotient.round()).abs() <= 1e-9 * quotient.abs().max(1.0)
}

fn bound(bounds: &Bounds, value: f64) -> Option<Bound> {
    // Lengths are whole numbers; `minLength: 1.0` is one too.
    let count = || (value >= 0.0 && value.fract() == 0.0 && value < 1.0e15).then_some(value as u64);
    match bounds.what {
        "string" => count().map(Bound::Length),
        "array" => count().map(Bound::Items),
        "object" => count().map(Bound::Properties),
        _ => Some(Bound::Number(value)),
    }
}
