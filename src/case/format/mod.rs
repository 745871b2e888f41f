//! The shape of a case file as serde reads it, and its JSON Schema.
//!
//! Alternatives (`status: 200 | [200, 201] | 2XX`) have types of their own, so that a wrong one is reported where it stands
//! and editors can complete the right ones.

mod expect;
mod one_or_many;
mod request;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::quantity::HumanDuration;

pub use expect::ExpectFormat;
pub use one_or_many::OneOrMany;
pub use request::{AuthFormat, PartFormat, RequestFormat};

// Cases are read one by one, so that a wrong one does not hide the others; requests for themselves too, because `base` is
// merged in before they mean anything.
/// A case file: a story whose cases run in order and share captures.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a case file")]
#[schemars(title = "signoff case file", extend("required" = ["cases"]))]
pub struct FileFormat {
    /// What the file tells, in a sentence.
    pub story: Option<String>,
    /// The operation of cases that name none: an operationId, or `POST /path/{template}`.
    pub operation: Option<String>,
    /// Tags that every case of the file has.
    pub tags: Vec<String>,
    /// The clause that the file is evidence for.
    pub requirement: Option<String>,
    /// Variables, evaluated once a story, in order; one without value must be given by the target.
    pub vars: Map<String, Value>,
    /// A request that the cases start from: objects merge by key, the rest replaces.
    #[schemars(with = "Option<RequestFormat>")]
    pub base: IgnoredAny,
    /// Files of the same name run one after another.
    pub serial: Option<String>,
    /// Whether the cases may run concurrently; captures and needs are refused then.
    pub independent: bool,
    /// Repeats the story once a row: rows in place, or the name of a CSV file.
    pub table: Option<TableFormat>,
    /// Run first; if one fails the story is skipped.
    #[schemars(with = "Vec<StepFormat>")]
    pub setup: Vec<IgnoredAny>,
    /// The cases, in order.
    #[schemars(with = "Vec<CaseFormat>", extend("minItems" = 1))]
    pub cases: Vec<IgnoredAny>,
    /// Always run, last.
    #[schemars(with = "Vec<StepFormat>")]
    pub teardown: Vec<IgnoredAny>,
}

/// One case: a request, what to expect, what to capture.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a case")]
#[schemars(rename = "Case")]
pub struct CaseFormat {
    /// Its name, unique in the file; may use table columns.
    pub name: String,
    /// The operation, where it is not the file's.
    pub operation: Option<String>,
    /// Further tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The clause that it is evidence for.
    pub requirement: Option<String>,
    /// The request, merged over `base`.
    #[serde(default)]
    #[schemars(with = "Option<RequestFormat>")]
    #[allow(dead_code, reason = "the key is known here, its value is read after merging")]
    pub request: IgnoredAny,
    /// What the request breaks on purpose: `KEYWORD LOCATION`, a list of such, or `unchecked`.
    #[serde(default)]
    pub violates: OneOrMany<String>,
    /// What is expected of the answer.
    #[serde(default)]
    pub expect: ExpectFormat,
    /// What later cases may use: `/pointer` into the body, `status`, `header:NAME` or `${expression over response}`.
    #[serde(default)]
    pub capture: Map<String, Value>,
    /// Names of earlier cases that must have passed.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Why it is not run.
    pub skip: Option<String>,
    /// The only targets that it runs on.
    #[serde(default)]
    pub only_on: Vec<String>,
    /// Targets that it does not run on.
    #[serde(default)]
    pub not_on: Vec<String>,
    /// Repeats it until the expectations hold.
    pub poll: Option<PollFormat>,
    /// Sends it again after 429 and 503, obeying `Retry-After`.
    pub retry: Option<RetryFormat>,
    /// One case a row: rows in place, or the name of a CSV file.
    pub table: Option<TableFormat>,
}

/// The cases of another file, whose name starts with `_`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`use: FILE`")]
#[schemars(rename = "Use")]
pub struct UseFormat {
    /// The file, relative to this one.
    #[serde(rename = "use")]
    pub file: String,
}

/// An entry of `setup` or `teardown`; only its schema is needed, readers tell the two apart by the key `use`.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Step")]
#[allow(dead_code, reason = "describes the alternatives to editors")]
enum StepFormat {
    /// The cases of another file.
    Use(UseFormat),
    /// A case.
    Case(Box<CaseFormat>),
}

/// Rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum TableFormat {
    /// The name of a CSV file, relative to the case file; its first line names the columns.
    File(String),
    /// Rows in place.
    Rows(Vec<BTreeMap<String, Value>>),
}

/// `poll`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`{ every, up_to }`")]
#[schemars(rename = "Poll")]
pub struct PollFormat {
    /// The pause between attempts.
    pub every: HumanDuration,
    /// No attempt starts after this.
    pub up_to: HumanDuration,
}

/// `retry`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`{ attempts, up_to }`")]
#[schemars(rename = "Retry")]
pub struct RetryFormat {
    /// Attempts altogether.
    #[schemars(range(min = 1))]
    pub attempts: std::num::NonZeroU32,
    /// No attempt starts after this.
    pub up_to: HumanDuration,
}

impl<'de> Deserialize<'de> for TableFormat {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        match Value::deserialize(deserializer)? {
            Value::String(file) => Ok(Self::File(file)),
            rows @ Value::Array(_) => serde_json::from_value(rows).map(Self::Rows).map_err(|_| D::Error::custom(ROWS)),
            _ => Err(D::Error::custom(ROWS)),
        }
    }
}

const ROWS: &str = "expected rows `[{ column: value }]` or the name of a CSV file";

impl JsonSchema for TableFormat {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Table".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [
            { "type": "string", "description": "A CSV file, relative to this one; its first line names the columns." },
            { "type": "array", "items": { "type": "object" }, "description": "Rows; a column is a variable." }
        ] })
    }
}

/// The JSON Schema of a case file (`schemas/case-file.json`), draft 2020-12.
pub fn json_schema() -> Value {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<FileFormat>().to_value()
}

/// Keeps a written null apart from an absent key: `body: null` sends JSON null.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn editors_are_told_the_alternatives_and_refuse_unknown_keys() {
        let schema = json_schema();
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(schema["required"], json!(["cases"]));
        assert_eq!(schema["$defs"]["Case"]["required"], json!(["name"]));
        let step = &schema["$defs"]["Step"]["anyOf"];
        assert_eq!(step[0]["$ref"], json!("#/$defs/Use"));
        let text = json!({ "type": "string" });
        let violates = &schema["$defs"]["Case"]["properties"]["violates"]["anyOf"];
        assert_eq!(*violates, json!([text, { "type": "array", "items": text }]));
    }
}
