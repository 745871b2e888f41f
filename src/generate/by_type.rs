//! Composes values by type. Objects and arrays compose their properties and items through the composer again.

use serde_json::Value;

use super::applicable::ApplicableSchemas;
use super::composer::{Composer, Turn};
use super::unsatisfied::Unsatisfied;
use super::{array, number, object, text};

/// Composes a value of the type `kind`.
pub(super) fn compose<'c>(
    composer: &mut Composer<'c>,
    schemas: &ApplicableSchemas<'c>,
    kind: &str,
    turn: Turn,
) -> Result<Value, Unsatisfied> {
    let Turn { nth, shift } = turn;
    // All turns share one start, so that each of them is another choice.
    let first = composer.name().zip(composer.rng(0));
    match kind {
        "object" => object::compose(composer, schemas, nth),
        "array" => array::compose(composer, schemas, nth),
        "integer" => Ok(number::compose(schemas, true, nth, first)),
        "number" => Ok(number::compose(schemas, false, nth, first)),
        "boolean" => Ok(Value::from((nth + shift).is_multiple_of(2))),
        "null" => Ok(Value::Null),
        _ => text::compose(schemas, nth, composer.name().zip(composer.rng(nth))),
    }
}
