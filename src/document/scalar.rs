//! Values of plain scalars in the YAML 1.2 core schema (YAML 1.2.2 §10.3.2).

use serde_json::{Number, Value};

/// Why a plain scalar has no JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unrepresentable {
    /// `.inf`, `.nan`.
    NotFinite,
    /// `1e999`.
    OutOfRange,
}

/// Resolves a plain scalar to its value.
pub(super) fn resolve(text: &str) -> Result<Value, Unrepresentable> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(Unrepresentable::NotFinite);
    }
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Ok(Value::String(text.to_owned()));
    }
    number(text, unsigned).unwrap_or_else(|| Ok(Value::String(text.to_owned())))
}

/// Parses `text` as a number, if it is one.
fn number(text: &str, unsigned: &str) -> Option<Result<Value, Unrepresentable>> {
    let radix = |prefix, radix| {
        let digits = text.strip_prefix(prefix).filter(|digits: &&str| !digits.starts_with('+'))?;
        u64::from_str_radix(digits, radix).ok()
    };
    if let Some(whole) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(Ok(whole.into()));
    }
    if is_digits(unsigned)
        && let Some(whole) = whole(text)
    {
        return Some(Ok(Value::Number(whole)));
    }
    is_float(unsigned).then(|| {
        let float = text.parse::<f64>().ok().and_then(Number::from_f64);
        float.map(Value::Number).ok_or(Unrepresentable::OutOfRange)
    })
}

fn whole(text: &str) -> Option<Number> {
    text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)).ok()
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, then `([eE][-+]?[0-9]+)?`.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) =
        unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(mantissa, rest)| (mantissa, Some(rest)));
    let exponent_ok = exponent.is_none_or(|rest| is_digits(rest.strip_prefix(['+', '-']).unwrap_or(rest)));
    let mantissa_ok = match mantissa.split_once('.') {
        None => is_digits(mantissa),
        Some(("", fraction)) => is_digits(fraction),
        Some((whole, fraction)) => is_digits(whole) && (fraction.is_empty() || is_digits(fraction)),
    };
    mantissa_ok && exponent_ok
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a plain scalar, `written` in the file, is likely to be read as another number than its author or another YAML
/// reader expects: it prints differently as a number, or it is a number only in YAML 1.1.
pub(super) fn is_misread(value: &Value, written: &str) -> bool {
    match value {
        Value::Number(number) => number.to_string() != written,
        Value::String(text) => text == written && is_number_in_yaml_1_1(text),
        _ => false,
    }
}

/// Whether a plain scalar is a number in YAML 1.1 and a string in YAML 1.2: `1_000`, `0b101`, `-0b1`.
pub(super) fn is_number_in_yaml_1_1(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let binary = unsigned.strip_prefix("0b").is_some_and(|rest| rest.bytes().all(|byte| b"01_".contains(&byte)));
    let grouped = unsigned.starts_with(|first: char| first.is_ascii_digit())
        && unsigned.contains('_')
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || b"_.".contains(&byte));
    binary || grouped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(text: &str, expect: Value, misread: bool) {
        let value = resolve(text).expect("a value");
        assert_eq!((value.clone(), is_misread(&value, text)), (expect, misread), "{text:?}");
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        check("no", json!("no"), false);
        check("True", json!(true), false);
        check("~", json!(null), false);
        check("-12", json!(-12), false);
        check("18446744073709551615", json!(u64::MAX), false);
        check("0.5", json!(0.5), false);
        check("2.1.0", json!("2.1.0"), false);
        check("2024-01-01", json!("2024-01-01"), false);
        check("12:30", json!("12:30"), false);
        check("-", json!("-"), false);
        check(".", json!("."), false);
        check("1e", json!("1e"), false);
        check("0xZZ", json!("0xZZ"), false);
        check("0x+1", json!("0x+1"), false);
    }

    #[test]
    fn numbers_that_print_differently_are_misread() {
        check("+14155552671", json!(14_155_552_671_u64), true);
        check("2.10", json!(2.1), true);
        check("012", json!(12), true);
        check("0o17", json!(15), true);
        check("0x1F", json!(31), true);
        check("12e5", json!(1_200_000.0), true);
        check("123456789012345678901234567890", json!(1.234_567_890_123_456_8e29), true);
        check("1_000", json!("1_000"), true);
        check("0b101", json!("0b101"), true);
    }

    #[test]
    fn numbers_outside_json_are_refused() {
        for text in [".inf", "-.INF", ".nan"] {
            assert_eq!(resolve(text), Err(Unrepresentable::NotFinite), "{text}");
        }
        assert_eq!(resolve("1e999"), Err(Unrepresentable::OutOfRange));
    }
}
