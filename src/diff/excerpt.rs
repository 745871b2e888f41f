//! The part of a large value that its diff shows, so that the record can store it without the rest.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::pointer::Pointer;

use super::fold::has_at_most;
use super::layout::{CONTEXT, FEW};
use super::text::WIDTH;

/// Children stored on each side of a changed one: its neighbours, and as many as are too few to be folded.
const BESIDE: usize = CONTEXT + FEW;

/// Bytes of a `null` and its comma.
const NULL: usize = 5;

/// Returns the part of `value` that [`lines`](super::lines) shows when it changed at `places`. Everything else is
/// `null`, so that lists and objects keep their size. Returns `None` if that takes more than about `room` bytes of
/// JSON.
pub fn excerpt<'p>(value: &Value, places: impl IntoIterator<Item = &'p Pointer>, room: usize) -> Option<Value> {
    let mut root = Way::default();
    for place in places {
        place.tokens().fold(&mut root, |way, token| way.below.entry(token.into_owned()).or_default());
    }
    Cutter { room }.around(value, &root)
}

/// Paths to the changes as a tree; a node without children is a change.
#[derive(Default)]
struct Way {
    below: BTreeMap<String, Way>,
}

impl Way {
    /// Returns which of the children are near a changed one. A missing child counts as behind the last.
    fn near(&self, children: usize, place: impl Fn(&str) -> Option<usize>) -> Vec<bool> {
        let mut near = vec![false; children];
        for token in self.below.keys() {
            let at = place(token).unwrap_or(children).min(children);
            near.iter_mut().skip(at.saturating_sub(BESIDE)).take(2 * BESIDE + 1).for_each(|near| *near = true);
        }
        near
    }
}

/// Builds the excerpt within a budget of bytes.
struct Cutter {
    room: usize,
}

impl Cutter {
    /// Cuts a value with changes inside, or a changed value.
    fn around(&mut self, value: &Value, way: &Way) -> Option<Value> {
        if way.below.is_empty() {
            return self.inline(value);
        }
        match value {
            Value::Array(items) => {
                let near = way.near(items.len(), |token| token.parse().ok());
                let items = items.iter().zip(near).enumerate();
                items.map(|(index, (item, near))| self.child(item, way.below.get(&index.to_string()), near)).collect()
            }
            Value::Object(members) => {
                let near = way.near(members.len(), |token| members.keys().position(|name| name == token));
                let members = members.iter().zip(near);
                let mut member = |((name, value), near): ((&String, &Value), bool)| {
                    Some((self.name(name)?, self.child(value, way.below.get(name), near)?))
                };
                members.map(&mut member).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            scalar => self.folded(scalar),
        }
    }

    fn child(&mut self, value: &Value, way: Option<&Way>, is_near: bool) -> Option<Value> {
        match way {
            Some(way) => self.around(value, way),
            None if is_near => self.folded(value),
            None => self.folded(&Value::Null),
        }
    }

    /// Cuts a value to what is shown on one line.
    fn inline(&mut self, value: &Value) -> Option<Value> {
        let mut child = |(index, value)| self.folded(if index < WIDTH { value } else { &Value::Null });
        match value {
            _ if has_at_most(value, &mut { WIDTH }) => Some(value.clone()),
            Value::Array(items) => items.iter().enumerate().map(child).collect(),
            Value::Object(members) => {
                let values = members.values().enumerate().map(&mut child).collect::<Option<Vec<_>>>()?;
                let names = members.keys().map(|name| self.name(name)).collect::<Option<Vec<_>>>()?;
                Some(Value::Object(names.into_iter().zip(values).collect()))
            }
            scalar => self.folded(scalar),
        }
    }

    /// Cuts a value to what a folded value shows: its size.
    fn folded(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => {
                self.take(NULL * items.len())?;
                Some(Value::Array(vec![Value::Null; items.len()]))
            }
            Value::Object(members) => {
                self.take(NULL * members.len())?;
                let names = members.keys().map(|name| Some((self.name(name)?, Value::Null)));
                names.collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            scalar => {
                self.take(scalar.as_str().map_or(NULL, str::len))?;
                Some(scalar.clone())
            }
        }
    }

    fn name(&mut self, name: &str) -> Option<String> {
        self.take(name.len())?;
        Some(name.to_owned())
    }

    fn take(&mut self, bytes: usize) -> Option<()> {
        self.room = self.room.checked_sub(bytes)?;
        Some(())
    }
}
