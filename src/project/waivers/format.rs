//! The shape of a file of waivers as serde reads it, and its JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// One finding that fails nothing, who answers for it, why, and until when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct WaiverFormat {
    /// The finding's fingerprint: the 12 characters that reports show with it.
    #[schemars(regex(pattern = "^[a-f][0-9a-f]{11}$"))]
    pub finding: String,
    /// Who answers for it.
    #[schemars(length(min = 1))]
    pub owner: String,
    /// Why the finding is lived with.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// The last day on which it holds, in UTC: `2027-01-31`.
    #[schemars(extend("format" = "date"))]
    pub expires: String,
    /// The names of the targets on which it holds; all, when empty.
    #[serde(default)]
    pub only_on: Vec<String>,
}

/// The JSON Schema of a file of waivers (`schemas/waivers.json`).
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Vec<WaiverFormat>).to_value();
    schema["title"] = "waivers.yaml".into();
    schema["description"] = "Findings that fail nothing for a while.".into();
    schema
}
