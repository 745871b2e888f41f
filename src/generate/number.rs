//! Composes numbers: 1 where the bounds allow it, else what is nearest to it.

use serde_json::Value;

use super::parts::Parts;

/// A number that keeps the bounds and `multipleOf` of `parts`; another one for another `nth`.
pub(super) fn compose(parts: &Parts<'_>, is_integer: bool, nth: usize) -> Value {
    let multiple = parts.all("multipleOf").filter_map(Value::as_f64).filter(|step| *step > 0.0).reduce(f64::max);
    let step = if is_integer { Some(multiple.unwrap_or(1.0).max(1.0)) } else { multiple };
    let (range, nth) = (Range::of(parts), u32::try_from(nth).map_or(f64::from(u32::MAX), f64::from));
    json(step.map_or_else(|| range.inside() + nth, |step| range.on_grid(step, nth)))
}

struct Range {
    least: Option<f64>,
    most: Option<f64>,
    /// Whether the bound itself is out.
    is_open_below: bool,
    is_open_above: bool,
}

impl Range {
    fn of(parts: &Parts<'_>) -> Self {
        let bounds = |keyword: &'static str| parts.all(keyword).filter_map(Value::as_f64);
        let (above, below) = (bounds("exclusiveMinimum").reduce(f64::max), bounds("exclusiveMaximum").reduce(f64::min));
        let least = bounds("minimum").chain(above).reduce(f64::max);
        let most = bounds("maximum").chain(below).reduce(f64::min);
        // OpenAPI 3.0 has `exclusiveMinimum: true` beside `minimum`.
        let is_open_below = above.is_some_and(|above| Some(above) == least) || parts.says("exclusiveMinimum");
        let is_open_above = below.is_some_and(|below| Some(below) == most) || parts.says("exclusiveMaximum");
        Self { least, most, is_open_below, is_open_above }
    }

    /// A multiple of `step`: the one nearest to 1, and from there `nth` steps away from the bound that it touches.
    fn on_grid(&self, step: f64, nth: f64) -> f64 {
        let low = self.least.map(|least| {
            let at = (least / step).ceil();
            if self.is_open_below && at * step <= least { at + 1.0 } else { at }
        });
        let high = self.most.map(|most| {
            let at = (most / step).floor();
            if self.is_open_above && at * step >= most { at - 1.0 } else { at }
        });
        let wanted = low.unwrap_or(f64::NEG_INFINITY).max((1.0 / step).floor().max(1.0));
        let start = high.map_or(wanted, |high| wanted.min(high));
        let is_at_top = high.is_some_and(|high| start >= high) && low.is_none_or(|low| low < start);
        (if is_at_top { start - nth } else { start + nth }) * step
    }

    fn inside(&self) -> f64 {
        let is_in = |number: f64| {
            self.least.is_none_or(|least| least < number || (least <= number && !self.is_open_below))
                && self.most.is_none_or(|most| number < most || (number <= most && !self.is_open_above))
        };
        match (self.least, self.most) {
            _ if is_in(1.0) => 1.0,
            (Some(least), _) if is_in(least) => least,
            (Some(least), Some(most)) => least.midpoint(most),
            (Some(least), None) => least + 1.0,
            (None, Some(most)) if is_in(most) => most,
            (None, most) => most.unwrap_or(2.0) - 1.0,
        }
    }
}

/// As an integer where there is no fraction; to twelve digits, because binary fractions leave a trace.
fn json(number: f64) -> Value {
    let rounded = format!("{number:.11e}").parse().unwrap_or(number);
    #[allow(clippy::cast_possible_truncation, reason = "within the range where integers are exact")]
    if rounded.fract() == 0.0 && rounded.abs() < 9e15 { (rounded as i64).into() } else { rounded.into() }
}
