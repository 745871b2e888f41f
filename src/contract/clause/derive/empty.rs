//! Empty arrays and objects.

use serde_json::Value;

use crate::contract::types::Types;

use super::schemas::Schemas;

/// Whether a value of `types` may be an empty array, or an empty object without declared properties. Of an object with declared
/// properties, each of which may be absent, and of a string, to be empty is no statement of its own.
pub(super) fn is_possible(schemas: &Schemas<'_>, types: Types) -> bool {
    let has = |wanted: Types| types != Types::ANY && !types.and(wanted).is_empty();
    let views = || schemas.all.iter().map(|schema| &schema.view);
    let at_least =
        |keyword: &str| views().any(|view| view.get(keyword).and_then(Value::as_f64).is_some_and(|n| n > 0.0));
    let is_containing =
        || views().any(|view| view.has("contains") && view.get("minContains").and_then(Value::as_f64) != Some(0.0));
    let is_listed = || views().any(|view| view.has("enum") || view.has("const"));
    let is_map = || !views().any(|view| view.has("properties") || view.list("required").is_some_and(|n| !n.is_empty()));
    if is_listed() || views().any(|view| *view.value() == Value::Bool(false)) {
        return false;
    }
    has(Types::ARRAY) && !at_least("minItems") && !is_containing()
        || has(Types::OBJECT) && !at_least("minProperties") && is_map()
}
