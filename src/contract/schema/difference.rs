//! How a value differs from what a violated keyword expects.

use serde_json::Value;

use crate::contract::refs::Refs;
use crate::contract::schema_summary;
use crate::difference::{Bound, Difference, Unit};

use super::violation::{Detail, Violation};

/// Returns how `instance` differs from what the violated keyword expects.
pub(super) fn difference(refs: Refs<'_>, violation: &Violation, instance: &Value) -> Difference {
    let limit = limit(refs, violation);
    let bound = |bound: Bound| Difference::Bound { bound, limit: limit.clone() };
    let count =
        |bound: Bound, unit: Unit| Difference::Count { bound, limit: limit.clone(), unit, actual: size(instance) };
    match violation.keyword.as_str() {
        "type" => Difference::Type { expected: types(refs, violation), actual: kind(instance).to_owned() },
        "format" => Difference::Format { format: limit },
        "pattern" => Difference::Pattern { pattern: limit },
        "minimum" => bound(Bound::AtLeast),
        "maximum" => bound(Bound::AtMost),
        "exclusiveMinimum" => bound(Bound::MoreThan),
        "exclusiveMaximum" => bound(Bound::LessThan),
        "multipleOf" => bound(Bound::MultipleOf),
        "minLength" => count(Bound::AtLeast, Unit::Characters),
        "maxLength" => count(Bound::AtMost, Unit::Characters),
        "minItems" => count(Bound::AtLeast, Unit::Items),
        "maxItems" => count(Bound::AtMost, Unit::Items),
        "minProperties" => count(Bound::AtLeast, Unit::Properties),
        "maxProperties" => count(Bound::AtMost, Unit::Properties),
        "unevaluatedItems" | "additionalItems" => Difference::FurtherItems,
        "enum" | "const" | "uniqueItems" | "contains" | "not" | "false" => Difference::Value,
        "oneOf" | "anyOf" => branches(violation),
        keyword => Difference::Keyword { keyword: keyword.to_owned() },
    }
}

/// What `uniqueItems` expects, as a summary.
pub(super) const ALL_DIFFER: &str = "items that all differ";

/// Returns what `contains` expects, with the `minContains` and `maxContains` next to it, as a summary.
pub(super) fn contained(refs: Refs<'_>, violation: &Violation) -> String {
    // What breaks is the `minContains` or `maxContains` where there is one.
    let array = violation.anchor.parent();
    let schema = schema_summary::summarize(refs, &array.member("contains"));
    let beside = |keyword: &str| refs.value(&array)?.get(keyword)?.as_u64();
    match (beside("minContains").unwrap_or(1), beside("maxContains")) {
        (1, None) => format!("an item that is {schema}"),
        (least, None) => format!("at least {least} items that are {schema}"),
        (least, Some(most)) => format!("{least} to {most} items that are {schema}"),
    }
}

fn branches(violation: &Violation) -> Difference {
    match &violation.detail {
        Detail::Several(matching, all) => {
            Difference::SeveralBranches { matching: *matching as u64, branches: *all as u64 }
        }
        Detail::Branches(branches) => Difference::NoBranch { branches: branches.len() as u64 },
        _ => Difference::Keyword { keyword: violation.keyword.clone() },
    }
}

/// Returns the permitted types as the schema lists them; none where it lists none.
fn types(refs: Refs<'_>, violation: &Violation) -> Vec<String> {
    let Some(value) = refs.value(&violation.anchor) else { return Vec::new() };
    let names = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns the keyword's value as the contract writes it; for `exclusiveMinimum: true` the value of `minimum` next to it.
pub(super) fn limit(refs: Refs<'_>, violation: &Violation) -> String {
    let own = &violation.anchor;
    let beside = violation.keyword.strip_prefix("exclusive").map(|bound| own.parent().member(&bound.to_lowercase()));
    let beside = beside.filter(|_| refs.value(own) == Some(&Value::Bool(true)));
    let anchor = beside.as_ref().unwrap_or(own);
    let digits = refs.documents.get(anchor.document).and_then(|document| document.inexact_number(&anchor.pointer));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    digits.or_else(|| refs.value(anchor).map(text)).unwrap_or_default()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Returns the number of characters, items or properties.
fn size(value: &Value) -> u64 {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(properties) => properties.len(),
        _ => 0,
    };
    size as u64
}
