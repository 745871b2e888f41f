//! Format of `mutate` in `signoff.yaml`.

use schemars::JsonSchema;
use serde::Deserialize;

/// Mutation testing of the cases (`signoff mutate`).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Mutate")]
pub(crate) struct MutateConfig {
    /// Faults that are not tried. More than 2 % of all is a warning.
    pub exclude: Vec<ExcludedFaults>,
}

/// Faults that are not tried: all that have the given operation, operator and location.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExcludedFaults {
    /// `operationId`, or `POST /path`.
    #[serde(default)]
    pub operation: Option<String>,
    /// Id of an operator (see `signoff explain`).
    #[serde(default)]
    pub operator: Option<String>,
    /// Location as `signoff mutate` prints it: `body/details/*`.
    #[serde(default)]
    pub location: Option<String>,
    /// Why no case can or should notice them.
    pub reason: String,
    /// Who decided it.
    pub owner: String,
}
