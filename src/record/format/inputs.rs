//! Digests of the input files of a run, in the record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Input files of a run. Runs with equal digests had equal inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The OpenAPI document and the files that it refers to.
    pub document: Vec<InputFile>,
    /// The overlays, in the order in which they are applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<InputFile>,
    /// The case files.
    pub cases: Vec<InputFile>,
    /// `signoff.yaml`; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<InputFile>,
    /// The names and pointers of `redact`, of the configuration and the command line, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redact: Vec<String>,
    /// Severities that the command line sets, by check: `error`, `warning` or `off`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub severity: BTreeMap<String, String>,
    /// The waivers; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waivers: Option<InputFile>,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputFile {
    /// Its path, with `/` between directories.
    pub file: String,
    /// SHA-256 of its content, lower-case hex.
    pub sha256: String,
}

impl InputFile {
    /// Computes the digest of a file.
    pub fn new(file: impl Into<String>, bytes: &[u8]) -> Self {
        let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { file: file.into(), sha256 }
    }
}
