//! `table` as it is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum TableFormat {
    /// The name of a CSV file, relative to the case file; its first line names the columns.
    File(String),
    /// Rows in place.
    Rows(Vec<BTreeMap<String, Value>>),
}

impl<'de> Deserialize<'de> for TableFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(file) => Ok(Self::File(file)),
            rows @ Value::Array(_) => serde_json::from_value(rows).map(Self::Rows).map_err(|_| D::Error::custom(ROWS)),
            _ => Err(D::Error::custom(ROWS)),
        }
    }
}

const ROWS: &str = "expected rows `[{ column: value }]` or the name of a CSV file";

impl JsonSchema for TableFormat {
    fn schema_name() -> Cow<'static, str> {
        "Table".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string", "description": "A CSV file, relative to this one; its first line names the columns." },
            { "type": "array", "items": { "type": "object" }, "description": "Rows; a column is a variable." }
        ] })
    }
}
