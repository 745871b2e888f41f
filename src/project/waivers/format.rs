//! Format of the waivers file as serde reads it, and its JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::case::format::OneOrMany;

/// An accepted finding: it is reported but does not fail the run until the expiry date.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct WaiverFormat {
    /// Fingerprint of the finding: the 12 characters shown with it in reports; or a list of them, if the finding has several.
    pub finding: OneOrMany<FingerprintText>,
    /// The person or team responsible for the waiver.
    #[schemars(length(min = 1))]
    pub owner: String,
    /// Why the finding is accepted.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// Last day on which the waiver applies, in UTC: `2027-01-31`.
    #[schemars(extend("format" = "date"))]
    pub expires: String,
    /// Names of the targets that the waiver applies to; every target if empty.
    #[serde(default)]
    pub only_on: Vec<String>,
}

/// A fingerprint as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, transparent)]
pub(super) struct FingerprintText(#[schemars(regex(pattern = "^[a-f][0-9a-f]{11}$"))] pub String);

/// The JSON Schema of a file of waivers (`schemas/waivers.json`).
#[cfg(test)]
pub(crate) fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Vec<WaiverFormat>).to_value();
    schema["title"] = "waivers.yaml".into();
    schema["description"] = "Accepted findings, each with an owner, a reason and an expiry date.".into();
    schema
}
