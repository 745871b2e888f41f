//! One value or a list of values: `violates: a` and `violates: [a, b]`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// One or many values; empty if the key is absent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OneOrMany<T> {
    /// The values, in order.
    pub items: Vec<T>,
    /// Whether they were written as a list: its second value is at `/1`, a single value at the key itself.
    pub listed: bool,
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self { items: Vec::new(), listed: false }
    }
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    /// A single item is written without a list.
    fn from(items: Vec<T>) -> Self {
        Self { listed: items.len() > 1, items }
    }
}

impl<T: Serialize> Serialize for OneOrMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.items[..] {
            [only] if !self.listed => only.serialize(serializer),
            items => items.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let listed = value.is_array();
        let values = if let Value::Array(values) = value { values } else { vec![value] };
        let (mut items, mut wrong) = (Vec::with_capacity(values.len()), Vec::new());
        for value in values {
            match serde_json::from_value(value) {
                Ok(item) => items.push(item),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        // They have one location, as they are on one line mostly.
        if wrong.is_empty() { Ok(Self { items, listed }) } else { Err(D::Error::custom(wrong.join("; "))) }
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}
