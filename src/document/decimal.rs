//! Decimal numbers of any length.

use std::cmp::Ordering;

/// The value of a decimal number: digits without leading and trailing zeros, times a power of ten. It borrows the digits, since a
/// hostile number has millions.
#[derive(Debug)]
pub(crate) struct Decimal<'t> {
    is_negative: bool,
    /// Digits before and after the point; together without leading and trailing zeros.
    digits: [&'t str; 2],
    exponent: i64,
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Equal
    }
}

impl<'t> Decimal<'t> {
    /// Parses a number of JSON.
    pub(crate) fn parse(text: &'t str) -> Self {
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let beyond = if exponent.starts_with('-') { i64::MIN } else { i64::MAX };
        let exponent = exponent.parse().unwrap_or(beyond);
        let trimmed = fraction.trim_end_matches('0');
        let significant = if trimmed.is_empty() { whole.trim_end_matches('0') } else { whole };
        let zeros = whole.len() + fraction.len() - significant.len() - trimmed.len();
        let before = significant.trim_start_matches('0');
        let after = if before.is_empty() { trimmed.trim_start_matches('0') } else { trimmed };
        if before.is_empty() && after.is_empty() {
            return Self { is_negative: false, digits: ["", ""], exponent: 0 };
        }
        let exponent = exponent.saturating_sub(count(fraction.len())).saturating_add(count(zeros));
        Self { is_negative, digits: [before, after], exponent }
    }

    /// Whether it has no fraction.
    pub(crate) fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is an integer times `divisor`; none where that has too many digits, or is 0.
    pub(crate) fn is_multiple_of(&self, divisor: &Decimal<'_>) -> Option<bool> {
        let modulus = divisor.mantissa()?;
        if self.length() == 0 {
            return Some(true);
        }
        // Neither ends in a zero, so that a quotient of a lower power of ten is no integer.
        let zeros = self.exponent.saturating_sub(divisor.exponent);
        let Ok(zeros) = usize::try_from(zeros) else { return Some(false) };
        // A number of 128 bits has at most 128 factors 2 or 5: further zeros change nothing.
        let zeros = "0".repeat(zeros.min(128));
        let [before, after] = self.digits;
        // What is computed must not exceed 128 bits.
        let step = if u64::try_from(modulus).is_ok() { 18 } else { 1 };
        let parts = [before, after, &zeros].into_iter().flat_map(|digits| digits.as_bytes().chunks(step));
        let remainder = parts.fold(0, |remainder: u128, part| {
            part.iter().fold(remainder, |value, digit| value * 10 + u128::from(digit - b'0')) % modulus
        });
        Some(remainder == 0)
    }

    /// Its digits as an integer; none for 0, where they are more than 37, or where the exponent is out of range.
    fn mantissa(&self) -> Option<u128> {
        let [before, after] = self.digits;
        let is_known = self.length() <= 37 && self.exponent.unsigned_abs() < u64::MAX / 4;
        is_known.then(|| format!("{before}{after}").parse().ok())?
    }

    /// Its value where it is an integer of at most 20 digits.
    pub(crate) fn whole(&self) -> Option<i128> {
        let zeros = usize::try_from(self.exponent).ok().filter(|zeros| zeros.saturating_add(self.length()) <= 20)?;
        let sign = if self.is_negative { "-" } else { "" };
        let [before, after] = self.digits;
        format!("{sign}0{before}{after}{}", "0".repeat(zeros)).parse().ok()
    }

    /// Compares the numbers.
    pub(crate) fn compare(&self, other: &Decimal<'_>) -> Ordering {
        let sign = |number: &Decimal<'_>| match (number.length(), number.is_negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let magnitude = || self.position().cmp(&other.position()).then_with(|| self.bytes().cmp(other.bytes()));
        sign(self).cmp(&sign(other)).then_with(|| if self.is_negative { magnitude().reverse() } else { magnitude() })
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.digits.into_iter().flat_map(str::bytes)
    }

    /// The number of digits.
    fn length(&self) -> usize {
        self.digits.iter().map(|part| part.len()).sum()
    }

    /// The number of digits before the decimal point; negative where zeros follow it.
    fn position(&self) -> i64 {
        self.exponent.saturating_add(count(self.length()))
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_their_value() {
        let sorted = [
            "-1e400",
            "-10.5",
            "-10",
            "-0.2",
            "-0.19999999999999999999",
            "0",
            "1e-400",
            "0.01",
            "0.0100000000000000000001",
            "9",
            "9.99999999999999999999999",
            "1e1",
            "12345678901234567890123",
            "12345678901234567890124",
        ];
        for pair in sorted.windows(2) {
            let [one, other] = [pair[0], pair[1]].map(Decimal::parse);
            assert_eq!((one.compare(&other), other.compare(&one)), (Ordering::Less, Ordering::Greater), "{pair:?}");
        }
        assert_eq!(Decimal::parse("1.50e1").compare(&Decimal::parse("15")), Ordering::Equal);
    }

    #[test]
    fn multiples_are_decided_by_their_digits() {
        let divides = |number: &str, divisor: &str| Decimal::parse(number).is_multiple_of(&Decimal::parse(divisor));
        for (number, divisor) in [
            ("19.99", "0.01"),
            ("1e-7", "1e-7"),
            ("3e-7", "0.0000001"),
            ("-0.3", "0.1"),
            ("0", "7"),
            ("12345678901234567890123", "3"),
            ("1e400", "7.8125e-3"),
            ("7e400", "7"),
            ("1e999999999999", "1329227995784915872903807060280344576e-1"),
            ("36893488147419103230", "18446744073709551615"),
            ("2469135780246913578024691357802469134", "1234567890123456789012345678901234567"),
        ] {
            assert_eq!(divides(number, divisor), Some(true), "{number} {divisor}");
        }
        for (number, divisor) in [
            ("19.995", "0.01"),
            ("1e-8", "1e-7"),
            ("1e-400", "1"),
            ("12345678901234567890124", "3"),
            ("1e400", "3"),
            ("2469135780246913578024691357802469135", "1234567890123456789012345678901234567"),
        ] {
            assert_eq!(divides(number, divisor), Some(false), "{number} {divisor}");
        }
        assert_eq!(divides("1", "0"), None);
        assert_eq!(divides("1", "12345678901234567890123456789012345678901"), None);
    }

    #[test]
    fn integers_are_known_by_their_value() {
        let whole = |text: &str| (Decimal::parse(text).is_whole(), Decimal::parse(text).whole());
        assert_eq!(whole("9007199254740993.0"), (true, Some(9_007_199_254_740_993)));
        assert_eq!(whole("-1.5e1"), (true, Some(-15)));
        assert_eq!(whole("0.0"), (true, Some(0)));
        assert_eq!(whole("1e999999999999999999999"), (true, None));
        assert_eq!(whole("1.5"), (false, None));
    }
}
