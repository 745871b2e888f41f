//! Compares JSON numbers by value.

use serde_json::Number;

/// Returns whether two numbers are equal. Integers are compared exactly, also with a number written with a fraction or
/// an exponent: `1` is `1.0`.
pub(super) fn same(a: &Number, b: &Number) -> bool {
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.as_f64() == b.as_f64(),
        _ => false,
    }
}

/// Returns the number as an integer if it is one. 2^127 is beyond every integer that serde_json keeps as such.
fn integer(number: &Number) -> Option<i128> {
    let written = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    let whole = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 2f64.powi(126));
    written.or_else(|| whole().map(|float| float as i128))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_by_value() {
        let check = |a: &str, b: &str, expect: bool| {
            let parse = |text| serde_json::from_str::<Number>(text).expect("a number");
            assert_eq!(same(&parse(a), &parse(b)), expect, "{a} and {b}");
            assert_eq!(same(&parse(b), &parse(a)), expect, "{b} and {a}");
        };
        check("1", "1.0", true);
        check("100", "1e2", true);
        check("-0.0", "0", true);
        check("0.1", "0.10", true);
        check("1", "2", false);
        check("9007199254740993", "9007199254740992.0", false);
        check("9007199254740993", "9007199254740992", false);
        check("18446744073709551615", "-1", false);
        check("18446744073709551615", "18446744073709551615", true);
        check("1e300", "1e300", true);
        check("1e300", "1", false);
    }
}
