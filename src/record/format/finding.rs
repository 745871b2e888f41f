//! Findings of one exchange, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::difference::Difference;

use super::place::Place;
use super::since::Since;

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// 12 hex digits that identify the rule and the location of the violation; the same in every run.
    #[serde(default)]
    pub fingerprint: String,
    /// The check's id.
    pub check: String,
    /// Severity.
    pub severity: Severity,
    /// The keyword of a schema rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// Part of the exchange.
    pub r#in: Part,
    /// The name of the header, parameter or cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A JSON Pointer into that part; empty for the whole part.
    pub at: String,
    /// Location of the rule: in the contract or in the case file.
    pub place: Place,
    /// The source line at that location; if it is longer than 400 bytes, the JSON Pointer of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The expected value, in a compact notation.
    pub expected: String,
    /// The actual value; absent if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// The finding as a sentence fragment, derived from the other fields.
    pub message: String,
    /// How expected and actual differ.
    #[serde(default)]
    pub difference: Difference,
    /// A documented name that is probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Number of further differences that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_listed: u64,
    /// The attempt that it is about, counted from 1; absent for the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u64>,
    /// Whether the finding is in the baseline; absent if the run has no baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Whether `expected` is a JSON string to be compared with the actual string character by character.
    #[serde(default, skip_serializing_if = "is_false")]
    pub literal: bool,
    /// Whether the value must be absent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unexpected: bool,
    /// The `oneOf` or `anyOf` whose closest branch contains the violation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_of: Option<BranchOf>,
}

/// The `oneOf` or `anyOf` whose closest branch contains a violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchOf {
    /// `oneOf` or `anyOf`.
    pub keyword: String,
    /// Number of other branches.
    pub others: u64,
}

/// Part of an exchange that a finding refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The request's method.
    Method,
    /// The request's path, or a parameter in it.
    Path,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
    /// Credentials.
    Security,
    /// The whole response, for its duration and for assertions.
    Response,
    /// The whole request, which a client sent to the proxy.
    Request,
    /// The status.
    Status,
    /// A header.
    Header,
    /// The body.
    Body,
}

/// Severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Reported; fails the run only with `--fail-on warning`.
    Warning,
    /// Fails the case.
    Error,
}

/// A finding that does not fail the case: the case acknowledges it, or the response asked to retry later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// The finding.
    pub finding: Finding,
    /// The case's reason, or what followed from the response.
    pub reason: String,
    /// Whether the response asked to retry later; the case does not acknowledge the finding.
    #[serde(default, skip_serializing_if = "is_false")]
    pub busy: bool,
}

/// A waived finding; it does not fail the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The waiver.
    pub waiver: Waiver,
}

/// A waiver: owner, reason and expiry date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Its owner.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Last day on which the waiver applies: `2027-01-31`.
    pub expires: String,
    /// Its location.
    pub place: Place,
}

/// A rule that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotChecked {
    /// The check's id.
    pub check: String,
    /// Why.
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
