//! Composes numbers: 1 where the bounds allow it, else what is nearest to it; or one as in real data.
//!
//! Numbers are counted exactly, as whole multiples of one decimal step: binary fractions would miss bounds by a hair.

use serde_json::{Number, Value};

use super::dice::Dice;
use super::lifelike;
use super::parts::Parts;

/// Digits behind the point that are told apart.
const FINEST: u32 = 17;

/// What is counted up to, with room for sums.
const FARTHEST: i128 = i128::MAX / 8;

/// Multiples of its step that a random number is chosen from, where the schema does not say the step.
const ENOUGH: i128 = 50;

/// A number that keeps the bounds, the integer formats and `multipleOf` of `parts`; another one for another `nth`, until there is no
/// other. With `random`, one as fits the name.
pub(super) fn compose(parts: &Parts<'_>, is_integer: bool, nth: usize, random: Option<(String, Dice)>) -> Value {
    let nth = i128::try_from(nth).unwrap_or_default();
    let mut bounds = Bounds::of(parts);
    let steps = parts.all("multipleOf").filter_map(Decimal::of).filter(|step| step.digits > 0);
    let mut steps: Vec<_> = is_integer.then_some(Decimal { digits: 1, places: 0 }).into_iter().chain(steps).collect();
    if is_integer && bounds.is_open() {
        // Wider ones are no integers to many readers.
        bounds.limit(i64::MIN.into(), i64::MAX.into());
    }
    let is_given = !steps.is_empty();
    let needed = if random.is_some() { ENOUGH } else { nth + 1 };
    let first = if random.is_some() { Decimal { digits: 1, places: 2 } } else { Decimal { digits: 5, places: 1 } };
    let mut next = Some(first).filter(|_| !is_given);
    loop {
        steps.extend(next);
        let grid = Grid::of(&steps, &bounds);
        let places = next.map_or(FINEST, |step| step.places);
        if places >= FINEST || grid.count().is_none_or(|count| count >= needed) {
            return match random {
                Some((name, dice)) => grid.number(grid.usual(lifelike::range(&name), dice, nth)),
                None => grid.number(grid.plainest(nth)),
            };
        }
        steps.clear();
        next = Some(Decimal { digits: 1, places: places + 1 });
    }
}

/// A decimal number: its digits, of which so many stand behind the point.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    /// The number that `value` is; none where it has more digits than are counted with.
    fn of(value: &Value) -> Option<Self> {
        let text = value.as_number()?.to_string().to_ascii_lowercase();
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()? - exponent.parse::<i32>().ok()?;
        match u32::try_from(places) {
            Ok(places) => Some(Self { digits, places }).filter(|_| places <= FINEST),
            Err(_) => Some(Self { digits: power(places.unsigned_abs())?.checked_mul(digits)?, places: 0 }),
        }
    }

    /// Its digits with so many `places` behind the point, as far as they can be counted.
    fn at(self, places: u32) -> i128 {
        let factor = power(places.saturating_sub(self.places)).unwrap_or(FARTHEST);
        self.digits.saturating_mul(factor).clamp(-FARTHEST, FARTHEST)
    }
}

fn power(places: u32) -> Option<i128> {
    10_i128.checked_pow(places)
}

/// The bounds of a number, and whether each is out itself.
struct Bounds {
    least: Vec<(Decimal, bool)>,
    most: Vec<(Decimal, bool)>,
}

impl Bounds {
    fn of(parts: &Parts<'_>) -> Self {
        let written = |keyword: &'static str| parts.all(keyword).filter_map(Decimal::of);
        // What must not be at least so much is less.
        let refused = |keyword: &'static str| parts.refused(keyword).filter_map(Decimal::of);
        // OpenAPI 3.0 has `exclusiveMinimum: true` beside `minimum`.
        let (is_above, is_below) = (parts.says("exclusiveMinimum"), parts.says("exclusiveMaximum"));
        let least = written("minimum").map(|bound| (bound, is_above));
        let least = least.chain(refused("exclusiveMaximum").map(|bound| (bound, false)));
        let least = least.chain(written("exclusiveMinimum").chain(refused("maximum")).map(|bound| (bound, true)));
        let most = written("maximum").map(|bound| (bound, is_below));
        let most = most.chain(refused("exclusiveMinimum").map(|bound| (bound, false)));
        let most = most.chain(written("exclusiveMaximum").chain(refused("minimum")).map(|bound| (bound, true)));
        let mut bounds = Self { least: least.collect(), most: most.collect() };
        for format in parts.texts("format") {
            if let Some((least, most)) = width(format) {
                bounds.limit(least, most);
            }
        }
        bounds
    }

    fn limit(&mut self, least: i128, most: i128) {
        self.least.push((Decimal { digits: least, places: 0 }, false));
        self.most.push((Decimal { digits: most, places: 0 }, false));
    }

    fn is_open(&self) -> bool {
        let wide = |(bound, _): &(Decimal, bool)| bound.places == 0 && i64::try_from(bound.digits).is_err();
        !self.least.iter().chain(&self.most).any(wide)
    }
}

/// What an integer format holds (the OpenAPI format registry).
fn width(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" => (0, u64::MAX.into()),
        "double-int" => (-(1 << 53) + 1, (1 << 53) - 1),
        _ => return None,
    })
}

/// The multiples of a step within the bounds, counted in steps.
struct Grid {
    step: i128,
    places: u32,
    low: Option<i128>,
    high: Option<i128>,
}

impl Grid {
    /// The common multiples of all `steps`.
    fn of(steps: &[Decimal], bounds: &Bounds) -> Self {
        let written = bounds.least.iter().chain(&bounds.most).map(|(bound, _)| bound).chain(steps);
        let places = written.map(|decimal| decimal.places).max().unwrap_or_default();
        let step = steps.iter().map(|step| step.at(places)).reduce(common).unwrap_or(1);
        let low = bounds.least.iter().map(|(bound, is_out)| {
            let bound = bound.at(places);
            -(-bound).div_euclid(step) + i128::from(*is_out && bound.rem_euclid(step) == 0)
        });
        let high = bounds.most.iter().map(|(bound, is_out)| {
            let bound = bound.at(places);
            bound.div_euclid(step) - i128::from(*is_out && bound.rem_euclid(step) == 0)
        });
        Self { step, places, low: low.max(), high: high.min() }
    }

    /// How many there are, where they end.
    fn count(&self) -> Option<i128> {
        Some(self.high?.saturating_sub(self.low?).saturating_add(1))
    }

    /// The one nearest to 1, then the others in turn: upwards where there is room.
    fn plainest(&self, nth: i128) -> i128 {
        let one = power(self.places).map_or(1, |one| one / self.step).max(1);
        let start = one.min(self.high.unwrap_or(one)).max(self.low.unwrap_or(-FARTHEST));
        match (self.low, self.high) {
            (Some(low), Some(high)) if low <= high => low + (start - low + nth) % (high - low + 1),
            (None, Some(high)) if start + nth > high => start - nth,
            _ => start.saturating_add(nth),
        }
    }

    /// One of those that are usual, else of those that are allowed; the next in turn for another `nth`.
    fn usual(&self, (least, most): (i32, i32), mut dice: Dice, nth: i128) -> i128 {
        let one = power(self.places).unwrap_or(1);
        let (least, most) = (i128::from(least) * one / self.step, i128::from(most) * one / self.step);
        let width = (most - least).max(ENOUGH);
        let low = self.low.unwrap_or_else(|| self.high.map_or(least, |high| least.min(high.saturating_sub(width))));
        let high = self.high.unwrap_or_else(|| most.max(low.saturating_add(width)));
        let is_usual = least.max(low) < most.min(high);
        let (low, high) = if is_usual { (least.max(low), most.min(high)) } else { (low, high.max(low)) };
        low + (i128::from(dice.roll() >> 1) + nth) % high.saturating_sub(low).saturating_add(1)
    }

    /// As an integer where there is no fraction.
    fn number(&self, multiple: i128) -> Value {
        let units = multiple.saturating_mul(self.step);
        let one = power(self.places).unwrap_or(1);
        let whole = (units % one == 0).then(|| Number::from_i128(units / one)).flatten();
        whole.map_or_else(|| format!("{units}e-{}", self.places).parse::<f64>().unwrap_or_default().into(), Value::from)
    }
}

/// The least common multiple; the greater of both where it cannot be counted.
fn common(one: i128, other: i128) -> i128 {
    let (mut greatest, mut rest) = (one, other);
    while rest != 0 {
        (greatest, rest) = (rest, greatest % rest);
    }
    (one / greatest.max(1)).checked_mul(other).unwrap_or_else(|| one.max(other))
}
