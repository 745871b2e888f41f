//! Applies filters and tests of minijinja. Our own filters are nodes of an expression.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use minijinja::value::{Kwargs, Serde, ValueKind};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use super::error::Error;
use super::error::EvalError;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
});

/// Arguments of a filter or a test, with its operand first.
#[derive(Debug)]
pub(super) struct Given<'v> {
    pub(super) positional: Vec<Cow<'v, Value>>,
    pub(super) named: Vec<(String, Cow<'v, Value>)>,
}

impl Given<'_> {
    fn values(&self) -> Vec<minijinja::Value> {
        let mut values: Vec<_> = self.positional.iter().map(|value| outward(value)).collect();
        if !self.named.is_empty() {
            let named: Kwargs = self.named.iter().map(|(name, value)| (name.clone(), outward(value))).collect();
            values.push(named.into());
        }
        values
    }
}

pub(super) fn is_filter(name: &str) -> bool {
    let tried = ENVIRONMENT.empty_state().apply_filter(name, &[]);
    tried.err().is_none_or(|error| error.kind() != ErrorKind::UnknownFilter)
}

pub(super) fn is_test(name: &str) -> bool {
    let tried = ENVIRONMENT.empty_state().perform_test(name, &[]);
    tried.err().is_none_or(|error| error.kind() != ErrorKind::UnknownTest)
}

/// Applies a filter. A result with an undefined part counts as missing.
pub(super) fn apply(name: &str, given: &Given<'_>, range: &Range<usize>) -> Result<Value, EvalError> {
    if let Some(result) = without_copy(name, given) {
        return Ok(result);
    }
    let result = ENVIRONMENT.empty_state().apply_filter(name, &given.values());
    let result = result.map_err(|error| complain("filter", name, &error, range))?;
    inward(&result).ok_or_else(|| EvalError::missing(format!("the filter `{name}` gives a missing value"), range))
}

/// Applies the filters that read little of a value, which may be a large body.
pub(super) fn without_copy(name: &str, given: &Given<'_>) -> Option<Value> {
    let [operand] = given.positional.as_slice() else { return None };
    match (name, operand.as_ref()) {
        _ if !given.named.is_empty() => None,
        ("length" | "count", Value::String(text)) => Some(text.chars().count().into()),
        ("length" | "count", Value::Array(items)) => Some(items.len().into()),
        ("length" | "count", Value::Object(members)) => Some(members.len().into()),
        ("first", Value::Array(items)) => items.first().cloned(),
        ("last", Value::Array(items)) => items.last().cloned(),
        _ => None,
    }
}

/// Applies a test.
pub(super) fn ask(name: &str, given: &Given<'_>, range: &Range<usize>) -> Result<bool, EvalError> {
    let is_boolean = given.positional.first().is_some_and(|operand| operand.is_boolean());
    if is_boolean && matches!(name, "number" | "integer" | "int" | "float") {
        // In Python and minijinja booleans are numbers; in JSON they are not.
        return Ok(false);
    }
    let answer = ENVIRONMENT.empty_state().perform_test(name, &given.values());
    answer.map_err(|error| complain("test", name, &error, range))
}

fn complain(what: &str, name: &str, error: &minijinja::Error, range: &Range<usize>) -> EvalError {
    let why = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    EvalError::wrong(format!("the {what} `{name}` does not support this: {why}"), range)
}

/// The value of a literal.
pub(super) fn constant(value: &minijinja::Value, range: &Range<usize>) -> Result<Value, Error> {
    inward(value).ok_or_else(|| Error { message: "number out of range".to_owned(), range: range.clone() })
}

fn outward(value: &Value) -> minijinja::Value {
    Serde(value).into()
}

/// Converts a value of minijinja to JSON; `None` if a part is undefined or has no JSON form.
fn inward(value: &minijinja::Value) -> Option<Value> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::Invalid => None,
        ValueKind::Seq | ValueKind::Iterable => value.try_iter().ok()?.map(|item| inward(&item)).collect(),
        ValueKind::Map => {
            let member = |key: minijinja::Value| Some((key.to_string(), inward(&value.get_item(&key).ok()?)?));
            value.try_iter().ok()?.map(member).collect::<Option<_>>().map(Value::Object)
        }
        _ => serde_json::to_value(value).ok(),
    }
}
