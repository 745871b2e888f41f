//! The head of a record: the run as a whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::baseline::Compared;
use super::clauses::ClauseCoverage;
use super::finding::Severity;
use super::group::Group;
use super::inputs::Inputs;
use super::mutation::Mutation;
use super::place::Place;

/// All fields of the record except the outcomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of this format: 1.
    pub record: u32,
    /// The program that ran the cases.
    pub tool: Tool,
    /// Start of the run, RFC 3339 in UTC.
    pub started: String,
    /// Duration in seconds.
    pub seconds: f64,
    /// Random seed.
    pub seed: u64,
    /// Whether the run was interrupted.
    pub interrupted: bool,
    /// The contract of the run.
    pub contract: ContractUsed,
    /// Changes by overlays, per action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlay: Vec<OverlayAction>,
    /// The target of the run.
    pub target: TargetUsed,
    /// Digests of its input files.
    #[serde(default)]
    pub inputs: Inputs,
    /// Redactions per rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<Redacted>,
    /// The baseline: the run that this one was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Compared>,
    /// The commit and the CI job of the run; absent if the environment names neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<Job>,
    /// Whether findings of the baseline do not fail the run (`--fail-on new`).
    #[serde(default)]
    pub tolerates_known: bool,
    /// Counts over all outcomes.
    pub summary: Summary,
    /// Probable causes of the result that no single case shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Reasons for skipped cases, the most frequent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    /// Reasons for errored cases, the most frequent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errored: Vec<Errored>,
    /// Reasons why rules were not checked, the most frequent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<RuleNotChecked>,
    /// The findings, grouped by fingerprint: waived groups last, errors before warnings, new before known, then by number of
    /// cases, then in the order of the suite.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// Number of groups that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub groups_left_out: u64,
    /// Fingerprints of groups that are not listed; limited in number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<String>,
    /// Those of `further` that are not known: new, or waived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_new: Vec<String>,
    /// Checks with findings, by id.
    pub checks: BTreeMap<String, CheckText>,
    /// Coverage per operation, in document order.
    pub coverage: Vec<Endpoint>,
    /// Coverage of the clauses of the contract; absent in records of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clauses: Option<ClauseCoverage>,
    /// Mutation testing of the cases, which `signoff mutate` adds after the run; absent until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutation: Option<Mutation>,
}

/// Redactions by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redacted {
    /// Source and name: `secret IMPRINT_API_KEY` of the environment, `redact email` of the configuration, `contract pin`
    /// (`format: password`, `writeOnly`), `security api_key` (a security scheme), `header authorization` of HTTP.
    pub rule: String,
    /// Number of replacements.
    pub count: u64,
}

/// A reason for skipped cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Skipped {
    /// Why.
    pub reason: String,
    /// Number of cases skipped for this reason.
    pub cases: u64,
    /// Whether the case or the target excludes them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub excluded: bool,
}

/// A reason for errored cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Errored {
    /// Why.
    pub reason: String,
    /// Number of cases errored for this reason.
    pub cases: u64,
    /// Whether the case, the configuration or the mock rules are invalid.
    #[serde(default, skip_serializing_if = "is_false")]
    pub invalid: bool,
    /// Location of one of the cases.
    pub place: Place,
}

/// A reason why a rule was not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleNotChecked {
    /// The check's id.
    pub check: String,
    /// Why.
    pub reason: String,
    /// How often.
    pub count: u64,
}

/// The commit and the CI job of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Number or name of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// URL of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The program that ran the cases.
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
    /// The configured file.
    pub file: String,
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// SHA-256 over the bytes of all its files, lower-case hex.
    pub sha256: String,
}

/// An applied action of an overlay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlayAction {
    /// Its location.
    pub place: Place,
    /// Its `target`, a JSONPath.
    pub target: String,
    /// Its `description`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its changes.
    pub changes: Vec<OverlayChange>,
}

/// A change of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlayChange {
    /// `added`, `replaced` or `removed`.
    pub change: String,
    /// Location of the changed value, a JSON Pointer.
    pub at: String,
}

/// The target of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetUsed {
    /// Its name in the configuration, or the URL.
    pub name: String,
    /// The partner that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// The base URL.
    pub url: String,
    /// Whether it is a mock that signoff started.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mock: bool,
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

/// Coverage of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The operation's name.
    pub operation: String,
    /// Its method.
    pub method: String,
    /// Its path template.
    pub path: String,
    /// Number of completed exchanges.
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
    /// Whether a case received this response.
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
    /// Failed cases whose errors are all in the baseline.
    #[serde(default)]
    pub known: u64,
    /// Errored.
    pub errored: u64,
    /// Errored cases whose case, configuration or mock rules are invalid.
    #[serde(default)]
    pub invalid: u64,
    /// Skipped.
    pub skipped: u64,
    /// Skipped cases that the case or the target excludes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excluded: u64,
    /// Passed cases that passed only after retries that the target requested.
    #[serde(default)]
    pub flaky: u64,
    /// Rules that could not be checked.
    pub not_checked: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Findings that cases acknowledged.
    pub acknowledged: u64,
    /// Findings of responses that asked to retry later.
    #[serde(default)]
    pub busy: u64,
    /// Waived findings.
    #[serde(default)]
    pub waived: u64,
    /// Cases whose result depends on an overlay.
    #[serde(default)]
    pub assumed: u64,
    /// Passed and failed cases whose request is not validated (`violates: unchecked`).
    pub unchecked: u64,
    /// Cases that the filter does not select; not counted in `cases`.
    pub not_run: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
