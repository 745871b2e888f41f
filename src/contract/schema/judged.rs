//! Values as the schema library reads them, which bounds its errors: there may be one for every branch and every item. An error would
//! hold a copy of the value that it is about. Here it holds none, since a violation is described by its location, and draws from an
//! [`Allowance`].

use std::borrow::Cow;
use std::ptr;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::json::{Array, Json, Node, NodeIdentity, Object, cmp, unique};
use jsonschema::{JsonType, Retrieve, ValidationError, ValidationOptions};
use serde_json::{Map, Number, Value};

use crate::contract::types::Types;

use super::allowance::Allowance;
use super::work;

/// The representation of values for the library.
#[derive(Debug)]
pub(super) struct Judged;

/// The library's validator of such values.
pub(super) type Validator = jsonschema::Validator<Judged>;

/// The library's options for such a validator.
pub(super) type Options<'r> = ValidationOptions<'r, Arc<dyn Retrieve>, Judged>;

/// A value that is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instance<'a> {
    held: Held<'a>,
    /// What errors draw from, where they are listed.
    allowance: Option<&'a Allowance>,
}

#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    Value(&'a Value),
    /// A string that is no value: the name of a property, for `propertyNames`.
    String(&'a str),
    /// An object with one property.
    Wrapped(&'a str, &'a Value),
}

impl<'a> Instance<'a> {
    /// The object whose only property is `value`. What is listed about it draws from the allowance.
    pub(super) fn wrapped(name: &'a str, value: &'a Value, allowance: Option<&'a Allowance>) -> Self {
        Self { held: Held::Wrapped(name, value), allowance }
    }

    /// The string.
    pub(super) fn string(text: &'a str) -> Self {
        Self { held: Held::String(text), allowance: None }
    }

    /// The text of a string.
    pub(super) fn text(self) -> Option<&'a str> {
        match self.held {
            Held::Value(value) => value.as_str(),
            Held::String(name) => Some(name),
            Held::Wrapped(..) => None,
        }
    }

    /// The number.
    pub(super) fn number(self) -> Option<&'a Number> {
        match self.held {
            Held::Value(value) => value.as_number(),
            Held::String(_) | Held::Wrapped(..) => None,
        }
    }

    /// The type.
    pub(super) fn types(self) -> Types {
        match self.held {
            Held::Value(value) => Types::from_value(value),
            Held::String(_) => Types::STRING,
            Held::Wrapped(..) => Types::OBJECT,
        }
    }

    fn below(self, value: &'a Value) -> Self {
        Self { held: Held::Value(value), ..self }
    }

    /// Whether the library may read what is below the value. It takes from the work that may be done.
    fn is_read(self) -> bool {
        work::take() && !self.allowance.is_some_and(Allowance::is_spent)
    }
}

/// Whether the error was created before the allowance was spent. A later one may be wrong, since not all of the value was read. Only
/// `unevaluatedItems` draws from it for every item, and has read its array before.
pub(super) fn is_listed(error: &ValidationError<'_>) -> bool {
    error.instance().is_null() || matches!(error.kind(), Kind::UnevaluatedItems { .. })
}

impl Json for Judged {
    type Node<'a> = Instance<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    const KEYS_PER_LOOKUP: usize = 2;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Instance<'_>) -> T) -> T {
        f(Instance::string(string))
    }
}

impl<'a> Node<'a, Judged> for Instance<'a> {
    type Object = Members<'a>;
    type Array = Items<'a>;
    type Number = &'a Number;

    fn as_object(&self) -> Option<Members<'a>> {
        match self.held {
            Held::Value(Value::Object(members)) if self.is_read() => {
                Some(Members { of: *self, members: Some(members) })
            }
            Held::Wrapped(..) => Some(Members { of: *self, members: None }),
            Held::Value(_) | Held::String(_) => None,
        }
    }

    fn as_array(&self) -> Option<Items<'a>> {
        match self.held {
            Held::Value(Value::Array(items)) if self.is_read() => Some(Items { of: *self, items }),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.text().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<&'a Number> {
        self.number()
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.held {
            Held::Value(value) => value.as_bool(),
            Held::String(_) | Held::Wrapped(..) => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.held, Held::Value(Value::Null))
    }

    fn json_type(&self) -> JsonType {
        match self.held {
            Held::Value(Value::Null) => JsonType::Null,
            Held::Value(Value::Bool(_)) => JsonType::Boolean,
            Held::Value(Value::Number(_)) => JsonType::Number,
            Held::Value(Value::String(_)) | Held::String(_) => JsonType::String,
            Held::Value(Value::Array(_)) => JsonType::Array,
            Held::Value(Value::Object(_)) | Held::Wrapped(..) => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match self.held {
            Held::Value(value) => cmp::equal(value, expected),
            Held::String(name) => expected.as_str() == Some(name),
            Held::Wrapped(..) => false,
        }
    }

    /// What an error holds: the name of a property, which has no location, but nothing of a value. See [`is_listed`].
    fn to_value(&self) -> Cow<'a, Value> {
        if let Held::String(name) = self.held {
            return Cow::Owned(Value::from(name));
        }
        let is_listed = self.allowance.is_none_or(|allowance| {
            allowance.take();
            !allowance.is_spent()
        });
        Cow::Owned(if is_listed { Value::Null } else { Value::Bool(false) })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(match self.held {
            Held::Value(value) => NodeIdentity::new(ptr::from_ref(value).addr()),
            Held::String(name) => NodeIdentity::tagged(name.as_ptr().addr(), 1),
            Held::Wrapped(_, value) => NodeIdentity::tagged(ptr::from_ref(value).addr(), 2),
        })
    }
}

/// The properties of an object.
pub(super) struct Members<'a> {
    of: Instance<'a>,
    /// Those of a value.
    members: Option<&'a Map<String, Value>>,
}

impl<'a> Members<'a> {
    /// The only property.
    fn only(&self) -> Option<(&'a str, &'a Value)> {
        match self.of.held {
            Held::Wrapped(name, value) => Some((name, value)),
            Held::Value(_) | Held::String(_) => None,
        }
    }
}

impl<'a> Object<'a, Judged> for Members<'a> {
    type Node = Instance<'a>;
    type MemberName = &'a str;
    type MembersIter = MembersIter<'a>;

    fn len(&self) -> usize {
        self.members.map_or(1, Map::len)
    }

    fn get(&self, key: &String) -> Option<Instance<'a>> {
        let held = match self.members {
            Some(members) => members.get(key.as_str()),
            None => self.only().filter(|(name, _)| name == key).map(|(_, value)| value),
        };
        held.map(|value| self.of.below(value))
    }

    fn members(&self) -> MembersIter<'a> {
        MembersIter { of: self.of, only: self.only(), members: self.members.map(Map::iter) }
    }
}

/// Iterator over the properties of an object.
pub(super) struct MembersIter<'a> {
    of: Instance<'a>,
    only: Option<(&'a str, &'a Value)>,
    members: Option<serde_json::map::Iter<'a>>,
}

impl<'a> Iterator for MembersIter<'a> {
    type Item = (&'a str, Instance<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if !self.of.is_read() {
            return None;
        }
        let (name, value) = match &mut self.members {
            Some(members) => members.next().map(|(name, value)| (name.as_str(), value)),
            None => self.only.take(),
        }?;
        Some((name, self.of.below(value)))
    }
}

/// The items of an array.
pub(super) struct Items<'a> {
    of: Instance<'a>,
    items: &'a [Value],
}

impl<'a> Array<'a, Judged> for Items<'a> {
    type Node = Instance<'a>;
    type ElementsIter = ItemsIter<'a>;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn elements(&self) -> ItemsIter<'a> {
        ItemsIter { of: self.of, items: self.items.iter() }
    }

    fn is_unique(&self) -> bool {
        unique::is_unique(self.items)
    }
}

/// Iterator over the items of an array.
pub(super) struct ItemsIter<'a> {
    of: Instance<'a>,
    items: std::slice::Iter<'a, Value>,
}

impl<'a> Iterator for ItemsIter<'a> {
    type Item = Instance<'a>;

    fn next(&mut self) -> Option<Instance<'a>> {
        self.items.next().filter(|_| self.of.is_read()).map(|item| self.of.below(item))
    }
}
