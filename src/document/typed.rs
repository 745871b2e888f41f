//! A JSON value as serde reads it, where an object is the only form of a struct: derived code would take a list as its fields too.
//! An error has its location.

use std::fmt::{self, Display};
use std::iter::Enumerate;
use std::slice;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use crate::pointer::Pointer;

/// A value to deserialise from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed<'de>(pub &'de Value);

/// A part of a value that does not have the expected form.
#[derive(Debug)]
pub(crate) struct Misfit(Box<Part>);

#[derive(Debug)]
struct Part {
    /// Keys and indexes, the innermost first.
    path: Vec<String>,
    message: String,
}

impl Misfit {
    /// Its location.
    pub(crate) fn at(&self) -> Pointer {
        self.0.path.iter().rev().fold(Pointer::root(), |at, token| at.join(token))
    }

    /// What serde says of it.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    fn within(mut self, token: &dyn Display) -> Self {
        self.0.path.push(token.to_string());
        self
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Misfit {}

impl Error for Misfit {
    fn custom<T: Display>(message: T) -> Self {
        Self(Box::new(Part { path: Vec::new(), message: message.to_string() }))
    }
}

impl<'de> Deserializer<'de> for Typed<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (_, Some(number)) => visitor.visit_i64(number),
                _ => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter().enumerate() }),
            Value::Object(members) => visitor.visit_map(Members::of(members)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Array(_) => Err(Misfit::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Value::Object(members) if members.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Members::of(members)))
            }
            Value::Object(_) => Err(Misfit::invalid_value(Unexpected::Map, &"map with a single key")),
            _ => Err(Misfit::invalid_type(self.unexpected(), &"string or map")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

impl Typed<'_> {
    fn unexpected(&self) -> Unexpected<'_> {
        match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => Unexpected::Unsigned(number),
                (_, Some(number)) => Unexpected::Signed(number),
                _ => Unexpected::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        }
    }
}

struct Items<'de> {
    items: Enumerate<slice::Iter<'de, Value>>,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Some((index, item)) = self.items.next() else { return Ok(None) };
        seed.deserialize(Typed(item)).map(Some).map_err(|misfit| misfit.within(&index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'de> {
    members: serde_json::map::Iter<'de>,
    /// The member whose name was read last.
    last: Option<(&'de str, &'de Value)>,
}

impl<'de> Members<'de> {
    fn of(members: &'de Map<String, Value>) -> Self {
        Self { members: members.iter(), last: None }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        self.last = Some((name, value));
        seed.deserialize(Name(name)).map(Some).map_err(|misfit: Misfit| misfit.within(name))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let (name, value) = self.last.take().ok_or_else(|| Misfit::custom("a value is read before its name"))?;
        seed.deserialize(Typed(value)).map_err(|misfit| misfit.within(&name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// The name of a member, also as the number that it is.
struct Name<'de>(&'de str);

impl<'de> Name<'de> {
    fn visit_number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.parse() {
            Ok(number) => visitor.visit_u64(number),
            Err(_) => self.deserialize_any(visitor),
        }
    }
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.visit_number(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.visit_number(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    enum Ordering {
        Less,
        Equal,
        Greater,
    }

    #[derive(Debug, Deserialize, PartialEq, Default)]
    #[serde(default)]
    struct Shelf {
        books: Vec<Shelf>,
        owner: Option<Box<Shelf>>,
        shelves: Option<u8>,
    }

    #[test]
    fn an_error_has_its_location() {
        let located = |value: Value| {
            let misfit = BTreeMap::<u32, Vec<Ordering>>::deserialize(Typed(&value)).expect_err("a misfit");
            format!("{} {misfit}", misfit.at())
        };
        let unknown = "/1/1 unknown variant `less`, expected one of `Less`, `Equal`, `Greater`";
        assert_eq!(located(json!({ "1": ["Less", "less"] })), unknown);
        assert_eq!(located(json!({ "1": [], "x": [] })), "/x invalid type: string \"x\", expected u32");
        assert_eq!(located(json!([])), " invalid type: sequence, expected a map");
        assert_eq!(located(json!({ "1": [{ "Less": 1 }] })), "/1/0/Less invalid type: integer `1`, expected unit");
        assert_eq!(located(json!({ "1": [2.0] })), "/1/0 invalid type: floating point `2.0`, expected string or map");
    }

    #[test]
    fn a_list_is_not_an_object() {
        let read = |value: serde_json::Value| Shelf::deserialize(Typed(&value)).map_err(|error| error.to_string());
        assert_eq!(read(json!({ "books": [{ "shelves": 2 }], "owner": null })).map(|shelf| shelf.books.len()), Ok(1));
        let refused = "invalid type: sequence, expected struct Shelf".to_owned();
        for list in [json!([]), json!({ "books": [[]] }), json!({ "owner": [] })] {
            assert_eq!(read(list), Err(refused.clone()));
        }
    }
}
