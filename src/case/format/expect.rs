//! `expect` as it is written.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::quantity::{HumanDuration, time_limit};

use super::defaults::is_default;
use super::one_or_many::OneOrMany;
use super::present::present;

/// Expectations of the response.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object such as `{ status: 409 }`")]
#[schemars(rename = "Expect")]
pub(crate) struct ExpectFormat {
    /// `200`, `[200, 201]` or `2XX`. The default is 2XX, or with `violates` a status that refuses the request.
    #[serde(skip_serializing_if = "is_default")]
    pub status: OneOrMany<StatusFormat>,
    /// Header values; names are case-insensitive; `null` means that the header is absent.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// The body: objects are subsets, arrays match element by element; operators `$any $absent $match $contains $exact $time
    /// $literal`.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub body: Option<Value>,
    /// A JSON Schema that narrows the contract for this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Schema>")]
    pub schema: Option<SchemaFormat>,
    /// Expressions that must be true.
    #[serde(rename = "assert", skip_serializing_if = "is_default")]
    pub asserts: OneOrMany<String>,
    /// Maximum duration of the last attempt, from sending the request to the last byte of the response.
    #[serde(deserialize_with = "within", skip_serializing_if = "Option::is_none")]
    pub within: Option<HumanDuration>,
    /// Accepts a status that the contract does not document, for this reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undocumented: Option<String>,
}

fn within<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HumanDuration>, D::Error> {
    time_limit(deserializer).map(Some)
}

/// A JSON Schema: an object or a boolean.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct SchemaFormat(pub Value);

impl<'de> Deserialize<'de> for SchemaFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            schema @ (Value::Object(_) | Value::Bool(_)) => Ok(Self(schema)),
            _ => Err(D::Error::custom("a JSON Schema must be an object or a boolean")),
        }
    }
}

/// A status or a class of them: `200` is 200..=200, `2XX` is 200..=299.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusFormat(pub RangeInclusive<u16>);

impl StatusFormat {
    fn read(value: &Value) -> Option<Self> {
        let exact = || value.as_u64().and_then(|status| u16::try_from(status).ok());
        if let Some(status) = exact() {
            return (100..=599).contains(&status).then_some(Self(status..=status));
        }
        let class: u16 = value.as_str()?.to_ascii_uppercase().strip_suffix("XX")?.parse().ok()?;
        (1..=5).contains(&class).then(|| Self(class * 100..=class * 100 + 99))
    }
}

impl<'de> Deserialize<'de> for StatusFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::read(&value)
            .ok_or_else(|| D::Error::custom(format!("expected a status such as 200 or 2XX, found {value}")))
    }
}

impl Serialize for StatusFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.start() == self.0.end() {
            return serializer.serialize_u16(*self.0.start());
        }
        serializer.collect_str(&format_args!("{}XX", self.0.start() / 100))
    }
}

impl JsonSchema for StatusFormat {
    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            { "type": "string", "pattern": "^[1-5][Xx][Xx]$" }
        ] })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_is_a_number_or_a_class() {
        let check = |value: Value, expect: Option<RangeInclusive<u16>>| {
            assert_eq!(StatusFormat::read(&value).map(|status| status.0), expect, "{value}");
        };
        check(json!(200), Some(200..=200));
        check(json!("4XX"), Some(400..=499));
        check(json!("5xx"), Some(500..=599));
        for wrong in [json!(99), json!(600), json!("200"), json!("9XX"), json!(null), json!(200.5), json!("XX")] {
            check(wrong, None);
        }
    }
}
