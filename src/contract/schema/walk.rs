//! Walks a value alongside the schemas that document it, property by property.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::pointer::Pointer;

use super::discriminator::SchemaId;
use super::index::SchemaIndex;

/// A property of an object in the value.
pub(super) struct Member<'w> {
    /// The schemas that apply to the object.
    pub object: &'w [SchemaId],
    /// Its name.
    pub name: &'w str,
    index: &'w SchemaIndex,
    path: &'w [Step<'w>],
}

impl Member<'_> {
    /// Whether one of the schemas documents it.
    pub(super) fn is_documented(&self) -> bool {
        self.index.has_property(self.object, self.name)
    }

    /// Its location.
    pub(super) fn at(&self) -> Pointer {
        pointer(self.path).join(self.name)
    }
}

/// One object in the value.
pub(super) struct Object<'w> {
    /// The schemas that apply to it regardless of what it selects.
    pub declared: &'w [SchemaId],
    /// Those, and the schemas that it selects by discriminators.
    pub group: &'w [SchemaId],
    /// Its properties.
    pub members: &'w Map<String, Value>,
    path: &'w [Step<'w>],
}

impl Object<'_> {
    /// Its location.
    pub(super) fn at(&self) -> Pointer {
        pointer(self.path)
    }
}

fn pointer(path: &[Step<'_>]) -> Pointer {
    path.iter().fold(Pointer::root(), |at, step| match step {
        Step::Name(name) => at.join(name),
        Step::Index(index) => at.join(index),
    })
}

#[derive(Debug, Clone, Copy)]
enum Step<'v> {
    Name(&'v str),
    Index(usize),
}

/// Schemas that a walk applies to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selection {
    /// Those that are declared for it.
    Declared,
    /// Those, and the schemas that it selects by discriminators.
    Discriminated,
}

/// Calls `visit` with every property of every object in `value`, outer ones first. Skips everything below an undocumented property.
pub(super) fn members(
    index: &SchemaIndex,
    (group, selection): (&[SchemaId], Selection),
    value: &Value,
    visit: &mut dyn FnMut(&Member<'_>),
) {
    Walk { index, selection, path: Vec::new(), object: &mut |_| {}, member: visit }.value(group, value);
}

/// Calls `visit` with every object in `value`, outer ones first. Skips everything below an undocumented property.
pub(super) fn objects(index: &SchemaIndex, group: &[SchemaId], value: &Value, visit: &mut dyn FnMut(&Object<'_>)) {
    let selection = Selection::Discriminated;
    Walk { index, selection, path: Vec::new(), object: visit, member: &mut |_| {} }.value(group, value);
}

struct Walk<'v, 'f> {
    index: &'v SchemaIndex,
    selection: Selection,
    path: Vec<Step<'v>>,
    object: &'f mut dyn FnMut(&Object<'_>),
    member: &'f mut dyn FnMut(&Member<'_>),
}

impl<'v> Walk<'v, '_> {
    fn value(&mut self, group: &[SchemaId], value: &'v Value) {
        match value {
            Value::Array(items) => {
                let group = self.index.union(&self.index.items(group));
                for (index, item) in items.iter().enumerate().filter(|(_, item)| is_container(item)) {
                    self.step(Step::Index(index), &group, item);
                }
            }
            Value::Object(members) => {
                let declared = group;
                let group = &match self.selection {
                    Selection::Declared => Cow::Borrowed(declared),
                    Selection::Discriminated => self.index.with_selected(declared, members),
                };
                (self.object)(&Object { declared, group, members, path: &self.path });
                for (name, value) in members {
                    (self.member)(&Member { object: group, name, index: self.index, path: &self.path });
                    let own: Vec<SchemaId> = match is_container(value) {
                        true => self.index.property(group, name).collect(),
                        false => Vec::new(),
                    };
                    if !own.is_empty() {
                        self.step(Step::Name(name), &self.index.union(&own), value);
                    }
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, step: Step<'v>, group: &[SchemaId], value: &'v Value) {
        self.path.push(step);
        self.value(group, value);
        self.path.pop();
    }
}

fn is_container(value: &Value) -> bool {
    value.is_array() || value.is_object()
}
