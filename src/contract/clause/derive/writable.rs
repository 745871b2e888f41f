//! Values that cannot be written in a request: proofs by the style of a parameter and by the path.

use serde_json::{Value, json};

use crate::contract::ParameterIn;
use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::location::Step;
use crate::contract::clause::tree::Bound;
use crate::contract::parameters::serialize;

use super::side::Writing;
use super::spot::Spot;

/// The proof that `value` cannot be written at the location.
pub(super) fn value(value: &Value, spot: &Spot, writing: Writing<'_>) -> Option<Impossible> {
    let Writing::Style(parameter) = writing else { return None };
    if is_path(spot, writing) && value.as_str() == Some("") {
        return Some(Impossible::PathParameterMissing);
    }
    if value.is_array() && value.as_array().is_some_and(Vec::is_empty) && writing.is_without_empty_array() {
        return Some(Impossible::EmptyArrayInText);
    }
    let steps: Vec<_> = spot.at.steps.iter().filter(|step| !matches!(step, Step::Branch(_))).collect();
    let whole = match steps[..] {
        [] => vec![value.clone()],
        // Any item, or any property that is not declared.
        [Step::Any] => vec![json!([value]), json!({ "a": value })],
        [Step::Name(name)] => vec![json!({ &**name: value })],
        // Arrays and objects within others have a proof of their own.
        _ => return None,
    };
    let is_unwritable = whole.iter().all(|whole| serialize(parameter, whole).is_err());
    is_unwritable.then_some(Impossible::StyleCannotHold)
}

/// The proof that a value at the bound cannot be written.
pub(super) fn bound(bound: &Bound, spot: &Spot, writing: Writing<'_>) -> Option<Impossible> {
    match bound {
        Bound::Items(0) if writing.is_without_empty_array() => Some(Impossible::EmptyArrayInText),
        Bound::Length(0) if is_path(spot, writing) => Some(Impossible::PathParameterMissing),
        _ => None,
    }
}

/// Whether `value` is the empty one that a parameter allows whatever its schema says.
pub(super) fn is_empty_allowed(value: &Value, spot: &Spot, writing: Writing<'_>) -> bool {
    matches!(writing, Writing::Style(parameter) if parameter.allow_empty) && is_root(spot) && value.as_str() == Some("")
}

fn is_root(spot: &Spot) -> bool {
    spot.at.steps.iter().all(|step| matches!(step, Step::Branch(_)))
}

/// Whether the location is a whole path parameter.
fn is_path(spot: &Spot, writing: Writing<'_>) -> bool {
    let is_in_path = matches!(writing, Writing::Style(parameter) if parameter.location == ParameterIn::Path);
    is_in_path && is_root(spot)
}
