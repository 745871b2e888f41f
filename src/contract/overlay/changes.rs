//! Change log: changes a value and records what changed and where each new node was read.

use serde_json::Value;

use crate::document::Changes;
use crate::pointer::Pointer;

use super::amendment::{Change, ChangeKind};

/// Changes so far.
#[derive(Debug, Default)]
pub(super) struct ChangeLog {
    /// Source locations of the nodes of the changed value.
    pub origins: Changes,
    /// Changes of the current action.
    pub changes: Vec<Change>,
}

/// Source location of a merged value.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The overlay's number.
    pub file: usize,
    /// The node in it.
    pub at: Pointer,
    /// Whether everything in the value has this one location, as with `copy`.
    pub fixed: bool,
}

impl Source {
    fn child(&self, token: impl std::fmt::Display) -> Self {
        if self.fixed { self.clone() } else { Self { at: self.at.join(token), ..self.clone() } }
    }
}

/// Two values of kinds that cannot be merged (Overlay 1.1 §4.4.3).
#[derive(Debug)]
pub(super) struct Incompatible {
    /// The node.
    pub at: Pointer,
    /// Its kind.
    pub held: &'static str,
    /// Kind of the value to merge into it.
    pub given: &'static str,
}

impl ChangeLog {
    /// Merges `update` into `target`, which is at `at`. A value that is no array is appended to an array.
    pub(super) fn update(
        &mut self,
        target: &mut Value,
        at: &Pointer,
        update: &Value,
        from: &Source,
    ) -> Result<(), Incompatible> {
        match target {
            Value::Array(items) if !update.is_array() => {
                self.append(items, at, update, from);
                Ok(())
            }
            _ => self.merge(target, at, update, from),
        }
    }

    fn merge(&mut self, target: &mut Value, at: &Pointer, update: &Value, from: &Source) -> Result<(), Incompatible> {
        match (target, update) {
            (Value::Object(members), Value::Object(new)) => {
                for (name, value) in new {
                    let (at, from) = (at.join(name), from.child(name));
                    if let Some(held) = members.get_mut(name) {
                        self.merge(held, &at, value, &from)?;
                    } else {
                        members.insert(name.clone(), value.clone());
                        self.note(ChangeKind::Added, &at, &from);
                    }
                }
            }
            (Value::Array(items), Value::Array(new)) => {
                new.iter().enumerate().for_each(|(index, value)| self.append(items, at, value, &from.child(index)));
            }
            (target, update) if kind(target) == kind(update) => {
                if target != update {
                    *target = update.clone();
                    self.note(ChangeKind::Replaced, at, from);
                }
            }
            (target, update) => {
                return Err(Incompatible { at: at.clone(), held: kind(target), given: kind(update) });
            }
        }
        Ok(())
    }

    /// Removes the node at `at` from `root`.
    pub(super) fn remove(&mut self, root: &mut Value, at: &Pointer) {
        let (Some(parent), Some(token)) = (at.parent(), at.last()) else { return };
        self.origins.removed(at);
        match root.pointer_mut(parent.as_str()) {
            Some(Value::Object(members)) => drop(members.shift_remove(&token)),
            Some(Value::Array(items)) => {
                let Some(index) = token.parse::<usize>().ok().filter(|index| *index < items.len()) else { return };
                items.remove(index);
                let moved = index..items.len();
                moved.for_each(|index| self.origins.moved(&parent.join(index + 1), &parent.join(index)));
            }
            _ => return,
        }
        self.changes.push(Change { kind: ChangeKind::Removed, at: at.clone() });
    }

    fn append(&mut self, items: &mut Vec<Value>, at: &Pointer, value: &Value, from: &Source) {
        let at = at.join(items.len());
        items.push(value.clone());
        self.note(ChangeKind::Added, &at, from);
    }

    fn note(&mut self, kind: ChangeKind, at: &Pointer, from: &Source) {
        self.origins.copied(at, from.file, from.at.clone());
        self.changes.push(Change { kind, at: at.clone() });
    }
}

/// Kind of a value; values merge only with their own kind.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "an object",
        Value::Array(_) => "a list",
        _ => "a scalar",
    }
}
