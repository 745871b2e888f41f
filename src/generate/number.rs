//! Composes numbers: the one nearest to 1 within the bounds, or a realistic one.
//!
//! Computes with exact multiples of a decimal step: binary fractions would miss bounds slightly.

use serde_json::{Number, Value};

use super::applicable::ApplicableSchemas;
use super::realistic;
use super::rng::Rng;

/// Maximum number of decimal places.
const MAX_PLACES: u32 = 17;

/// Maximum magnitude; leaves room for sums.
const MAX_MAGNITUDE: i128 = i128::MAX / 8;

/// Number of multiples that a random number is chosen from if the schema has no `multipleOf`.
const RANDOM_MULTIPLES: i128 = 50;

/// Composes a number that conforms to the bounds, integer formats and `multipleOf` of `applicable`; another one for another `nth`, as
/// far as there are others. With `random`, a realistic one for that name.
pub(super) fn compose(
    applicable: &ApplicableSchemas<'_>,
    is_integer: bool,
    nth: usize,
    random: Option<(String, Rng)>,
) -> Value {
    let nth = i128::try_from(nth).unwrap_or_default();
    let mut bounds = Bounds::from_schemas(applicable);
    let steps = applicable.all("multipleOf").filter_map(Decimal::from_value).filter(|step| step.digits > 0);
    let mut steps: Vec<_> = is_integer.then_some(Decimal { digits: 1, places: 0 }).into_iter().chain(steps).collect();
    if is_integer && bounds.is_open() {
        // Many consumers do not support larger integers.
        bounds.limit(i64::MIN.into(), i64::MAX.into());
    }
    let is_given = !steps.is_empty();
    let needed = if random.is_some() { RANDOM_MULTIPLES } else { nth + 1 };
    let first = if random.is_some() { Decimal { digits: 1, places: 2 } } else { Decimal { digits: 5, places: 1 } };
    let mut next = Some(first).filter(|_| !is_given);
    loop {
        steps.extend(next);
        let grid = Grid::new(&steps, &bounds);
        let places = next.map_or(MAX_PLACES, |step| step.places);
        if places >= MAX_PLACES || grid.count().is_none_or(|count| count >= needed) {
            return match random {
                Some((name, rng)) => grid.number(grid.realistic(realistic::range(&name), rng, nth)),
                None => grid.number(grid.plain(nth)),
            };
        }
        steps.clear();
        next = Some(Decimal { digits: 1, places: places + 1 });
    }
}

/// A decimal number: its digits, and how many are decimal places.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    /// Converts a JSON number; none if it has too many digits.
    fn from_value(value: &Value) -> Option<Self> {
        let text = value.as_number()?.to_string().to_ascii_lowercase();
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()? - exponent.parse::<i32>().ok()?;
        match u32::try_from(places) {
            Ok(places) => Some(Self { digits, places }).filter(|_| places <= MAX_PLACES),
            Err(_) => Some(Self { digits: power(places.unsigned_abs())?.checked_mul(digits)?, places: 0 }),
        }
    }

    /// Its digits at that number of decimal places, saturating.
    fn at(self, places: u32) -> i128 {
        let factor = power(places.saturating_sub(self.places)).unwrap_or(MAX_MAGNITUDE);
        self.digits.saturating_mul(factor).clamp(-MAX_MAGNITUDE, MAX_MAGNITUDE)
    }
}

fn power(places: u32) -> Option<i128> {
    10_i128.checked_pow(places)
}

/// The bounds of a number, and whether each is exclusive.
struct Bounds {
    least: Vec<(Decimal, bool)>,
    most: Vec<(Decimal, bool)>,
}

impl Bounds {
    fn from_schemas(applicable: &ApplicableSchemas<'_>) -> Self {
        let written = |keyword: &'static str| applicable.all(keyword).filter_map(Decimal::from_value);
        // A forbidden minimum is an exclusive maximum, and vice versa.
        let refused = |keyword: &'static str| applicable.refused(keyword).filter_map(Decimal::from_value);
        // OpenAPI 3.0 has `exclusiveMinimum: true` in addition to `minimum`.
        let (is_above, is_below) = (applicable.is_true("exclusiveMinimum"), applicable.is_true("exclusiveMaximum"));
        let least = written("minimum").map(|bound| (bound, is_above));
        let least = least.chain(refused("exclusiveMaximum").map(|bound| (bound, false)));
        let least = least.chain(written("exclusiveMinimum").chain(refused("maximum")).map(|bound| (bound, true)));
        let most = written("maximum").map(|bound| (bound, is_below));
        let most = most.chain(refused("exclusiveMinimum").map(|bound| (bound, false)));
        let most = most.chain(written("exclusiveMaximum").chain(refused("minimum")).map(|bound| (bound, true)));
        let mut bounds = Self { least: least.collect(), most: most.collect() };
        for format in applicable.strings("format") {
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

/// Range of an integer format (OpenAPI format registry).
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

/// The multiples of a step within the bounds.
struct Grid {
    step: i128,
    places: u32,
    low: Option<i128>,
    high: Option<i128>,
}

impl Grid {
    /// The common multiples of all `steps`.
    fn new(steps: &[Decimal], bounds: &Bounds) -> Self {
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

    /// Their number, unless they are unbounded.
    fn count(&self) -> Option<i128> {
        Some(self.high?.saturating_sub(self.low?).saturating_add(1))
    }

    /// The one nearest to 1, then the others in order, upwards if possible.
    fn plain(&self, nth: i128) -> i128 {
        let one = power(self.places).map_or(1, |one| one / self.step).max(1);
        let start = one.min(self.high.unwrap_or(one)).max(self.low.unwrap_or(-MAX_MAGNITUDE));
        match (self.low, self.high) {
            (Some(low), Some(high)) if low <= high => low + (start - low + nth) % (high - low + 1),
            (None, Some(high)) if start + nth > high => start - nth,
            _ => start.saturating_add(nth),
        }
    }

    /// One in the realistic range if possible, else any; the next one for another `nth`.
    fn realistic(&self, (least, most): (i32, i32), mut rng: Rng, nth: i128) -> i128 {
        let one = power(self.places).unwrap_or(1);
        let (least, most) = (i128::from(least) * one / self.step, i128::from(most) * one / self.step);
        let width = (most - least).max(RANDOM_MULTIPLES);
        let low = self.low.unwrap_or_else(|| self.high.map_or(least, |high| least.min(high.saturating_sub(width))));
        let high = self.high.unwrap_or_else(|| most.max(low.saturating_add(width)));
        let is_usual = least.max(low) < most.min(high);
        let (low, high) = if is_usual { (least.max(low), most.min(high)) } else { (low, high.max(low)) };
        low + (i128::from(rng.next() >> 1) + nth) % high.saturating_sub(low).saturating_add(1)
    }

    /// As an integer if it has no fraction.
    fn number(&self, multiple: i128) -> Value {
        let units = multiple.saturating_mul(self.step);
        let one = power(self.places).unwrap_or(1);
        let whole = (units % one == 0).then(|| Number::from_i128(units / one)).flatten();
        whole.map_or_else(|| format!("{units}e-{}", self.places).parse::<f64>().unwrap_or_default().into(), Value::from)
    }
}

/// The least common multiple; the greater of both on overflow.
fn common(one: i128, other: i128) -> i128 {
    let (mut greatest, mut rest) = (one, other);
    while rest != 0 {
        (greatest, rest) = (rest, greatest % rest);
    }
    (one / greatest.max(1)).checked_mul(other).unwrap_or_else(|| one.max(other))
}
