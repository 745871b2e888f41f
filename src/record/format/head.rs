//! The head of a record: the run as a whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::baseline::Compared;
use super::finding::Severity;
use super::group::Group;
use super::inputs::Inputs;
use super::place::Place;

/// Everything of the record but its outcomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of this format: 1.
    pub record: u32,
    /// The program that made the run.
    pub tool: Tool,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What its random values derive from.
    pub seed: u64,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
    /// The contract of the run.
    pub contract: ContractUsed,
    /// What overlays changed of the document as published, action by action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlay: Vec<OverlayAction>,
    /// Where its requests went.
    pub target: TargetUsed,
    /// Digests of its input files.
    #[serde(default)]
    pub inputs: Inputs,
    /// What was replaced in the entries because it must not be seen, by rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<Redacted>,
    /// The run that this one was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Compared>,
    /// Counts over all outcomes.
    pub summary: Summary,
    /// Why cases were skipped: the reasons that most of them have first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    /// The findings, those of one fingerprint together: those that are waived last, errors before
    /// warnings, new before known, then those that most cases met, then the suite's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// How many groups are not listed there.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub groups_left_out: u64,
    /// The fingerprints of those that are not listed, as far as they were distinguished.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<String>,
    /// The checks that found something, by id.
    pub checks: BTreeMap<String, CheckText>,
    /// What of each operation was touched, in the contract's order.
    pub coverage: Vec<Endpoint>,
}

/// What one rule of redaction has hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redacted {
    /// Who asks for it, and the name: `secret IMPRINT_API_KEY` of the environment, `redact email` of the configuration, `contract pin`
    /// (`format: password`, `writeOnly`), `security api_key` (a security scheme), `header authorization` of HTTP.
    pub rule: String,
    /// How many times something was replaced.
    pub count: u64,
}

/// One reason why cases were skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Skipped {
    /// Why.
    pub reason: String,
    /// How many cases were skipped for it.
    pub cases: u64,
}

/// The program that made a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `signoff`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The contract of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractUsed {
    /// The file that was named.
    pub file: String,
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// SHA-256 over the bytes of all its files, lower-case hex.
    pub sha256: String,
}

/// One action of an overlay, as it was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlayAction {
    /// Its location.
    pub place: Place,
    /// The JSONPath of what it is about.
    pub target: String,
    /// What its author says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it changed.
    pub changes: Vec<OverlayChange>,
}

/// One change of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlayChange {
    /// `added`, `replaced` or `removed`.
    pub change: String,
    /// The node, a JSON Pointer.
    pub at: String,
}

/// The target of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetUsed {
    /// Its name in the configuration, or the URL.
    pub name: String,
    /// The base URL.
    pub url: String,
}

/// The documentation of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckText {
    /// Its severity unless configured otherwise.
    pub severity: Severity,
    /// What the check requires, in one sentence.
    #[serde(default)]
    pub summary: String,
    /// The text of `signoff explain`.
    pub text: String,
    /// Why the check exists, on one line.
    #[serde(default)]
    pub rationale: String,
}

/// What was tried of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The operation's name.
    pub operation: String,
    /// Its method.
    pub method: String,
    /// Its path template.
    pub path: String,
    /// Exchanges that were completed.
    pub exchanges: u64,
    /// Its declared responses.
    pub responses: Vec<DeclaredResponse>,
    /// Counts over its cases.
    pub summary: Summary,
}

/// A response that the contract declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclaredResponse {
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// Whether it came.
    pub touched: bool,
}

/// Counts over outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// All cases, setup and teardown included.
    pub cases: u64,
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Of the failed ones those whose every error is known from the run that this one was compared with.
    #[serde(default)]
    pub known: u64,
    /// Errored.
    pub errored: u64,
    /// Skipped.
    pub skipped: u64,
    /// Rules that could not be checked.
    pub not_checked: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Findings that cases acknowledged.
    pub acknowledged: u64,
    /// Waived findings.
    #[serde(default)]
    pub waived: u64,
    /// Cases whose verdict rests on an overlay.
    #[serde(default)]
    pub assumed: u64,
    /// Cases that claim nothing about their request (`violates: unchecked`).
    pub unchecked: u64,
    /// Cases that the filter left out; they are not among `cases`.
    pub not_run: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}
