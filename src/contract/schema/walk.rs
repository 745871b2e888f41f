//! Walks a value beside the schemas that document it, member by member.

use serde_json::{Map, Value};

use crate::pointer::Pointer;

use super::documented::{Documented, Id};

/// One member of an object in the value, and what is documented about it.
pub(super) struct Member<'w> {
    /// The schemas that apply to the object.
    pub object: &'w [Id],
    /// Its name.
    pub name: &'w str,
    documented: &'w Documented,
    path: &'w [Step<'w>],
}

impl Member<'_> {
    /// Whether one of the schemas documents it.
    pub fn is_documented(&self) -> bool {
        self.documented.has_member(self.object, self.name)
    }

    /// Where the member stands.
    pub fn at(&self) -> Pointer {
        pointer(self.path).join(self.name)
    }
}

/// One object in the value.
pub(super) struct Object<'w> {
    /// The schemas that apply to it whatever it names.
    pub anyway: &'w [Id],
    /// Those and the ones that it names for itself.
    pub group: &'w [Id],
    /// Its members.
    pub members: &'w Map<String, Value>,
    path: &'w [Step<'w>],
}

impl Object<'_> {
    /// Where the object stands.
    pub fn at(&self) -> Pointer {
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

/// Shows `visit` every member of every object in `value`, outer ones first. Nothing below an undocumented member is shown.
pub(super) fn members(documented: &Documented, group: &[Id], value: &Value, visit: &mut dyn FnMut(&Member<'_>)) {
    Walk { documented, path: Vec::new(), object: &mut |_| {}, member: visit }.value(group, value);
}

/// Shows `visit` every object in `value`, outer ones first. Nothing below an undocumented member is shown.
pub(super) fn objects(documented: &Documented, group: &[Id], value: &Value, visit: &mut dyn FnMut(&Object<'_>)) {
    Walk { documented, path: Vec::new(), object: visit, member: &mut |_| {} }.value(group, value);
}

struct Walk<'v, 'f> {
    documented: &'v Documented,
    path: Vec<Step<'v>>,
    object: &'f mut dyn FnMut(&Object<'_>),
    member: &'f mut dyn FnMut(&Member<'_>),
}

impl<'v> Walk<'v, '_> {
    fn value(&mut self, group: &[Id], value: &'v Value) {
        match value {
            Value::Array(items) => {
                let group = self.documented.union(&self.documented.items(group));
                for (index, item) in items.iter().enumerate().filter(|(_, item)| is_container(item)) {
                    self.step(Step::Index(index), &group, item);
                }
            }
            Value::Object(members) => {
                let anyway = group;
                let group = &self.documented.with_chosen(anyway, members);
                (self.object)(&Object { anyway, group, members, path: &self.path });
                for (name, value) in members {
                    (self.member)(&Member { object: group, name, documented: self.documented, path: &self.path });
                    let own: Vec<Id> = match is_container(value) {
                        true => self.documented.members(group, name).collect(),
                        false => Vec::new(),
                    };
                    if !own.is_empty() {
                        self.step(Step::Name(name), &self.documented.union(&own), value);
                    }
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, step: Step<'v>, group: &[Id], value: &'v Value) {
        self.path.push(step);
        self.value(group, value);
        self.path.pop();
    }
}

fn is_container(value: &Value) -> bool {
    value.is_array() || value.is_object()
}
