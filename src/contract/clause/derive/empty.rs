//! Empty strings, arrays and objects.

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::tree::Bound;
use crate::contract::schema::is_restricting_format;
use crate::contract::types::Types;

use super::schemas::Schemas;
use super::side::Writing;

/// Whether a value of `types` may be empty.
pub(super) fn is_possible(contract: &Contract, schemas: &Schemas<'_>, types: Types) -> bool {
    let has = |wanted: Types| types != Types::ANY && !types.and(wanted).is_empty();
    let views = || schemas.all.iter().map(|schema| &schema.view);
    let at_least =
        |keyword: &str| views().any(|view| view.get(keyword).and_then(Value::as_f64).is_some_and(|n| n > 0.0));
    let is_listed = || views().any(|view| view.has("enum") || view.has("const"));
    let matches = |pattern: &str| contract.schemas.matches(pattern, "");
    let is_string = || {
        let is_formatted = views().any(|view| view.text("format").is_some_and(is_restricting_format));
        !at_least("minLength") && !is_formatted && views().filter_map(|view| view.text("pattern")).all(matches)
    };
    let is_object = || {
        let requires = views().any(|view| view.list("required").is_some_and(|names| !names.is_empty()));
        !at_least("minProperties") && !requires
    };
    if is_listed() || views().any(|view| *view.value() == Value::Bool(false)) {
        return false;
    }
    has(Types::STRING) && is_string() || has(Types::ARRAY) && !at_least("minItems") || has(Types::OBJECT) && is_object()
}

/// The proof that a value at the bound cannot be written.
pub(super) fn unwritable(bound: Bound, writing: Writing<'_>) -> Option<Impossible> {
    (bound == Bound::Items(0) && writing.is_without_empty_array()).then_some(Impossible::EmptyArrayInText)
}
