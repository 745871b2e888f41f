//! Format of `coverage` in `signoff.yaml`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::contract::clause::Group;
use crate::quantity::parse_percent;

/// Clause coverage: gates, exclusions and owners.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object such as `{ min: { refusals: 80 } }`")]
#[schemars(rename = "Coverage")]
pub(crate) struct CoverageFormat {
    /// Minimum percentage of met clauses by group: `refusals: 80` or `refusals: 80%`. A run of all cases that meets fewer fails.
    pub min: BTreeMap<GroupName, Percent>,
    /// Clauses that coverage does not count.
    pub exclude: Vec<ExclusionFormat>,
    /// Who is responsible, by operation (operationId, or `POST /path`); `*` stands for all other operations.
    pub owners: BTreeMap<String, String>,
}

/// Clauses that coverage does not count: either `clause`, or `operation` and `group`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `reason` and `owner`")]
#[schemars(rename = "Exclusion")]
pub(crate) struct ExclusionFormat {
    /// The name of one clause.
    #[serde(default)]
    #[schemars(extend("type" = "string"), transform = without_default)]
    pub clause: Option<String>,
    /// The operation of the clauses.
    #[serde(default)]
    #[schemars(extend("type" = "string"), transform = without_default)]
    pub operation: Option<String>,
    /// The group of the clauses.
    #[serde(default)]
    #[schemars(with = "GroupName")]
    pub group: Option<GroupName>,
    /// Only clauses at this location or within it: `body/metadata`.
    #[serde(default)]
    #[schemars(extend("type" = "string"), transform = without_default)]
    pub below: Option<String>,
    /// Why the clauses are not tested.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// The person or team responsible for the exclusion.
    #[schemars(length(min = 1))]
    pub owner: String,
}

fn without_default(schema: &mut Schema) {
    schema.remove("default");
}

/// Name of a group of clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GroupName(pub Group);

impl<'de> Deserialize<'de> for GroupName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let unknown = || {
            let names = Group::ALL.map(Group::name).join("`, `");
            D::Error::custom(format_args!("unknown variant `{word}`, expected one of `{names}`"))
        };
        word.parse().map(Self).map_err(|_| unknown())
    }
}

impl JsonSchema for GroupName {
    fn schema_name() -> Cow<'static, str> {
        "Group".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A group of clauses.", "enum": Group::ALL.map(Group::name) })
    }
}

/// A percentage: `80` or `80%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Percent(pub u8);

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        parse_percent(&text).map(Self).map_err(D::Error::custom)
    }
}

impl JsonSchema for Percent {
    fn schema_name() -> Cow<'static, str> {
        "Percent".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": 100 },
                { "type": "string", "pattern": "^ *(100|[0-9]{1,2}) *%? *$" }
            ]
        })
    }
}
