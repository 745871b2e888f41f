//! How much the schema library may do for one value. Schemas that apply two others to each property, which do the same, take twice as
//! long for every level of a value.

use std::cell::Cell;

use serde_json::Value;

/// Values that the library may read, besides [`PER_VALUE`] times the value itself: a second at most.
const BASE: u64 = 1_000_000;

/// How many times the library may read each value, for large ones.
const PER_VALUE: u64 = 1_000;

thread_local! {
    /// The values that may still be read on this thread.
    static LEFT: Cell<u64> = const { Cell::new(BASE) };
}

/// Starts the work on `value`.
pub(super) fn begin(value: &Value) {
    LEFT.set(BASE.saturating_add(PER_VALUE.saturating_mul(count(value))));
}

/// Takes one value to read. Returns whether it may be read. Nothing is below a value, for the library, once all is spent: it then
/// returns soon, with a result that means nothing.
pub(super) fn take() -> bool {
    let left = LEFT.get().saturating_sub(1);
    LEFT.set(left);
    left > 0
}

/// Whether all of it is spent, so that the result means nothing.
pub(super) fn is_spent() -> bool {
    LEFT.get() == 0
}

fn count(value: &Value) -> u64 {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<u64>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<u64>(),
        _ => 1,
    }
}
