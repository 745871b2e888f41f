//! Composes numbers: 1 where the bounds allow it, else what is nearest to it; or one as in real data.

use serde_json::Value;

use super::dice::Dice;
use super::lifelike;
use super::parts::Parts;

/// A number that keeps the bounds and `multipleOf` of `parts`; another one for another `nth`. With `random`, one as fits the name.
pub(super) fn compose(parts: &Parts<'_>, is_integer: bool, nth: usize, random: Option<(String, Dice)>) -> Value {
    let step = step(parts, is_integer);
    let (range, nth) = (Range::of(parts), u32::try_from(nth).map_or(f64::from(u32::MAX), f64::from));
    if let Some((name, mut dice)) = random {
        let usual = lifelike::range(&name);
        let (least, most) = (range.least.unwrap_or(usual.0), range.most.unwrap_or(usual.1));
        let (least, most) = (least, if most < least { least + usual.1 - usual.0 } else { most });
        #[allow(clippy::cast_precision_loss, reason = "any number will do")]
        let part = (dice.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        let wanted = least + (most.min(least + 1e12) - least) * part;
        return json(range.near(wanted, step.unwrap_or(0.01)));
    }
    json(step.map_or_else(|| range.inside(nth), |step| range.on_grid(step, nth)))
}

/// What the number is a multiple of: the least common one of all that is asked for, as far as that can be counted.
fn step(parts: &Parts<'_>, is_integer: bool) -> Option<f64> {
    let one = is_integer.then_some(1.0);
    let steps = one.into_iter().chain(parts.all("multipleOf").filter_map(Value::as_f64).filter(|step| *step > 0.0));
    steps.reduce(|one, other| {
        let (least, most) = (one.min(other), one.max(other));
        let common = (1..=1_000).map(|times| most * f64::from(times)).find(|common| {
            let times = common / least;
            (times - times.round()).abs() < 1e-9
        });
        common.unwrap_or(most)
    })
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
        // What must not be at least so much is less.
        let refused = |keyword: &'static str| {
            let against = parts.against().filter(|part| part.schema.len() == 1);
            against.filter_map(move |part| part.schema.get(keyword)?.as_f64())
        };
        let above = bounds("exclusiveMinimum").chain(refused("maximum")).reduce(f64::max);
        let below = bounds("exclusiveMaximum").chain(refused("minimum")).reduce(f64::min);
        let least = bounds("minimum").chain(refused("exclusiveMaximum")).chain(above).reduce(f64::max);
        let most = bounds("maximum").chain(refused("exclusiveMinimum")).chain(below).reduce(f64::min);
        // OpenAPI 3.0 has `exclusiveMinimum: true` beside `minimum`.
        let is_open_below = above.is_some_and(|above| Some(above) == least) || parts.says("exclusiveMinimum");
        let is_open_above = below.is_some_and(|below| Some(below) == most) || parts.says("exclusiveMaximum");
        Self { least, most, is_open_below, is_open_above }
    }

    /// The first and the last multiple of `step`, counted in steps.
    fn grid(&self, step: f64) -> (Option<f64>, Option<f64>) {
        let low = self.least.map(|least| {
            let at = (least / step).ceil();
            if self.is_open_below && at * step <= least { at + 1.0 } else { at }
        });
        let high = self.most.map(|most| {
            let at = (most / step).floor();
            if self.is_open_above && at * step >= most { at - 1.0 } else { at }
        });
        (low, high)
    }

    /// A multiple of `step`: the one nearest to 1, and from there `nth` steps away from the bound that it touches.
    fn on_grid(&self, step: f64, nth: f64) -> f64 {
        let (low, high) = self.grid(step);
        let wanted = low.unwrap_or(f64::NEG_INFINITY).max((1.0 / step).floor().max(1.0));
        let start = high.map_or(wanted, |high| wanted.min(high));
        let is_at_top = high.is_some_and(|high| start >= high) && low.is_none_or(|low| low < start);
        (if is_at_top { start - nth } else { start + nth }) * step
    }

    /// The multiple of `step` near `wanted`.
    fn near(&self, wanted: f64, step: f64) -> f64 {
        let (low, high) = self.grid(step);
        (wanted / step).round().max(low.unwrap_or(f64::NEG_INFINITY)).min(high.unwrap_or(f64::INFINITY)) * step
    }

    fn has(&self, number: f64) -> bool {
        self.least.is_none_or(|least| least < number || (least <= number && !self.is_open_below))
            && self.most.is_none_or(|most| number < most || (number <= most && !self.is_open_above))
    }

    /// 1 and half a step further for each turn, or what lies within.
    fn inside(&self, nth: f64) -> f64 {
        let start = match (self.least, self.most) {
            _ if self.has(1.0) => 1.0,
            (Some(least), _) if self.has(least) => least,
            (Some(least), Some(most)) => least.midpoint(most),
            (Some(least), None) => least + 1.0,
            (None, Some(most)) if self.has(most) => most,
            (None, most) => most.unwrap_or(2.0) - 1.0,
        };
        let steps = [start + nth / 2.0, start - nth / 2.0];
        let between = || {
            let least = self.least.unwrap_or(start);
            least + (self.most.unwrap_or(start) - least) / (nth + 2.0)
        };
        steps.into_iter().find(|number| self.has(*number)).unwrap_or_else(between)
    }
}

/// As an integer where there is no fraction; to twelve digits, because binary fractions leave a trace.
fn json(number: f64) -> Value {
    let rounded = format!("{number:.11e}").parse().unwrap_or(number);
    #[allow(clippy::cast_possible_truncation, reason = "within the range where integers are exact")]
    if rounded.fract() == 0.0 && rounded.abs() < 9e15 { (rounded as i64).into() } else { rounded.into() }
}
