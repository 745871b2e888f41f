//! What a broken keyword says in words.

use serde_json::Value;

use crate::contract::notation;
use crate::contract::refs::Refs;

use super::explain::{below, parent};
use super::violation::{Detail, Violation};

/// The violation as a lower-case fragment, expected before actual. Values are left out: they stand beside it, where they can be
/// redacted.
pub(super) fn message(refs: Refs<'_>, violation: &Violation, expected: &str, instance: &Value) -> String {
    let written = limit(refs, violation);
    match violation.keyword.as_str() {
        "type" => format!("expected {}, got {}", types(refs, violation).unwrap_or(expected.to_owned()), kind(instance)),
        "enum" | "const" => format!("expected {expected}"),
        "format" => format!("expected the format {written}"),
        "pattern" => format!("expected a match of {written}"),
        "contentEncoding" => format!("expected text encoded as {written}"),
        "contentMediaType" => format!("expected text that is {written}"),
        "minimum" => format!("expected {written} or more"),
        "maximum" => format!("expected {written} or less"),
        "exclusiveMinimum" => format!("expected more than {written}"),
        "exclusiveMaximum" => format!("expected less than {written}"),
        "multipleOf" => format!("expected a multiple of {written}"),
        "minLength" | "minItems" | "minProperties" => format!("expected at least {written} {}", counted(instance)),
        "maxLength" | "maxItems" | "maxProperties" => format!("expected at most {written} {}", counted(instance)),
        "uniqueItems" => format!("expected {ALL_DIFFER}"),
        "unevaluatedItems" | "additionalItems" => "expected no further items".to_owned(),
        "contains" | "not" => format!("expected {expected}"),
        "false" => "expected nothing here".to_owned(),
        "oneOf" | "anyOf" => branches(violation),
        keyword => format!("{keyword} is not kept"),
    }
}

/// What `uniqueItems` asks for.
pub(super) const ALL_DIFFER: &str = "items that all differ";

/// What `contains` asks for, with the `minContains` and `maxContains` beside it.
pub(super) fn contained(refs: Refs<'_>, violation: &Violation) -> String {
    // What breaks is the `minContains` or `maxContains` where there is one.
    let array = parent(&violation.anchor);
    let schema = notation::compact(refs, &below(&array, "contains"));
    let beside = |keyword: &str| refs.value(&array)?.get(keyword)?.as_u64();
    match (beside("minContains").unwrap_or(1), beside("maxContains")) {
        (1, None) => format!("an item that is {schema}"),
        (least, None) => format!("at least {least} items that are {schema}"),
        (least, Some(most)) => format!("{least} to {most} items that are {schema}"),
    }
}

fn branches(violation: &Violation) -> String {
    match &violation.detail {
        Detail::Several(kept, all) => format!("expected exactly one of {all} branches, got {kept} that match"),
        Detail::Branches(branches) => format!("expected one of {} branches, got none that matches", branches.len()),
        _ => format!("{} is not kept", violation.keyword),
    }
}

/// The types that are asked for, `null` where `nullable` allows it.
fn types(refs: Refs<'_>, violation: &Violation) -> Option<String> {
    let value = refs.value(&violation.anchor)?;
    let names = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// The keyword's value as it is said; that of the bound beside `exclusiveMinimum: true`, which says nothing of its own.
pub(super) fn limit(refs: Refs<'_>, violation: &Violation) -> String {
    let bound = violation.keyword.strip_prefix("exclusive").map(str::to_lowercase);
    let beside = || refs.value(&parent(&violation.anchor))?.get(bound?);
    let value = match refs.value(&violation.anchor) {
        Some(Value::Bool(true)) => beside(),
        own => own,
    };
    value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default()
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

/// What a length counts, and how many there are.
fn counted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("characters, got {}", text.chars().count()),
        Value::Array(items) => format!("items, got {}", items.len()),
        Value::Object(members) => format!("properties, got {}", members.len()),
        other => format!("of {}", kind(other)),
    }
}
