//! How many errors the schema library may create about one value. It collects all of them before it returns any, those of every branch
//! and every item, of which only some are listed.

use std::cell::Cell;

use serde_json::Value;

/// Memory of the errors about one value, in bytes.
const MEMORY: usize = 8 << 20;

/// Memory of an error without its location, in bytes.
const ERROR: usize = 512;

/// What remains for the errors about one value. Nothing is below a value, for the library, once it is spent: it then returns soon.
#[derive(Debug)]
pub(super) struct Allowance {
    /// Memory of an error at the deepest location, in bytes.
    each: usize,
    remaining: Cell<usize>,
}

impl Allowance {
    /// The allowance for errors about `value`, with that many more which take no memory.
    pub(super) fn new(value: &Value, more: usize) -> Self {
        let each = ERROR + longest_location(value);
        Self { each, remaining: Cell::new(MEMORY.saturating_add(more.saturating_mul(each))) }
    }

    /// Takes the memory of one error.
    pub(super) fn take(&self) {
        self.remaining.set(self.remaining.get().saturating_sub(self.each));
    }

    /// Whether nothing remains.
    pub(super) fn is_spent(&self) -> bool {
        self.remaining.get() == 0
    }
}

/// Bytes of the longest JSON Pointer in `value`, approximately.
fn longest_location(value: &Value) -> usize {
    const INDEX: usize = 8;
    match value {
        Value::Array(items) => items.iter().map(|item| INDEX + longest_location(item)).max().unwrap_or(0),
        Value::Object(members) => {
            members.iter().map(|(name, member)| 1 + name.len() + longest_location(member)).max().unwrap_or(0)
        }
        _ => 0,
    }
}
