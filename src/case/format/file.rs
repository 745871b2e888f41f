//! A case file as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::quantity::{HumanDuration, time_limit};

use super::defaults::is_default;
use super::expect::ExpectFormat;
use super::one_or_many::OneOrMany;
use super::request::RequestFormat;
use super::table::TableFormat;

/// A case file of which cases and requests are read later, one by one: a wrong one then does not hide the others, and requests
/// mean nothing before `base` is merged in. [`WholeFile`] has everything in it.
///
/// `C` is a case, `S` an entry of `setup` and `teardown`, `R` a request.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a case file")]
#[schemars(
    title = "signoff case file",
    description = "A case file: a scenario whose cases run in order and share captures.",
    extend("required" = ["cases"]),
    bound = "R: Default + PartialEq"
)]
pub(crate) struct FileFormat<C = IgnoredAny, S = IgnoredAny, R = IgnoredAny> {
    /// What the file tests, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<String>,
    /// The default operation of the cases: an operationId, or `POST /path/{template}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Tags of every case of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Requirements that the cases verify: one or several.
    #[serde(skip_serializing_if = "is_default")]
    pub requirement: OneOrMany<String>,
    /// Variables, evaluated once per file, in order; a variable without a value must be set by the target or by `--var`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub vars: Map<String, Value>,
    /// The default request: each case's `request` is merged into it; objects are merged, other values are replaced.
    #[serde(skip_serializing_if = "is_default", bound(serialize = "R: Serialize + Default + PartialEq"))]
    #[schemars(with = "Option<RequestFormat>")]
    pub base: R,
    /// Files with the same name run one after another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Whether the cases may run in parallel; `capture` and `needs` are not allowed then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub independent: bool,
    /// Repeats the scenario for each row: rows in place, or the name of a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableFormat>,
    /// Run first; if one fails, the cases are skipped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<StepFormat>")]
    pub setup: Vec<S>,
    /// The cases, in order.
    #[schemars(with = "Vec<WholeCase>", extend("minItems" = 1))]
    pub cases: Vec<C>,
    /// Run last, even if cases fail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<StepFormat>")]
    pub teardown: Vec<S>,
}

// A derived implementation would require `Default` for cases and steps.
impl<C, S, R: Default> Default for FileFormat<C, S, R> {
    fn default() -> Self {
        Self {
            story: None,
            operation: None,
            tags: Vec::new(),
            requirement: OneOrMany::default(),
            vars: Map::new(),
            base: R::default(),
            serial: None,
            independent: false,
            table: None,
            setup: Vec::new(),
            cases: Vec::new(),
            teardown: Vec::new(),
        }
    }
}

/// A case file with everything in it.
pub(crate) type WholeFile = FileFormat<WholeCase, StepFormat, RequestFormat>;

/// A case with its request.
pub(crate) type WholeCase = CaseFormat<RequestFormat>;

/// One case: a request, what to expect, what to capture.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `name`")]
#[schemars(rename = "Case", bound = "R: Default + PartialEq")]
pub(crate) struct CaseFormat<R = IgnoredAny> {
    /// Its name, unique in the file; may use table columns.
    pub name: String,
    /// The operation, instead of the file's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Further tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Requirements that the case verifies, instead of the file's: one or several.
    #[serde(default, skip_serializing_if = "is_default")]
    pub requirement: OneOrMany<String>,
    /// Further properties for reports, such as the owner of the case: name and value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    /// Skips the case, for this reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
    /// The request, merged over `base`.
    #[serde(default, skip_serializing_if = "is_default", bound(serialize = "R: Serialize + Default + PartialEq"))]
    #[schemars(with = "Option<RequestFormat>")]
    pub request: R,
    /// Rules that the request violates on purpose: `KEYWORD LOCATION`, a list of these, or `unchecked`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub violates: OneOrMany<String>,
    /// Clauses of the contract that the case meets, one or a list; names as `signoff coverage` prints them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub covers: OneOrMany<String>,
    /// Expectations of the response.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expect: ExpectFormat,
    /// Values of the response for later cases: `/pointer` into the body, `status`, `header:NAME` or `${expression over response}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub capture: Map<String, Value>,
    /// Names of earlier cases that must have passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Targets that the case runs on; all by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only_on: Vec<String>,
    /// Targets that the case does not run on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_on: Vec<String>,
    /// Repeats the request until the expectations are met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<PollFormat>,
    /// Repeats the request after 429 and 503, and obeys `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryFormat>,
    /// One case per row: rows in place, or the name of a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableFormat>,
}

/// The cases of another file, whose name starts with `_`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`use: FILE`")]
#[schemars(rename = "Use")]
pub(crate) struct UseFormat {
    /// The file, relative to this one.
    #[serde(rename = "use")]
    pub file: String,
}

/// An entry of `setup` or `teardown`: a case, or `use: FILE`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Step")]
pub(crate) enum StepFormat {
    /// The cases of another file.
    Use(UseFormat),
    /// A case.
    Case(Box<WholeCase>),
}

/// `poll`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`{ every, up_to }`")]
#[schemars(rename = "Poll")]
pub(crate) struct PollFormat {
    /// The pause between attempts.
    #[serde(deserialize_with = "time_limit")]
    pub every: HumanDuration,
    /// Time limit for the start of the last attempt, measured from the first.
    #[serde(deserialize_with = "time_limit")]
    pub up_to: HumanDuration,
}

/// `retry`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`{ attempts, up_to }`")]
#[schemars(rename = "Retry")]
pub(crate) struct RetryFormat {
    /// Maximum number of attempts.
    #[schemars(range(min = 1))]
    pub attempts: std::num::NonZeroU32,
    /// Time limit for the start of the last attempt, measured from the first.
    #[serde(deserialize_with = "time_limit")]
    pub up_to: HumanDuration,
}

/// The JSON Schema of a case file (`schemas/case-file.json`), draft 2020-12.
#[cfg(test)]
pub(crate) fn json_schema() -> Value {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<WholeFile>().to_value()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_schema_lists_alternatives_and_refuses_unknown_keys() {
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
