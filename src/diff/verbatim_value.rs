//! A value with the original spelling of its numbers, which a JSON value alone does not hold.

use std::fmt;

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use crate::document::{Decimal, NumberLiterals};

/// A value whose numbers are shown, and serialised to JSON, as they were written.
#[derive(Debug, Clone, Copy)]
pub struct VerbatimValue<'a> {
    /// The value.
    pub value: &'a Value,
    digits: Option<&'a NumberLiterals<'a>>,
}

impl<'a> VerbatimValue<'a> {
    /// Combines a value with the number literals of the text it was read from.
    pub fn new(value: &'a Value, digits: &'a NumberLiterals<'a>) -> Self {
        Self { value, digits: Some(digits) }
    }

    /// Returns `value`, the child of this one with that name or index.
    pub(super) fn child(self, token: impl ToString, value: &'a Value) -> Self {
        Self { value, digits: self.digits.and_then(|digits| digits.below(&token.to_string())) }
    }

    /// Iterates over the properties of an object.
    pub(super) fn members(self) -> impl Iterator<Item = (&'a String, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(move |(name, value)| (name, self.child(name, value)))
    }

    /// Iterates over the elements of a list.
    pub(super) fn elements(self) -> impl Iterator<Item = Self> {
        let elements = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        elements.iter().enumerate().map(move |(index, value)| self.child(index, value))
    }

    /// Returns whether it is a number that 64 bits cannot hold exactly.
    pub(super) fn is_inexact(self) -> bool {
        self.digits.is_some_and(NumberLiterals::is_inexact)
    }

    /// Returns whether its text is that of a number equal to `number`, which 64 bits hold exactly.
    pub(super) fn is_written(self, number: &Number) -> bool {
        self.number().is_some_and(|text| Decimal::parse(text) == Decimal::parse(&number.to_string()))
    }

    fn number(self) -> Option<&'a str> {
        self.digits.filter(|_| self.value.is_number()).and_then(NumberLiterals::literal)
    }
}

impl<'a> From<&'a Value> for VerbatimValue<'a> {
    fn from(value: &'a Value) -> Self {
        Self { value, digits: None }
    }
}

impl Serialize for VerbatimValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.value, self.digits) {
            (value, None) => value.serialize(serializer),
            (Value::Object(members), _) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                self.members().try_for_each(|(name, member)| map.serialize_entry(name, &member))?;
                map.end()
            }
            (Value::Array(elements), _) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                self.elements().try_for_each(|element| list.serialize_element(&element))?;
                list.end()
            }
            (scalar, _) => match self.number() {
                Some(digits) => RawValue::from_string(digits.to_owned()).map_err(Error::custom)?.serialize(serializer),
                None => scalar.serialize(serializer),
            },
        }
    }
}

impl fmt::Display for VerbatimValue<'_> {
    /// Writes compact JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
