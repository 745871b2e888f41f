//! A case file as it is written.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::quantity::HumanDuration;

use super::expect::ExpectFormat;
use super::one_or_many::OneOrMany;
use super::request::RequestFormat;
use super::table::TableFormat;

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
    /// The requirements that the file is evidence for: one or several.
    pub requirement: OneOrMany<String>,
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
    /// The requirements that it is evidence for, instead of the file's: one or several.
    #[serde(default)]
    pub requirement: OneOrMany<String>,
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

/// The JSON Schema of a case file (`schemas/case-file.json`), draft 2020-12.
pub fn json_schema() -> Value {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<FileFormat>().to_value()
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
