//! `multipleOf`, decided by decimal digits: those of the document and those of the value. Binary fractions would say that 19.99 is no
//! multiple of 0.01, and the nearest float of a large integer may be a multiple where the integer is none.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use jsonschema::{Keyword, ValidationError};
use serde_json::{Number, Value};

use crate::document::Decimal;

use super::custom::{not_checked, note_undecided, violated};
use super::judged::{Instance, Judged};

/// Numbers with the same float of which each is tried.
const MAX_SAME: usize = 16;

/// Why a number is not checked.
pub(super) const UNDECIDED: &str = "more digits than can be checked";

/// `multipleOf`.
pub(super) struct MultipleOf {
    digits: String,
    /// Its value, where it is an integer.
    whole: Option<u64>,
}

impl MultipleOf {
    /// The keyword with this value: a number, or its digits.
    pub(super) fn new(value: &Value) -> Result<Self, ValidationError<'static>> {
        let digits = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let is_number = value.is_number() || value.is_string();
        if !is_number || digits.starts_with('-') || Decimal::parse(&digits) == Decimal::parse("0") {
            return Err(ValidationError::schema("multipleOf is not a number greater than 0"));
        }
        Ok(Self { digits, whole: value.as_u64() })
    }

    /// Whether the number is a multiple; none where that cannot be decided.
    fn divides(&self, number: &Number) -> Option<bool> {
        let magnitude = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
        if let Some((magnitude, whole)) = magnitude.zip(self.whole) {
            return Some(magnitude.is_multiple_of(whole));
        }
        let divisor = Decimal::parse(&self.digits);
        let divides = |digits: &str| Decimal::parse(digits).is_multiple_of(&divisor);
        by_digits(number, divides).unwrap_or_else(|| divides(&number.to_string()))
    }
}

impl<'i> Keyword<'i, Judged> for MultipleOf {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        match instance.number().map(|number| self.divides(number)) {
            None | Some(Some(true)) => Ok(()),
            Some(Some(false)) => Err(violated()),
            Some(None) => Err(not_checked(UNDECIDED)),
        }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        let divides = instance.number().map(|number| self.divides(number));
        if divides == Some(None) {
            note_undecided(UNDECIDED);
        }
        matches!(divides, None | Some(Some(true)))
    }
}

/// By the bits of a float, the digits of the numbers that it stands for.
type Exact = HashMap<u64, Vec<String>>;

thread_local! {
    /// The digits of the numbers that are judged on this thread and are not represented exactly.
    static EXACT: RefCell<Exact> = RefCell::default();
}

/// What `decide` says of the digits that the number stands for: none where they differ in it. None if the number is exact.
pub(super) fn by_digits(number: &Number, decide: impl Fn(&str) -> Option<bool>) -> Option<Option<bool>> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    EXACT.with_borrow(|exact| {
        let candidates = exact.get(&float.to_bits())?;
        let first = decide(candidates.first()?);
        let is_same = |digits: &String| decide(digits) == first;
        Some(first.filter(|_| candidates.len() <= MAX_SAME && candidates[1..].iter().all(is_same)))
    })
}

/// Calls `judge` with `value`, in which these floats stand for numbers with these digits.
pub(in crate::contract) fn with_digits<T>(
    numbers: &[(f64, Cow<'_, str>)],
    value: &Value,
    judge: impl FnOnce(&Value) -> T,
) -> T {
    let mut exact = Exact::new();
    for (float, digits) in numbers {
        let held = exact.entry(float.to_bits()).or_default();
        if held.len() <= MAX_SAME {
            held.push(digits.clone().into_owned());
        }
    }
    note_others(&mut exact, numbers, value);
    let before = EXACT.replace(exact);
    let judged = judge(value);
    EXACT.set(before);
    judged
}

/// Adds the digits of the floats in `value` that stand for themselves only.
fn note_others(exact: &mut Exact, numbers: &[(f64, Cow<'_, str>)], value: &Value) {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            Value::Number(number) if number.is_f64() => {
                let bits = number.as_f64().map(f64::to_bits).filter(|bits| exact.contains_key(bits));
                bits.into_iter().for_each(|bits| *counts.entry(bits).or_default() += 1);
            }
            _ => {}
        }
    }
    for (float, _) in numbers {
        counts.entry(float.to_bits()).and_modify(|count| *count = count.saturating_sub(1));
    }
    for (bits, held) in exact {
        if counts.get(bits).is_some_and(|count| *count > 0) {
            held.push(Value::from(f64::from_bits(*bits)).to_string());
        }
    }
}
