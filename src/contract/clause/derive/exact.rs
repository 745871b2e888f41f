//! Numbers of bounds, which are computed by decimal digits: the nearest float of a large integer is another integer.

use std::cmp::Ordering;

use serde_json::Number;

use crate::document::Decimal;

/// Maximum exponent of the numbers that are computed.
const MAX_EXPONENT: i32 = 60;

/// A decimal number: an integer times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Exact {
    mantissa: i128,
    exponent: i32,
}

impl Exact {
    /// Parses a number of JSON; none where it is too long.
    fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let exponent: i32 = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let mantissa = format!("{whole}{fraction}").parse().ok()?;
        (exponent.abs() <= MAX_EXPONENT).then_some(Self { mantissa, exponent })
    }

    /// Both numbers as integers times the same power of ten.
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let exponent = self.exponent.min(other.exponent);
        let scaled = |number: Self| {
            let factor = 10_i128.checked_pow(u32::try_from(number.exponent - exponent).ok()?)?;
            number.mantissa.checked_mul(factor)
        };
        Some((scaled(self)?, scaled(other)?, exponent))
    }
}

/// Whether a multiple may be the number itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multiple {
    /// The nearest multiple beyond the number.
    Beyond,
    /// The number itself if it is a multiple, else the nearest beyond it.
    AtOrBeyond,
}

/// The nearest multiple of `step` above or below `number`; none where it cannot be computed.
pub(super) fn multiple(number: &str, step: &str, is_above: bool, which: Multiple) -> Option<String> {
    let (number, step, exponent) = Exact::parse(number)?.aligned(Exact::parse(step)?)?;
    if step <= 0 {
        return None;
    }
    let quotient = number.div_euclid(step);
    let is_itself = number.rem_euclid(step) == 0;
    let quotient = match (is_above, which) {
        (_, Multiple::AtOrBeyond) if is_itself => quotient,
        (true, _) => quotient.checked_add(1)?,
        (false, _) if is_itself => quotient.checked_sub(1)?,
        (false, _) => quotient,
    };
    let product = quotient.checked_mul(step)?;
    Some(match exponent {
        0.. => product.checked_mul(10_i128.checked_pow(u32::try_from(exponent).ok()?)?)?.to_string(),
        _ => format!("{product}e{exponent}"),
    })
}

/// The number that a message can hold; none where 64 bits do not represent it exactly.
pub(super) fn representable(text: &str) -> Option<Number> {
    let exact = Exact::parse(text).and_then(|exact| {
        let (whole, _, exponent) = exact.aligned(Exact { mantissa: 0, exponent: 0 })?;
        (exponent == 0).then(|| whole.to_string())
    });
    let number: Number = serde_json::from_str(exact.as_deref().unwrap_or(text)).ok()?;
    (compare(&number.to_string(), text) == Ordering::Equal).then_some(number)
}

/// Compares two numbers of JSON.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    Decimal::parse(a).compare(&Decimal::parse(b))
}

/// Whether `number` is a multiple of `step`, as far as can be decided.
pub(super) fn is_multiple(number: &str, step: &str) -> bool {
    Decimal::parse(number).is_multiple_of(&Decimal::parse(step)).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_are_computed_by_digits() {
        let check = |number, step, is_above, which, expect: &str| {
            let found = multiple(number, step, is_above, which).expect("computable");
            assert_eq!(compare(&found, expect), Ordering::Equal, "{number} {step}: {found}");
        };
        check("9007199254740993", "1", false, Multiple::Beyond, "9007199254740992");
        check("9007199254740993", "1", true, Multiple::Beyond, "9007199254740994");
        check("-1.5", "1", true, Multiple::Beyond, "-1");
        check("-1.5", "1", false, Multiple::Beyond, "-2");
        check("0.3", "0.1", true, Multiple::AtOrBeyond, "0.3");
        check("0.3", "0.1", true, Multiple::Beyond, "0.4");
        check("0.35", "0.1", false, Multiple::AtOrBeyond, "0.3");
        check("1e3", "300", false, Multiple::Beyond, "900");
        assert_eq!(multiple("1e300", "1", true, Multiple::Beyond), None);
        assert_eq!(multiple("1", "0", true, Multiple::Beyond), None);
    }

    #[test]
    fn only_exact_numbers_are_representable() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(representable(text).map(|number| number.to_string()).as_deref(), expect, "{text}");
        };
        check("9007199254740993", Some("9007199254740993"));
        check("9007199254740993.0", Some("9007199254740993"));
        check("18446744073709551617", None);
        check("5e-1", Some("0.5"));
        check("100e0", Some("100"));
        check("0.10000000000000000000000001", None);
    }
}
