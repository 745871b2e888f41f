//! Strict comparisons and arithmetic: nothing is coerced, and different types are an error.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::value::{Operand, in_text};

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    DivideWhole,
    Remainder,
    Power,
    Concatenate,
}

/// Compares two values of the same type. With `asks_null`, which means that one side is written as `none`, null may be compared
/// with anything for equality.
pub(super) fn compare(
    comparison: Comparison,
    left: &Operand<'_>,
    right: &Operand<'_>,
    asks_null: bool,
) -> Result<bool, String> {
    match comparison {
        Comparison::Equal | Comparison::Unequal => {
            if left.kind() != right.kind() && !asks_null {
                return Err(unlike("compare", left, right));
            }
            Ok(are_equal(left, right) == (comparison == Comparison::Equal))
        }
        Comparison::In => contains(right, left),
        Comparison::NotIn => contains(right, left).map(|found| !found),
        _ => {
            let order = order(left, right)?;
            Ok(match comparison {
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                _ => order.is_ge(),
            })
        }
    }
}

fn unlike(what: &str, left: &Operand<'_>, right: &Operand<'_>) -> String {
    let advice = match (left, right) {
        (Operand::Instant(_), Operand::Json(value)) | (Operand::Json(value), Operand::Instant(_))
            if value.is_string() =>
        {
            "; use time(…) to convert a string"
        }
        _ => "",
    };
    format!("cannot {what} {} with {}{advice}", left.kind(), right.kind())
}

fn are_equal(left: &Operand<'_>, right: &Operand<'_>) -> bool {
    match (left, right) {
        (Operand::Json(left), Operand::Json(right)) => json_equal(left, right),
        (Operand::Instant(left), Operand::Instant(right)) => left == right,
        (Operand::Omit, Operand::Omit) => true,
        _ => false,
    }
}

/// Equality by value: `1` and `1.0` are the same number, and the order of properties does not matter.
fn json_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => number_order(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| json_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let same = |(name, value): (&String, _)| right.get(name).is_some_and(|other| json_equal(value, other));
            left.len() == right.len() && left.iter().all(same)
        }
        _ => left == right,
    }
}

fn order(left: &Operand<'_>, right: &Operand<'_>) -> Result<Ordering, String> {
    let order = match (left, right) {
        (Operand::Instant(left), Operand::Instant(right)) => Some(left.cmp(right)),
        (Operand::Json(left), Operand::Json(right)) => match (left.as_ref(), right.as_ref()) {
            (Value::Number(left), Value::Number(right)) => number_order(left, right),
            (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
            _ => None,
        },
        _ => None,
    };
    order.ok_or_else(|| unlike("order", left, right))
}

fn number_order(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        (Some(whole), None) => order_with_float(whole, right.as_f64()?),
        (None, Some(whole)) => order_with_float(whole, left.as_f64()?).map(Ordering::reverse),
        (None, None) => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// Compares without rounding the integer to a float: first the integral part, then the fraction.
fn order_with_float(whole: i128, float: f64) -> Option<Ordering> {
    let integral = float.trunc();
    let fraction = 0.0_f64.partial_cmp(&(float - integral))?;
    Some(whole.cmp(&(integral as i128)).then(fraction))
}

fn contains(container: &Operand<'_>, wanted: &Operand<'_>) -> Result<bool, String> {
    let refuse = || format!("cannot look for {} in {}", wanted.kind(), container.kind());
    let (Operand::Json(container), Operand::Json(wanted)) = (container, wanted) else { return Err(refuse()) };
    match (container.as_ref(), wanted.as_ref()) {
        (Value::Array(items), wanted) => Ok(items.iter().any(|item| json_equal(item, wanted))),
        (Value::Object(members), Value::String(name)) => Ok(members.contains_key(name)),
        (Value::String(text), Value::String(part)) => Ok(text.contains(part.as_str())),
        _ => Err(refuse()),
    }
}

/// Computes an arithmetic operation.
pub(super) fn compute<'v>(
    arithmetic: Arithmetic,
    left: Operand<'v>,
    right: Operand<'v>,
) -> Result<Operand<'v>, String> {
    if arithmetic == Arithmetic::Concatenate {
        return concatenate(left, right);
    }
    let refuse = |left: &Operand<'_>, right: &Operand<'_>| unlike("compute", left, right);
    match (arithmetic, &left, &right) {
        (Arithmetic::Subtract, Operand::Instant(later), Operand::Instant(earlier)) => {
            float(later.seconds_since(*earlier)).map(Operand::from)
        }
        (Arithmetic::Add | Arithmetic::Subtract, Operand::Instant(instant), Operand::Json(seconds)) => {
            let seconds = seconds.as_f64().ok_or_else(|| refuse(&left, &right))?;
            let shift = if arithmetic == Arithmetic::Add { seconds } else { -seconds };
            instant.later(shift).map(Operand::Instant).ok_or_else(|| "instant out of range".to_owned())
        }
        (_, Operand::Json(a), Operand::Json(b)) => match (arithmetic, a.as_ref(), b.as_ref()) {
            (_, Value::Number(a), Value::Number(b)) => number(arithmetic, a, b).map(Operand::from),
            (Arithmetic::Add, Value::String(a), Value::String(b)) => Ok(Value::from(format!("{a}{b}")).into()),
            (Arithmetic::Add, Value::Array(a), Value::Array(b)) => {
                Ok(Value::Array(a.iter().chain(b).cloned().collect()).into())
            }
            _ => Err(refuse(&left, &right)),
        },
        _ => Err(refuse(&left, &right)),
    }
}

fn concatenate<'v>(left: Operand<'v>, right: Operand<'v>) -> Result<Operand<'v>, String> {
    let refusal = "`omit` must be the whole value";
    let (left, right) = left.into_json().zip(right.into_json()).ok_or(refusal)?;
    Ok(Value::from(format!("{}{}", in_text(&left), in_text(&right))).into())
}

fn number(arithmetic: Arithmetic, left: &Number, right: &Number) -> Result<Value, String> {
    let whole = left.as_i128().zip(right.as_i128()).filter(|_| arithmetic != Arithmetic::Divide);
    if let Some((left, right)) = whole
        && let Some(result) = whole_number(arithmetic, left, right)
    {
        let small = i64::try_from(result).map(Value::from).or_else(|_| u64::try_from(result).map(Value::from));
        return small.map_err(|_| "number out of range".to_owned());
    }
    let (left, right) = left.as_f64().zip(right.as_f64()).ok_or("number out of range")?;
    float(match arithmetic {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        Arithmetic::DivideWhole => (left / right).floor(),
        Arithmetic::Remainder => left.rem_euclid(right),
        Arithmetic::Power | Arithmetic::Concatenate => left.powf(right),
    })
}

/// Exact integer arithmetic; `None` for a division by zero and a negative power, which are computed as floats.
fn whole_number(arithmetic: Arithmetic, left: i128, right: i128) -> Option<i128> {
    match arithmetic {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::DivideWhole => left.checked_div_euclid(right),
        Arithmetic::Remainder => left.checked_rem_euclid(right),
        Arithmetic::Power => left.checked_pow(u32::try_from(right).ok()?),
        Arithmetic::Divide | Arithmetic::Concatenate => None,
    }
}

fn float(result: f64) -> Result<Value, String> {
    Number::from_f64(result).map(Value::Number).ok_or_else(|| "division by zero or number out of range".to_owned())
}
