//! What was found in one exchange, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::difference::Difference;

use super::place::Place;
use super::since::Since;

/// One breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// 12 hex digits over the rule and where it was broken, values aside: the same from run to run.
    #[serde(default)]
    pub fingerprint: String,
    /// The check's id.
    pub check: String,
    /// How bad.
    pub severity: Severity,
    /// The keyword of a schema rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// In which part of the exchange.
    pub r#in: Part,
    /// The name of the header, parameter or cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A JSON Pointer into that part; the empty one means the whole.
    pub at: String,
    /// Location of the rule: in the contract or in the case file.
    pub place: Place,
    /// The source line at that place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What was asked for, in a compact notation.
    pub expected: String,
    /// What came; absent when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// The finding as a sentence fragment, made of the other fields.
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
    /// Whether the run that this one was compared with had met it; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Whether `expected` is a JSON string to be compared with the actual string character by character.
    #[serde(default, skip_serializing_if = "is_false")]
    pub literal: bool,
    /// Whether the thing should not be there at all.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unexpected: bool,
    /// Inside the nearest branch of a `oneOf` or `anyOf`: which of them, and how many others it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_of: Option<BranchOf>,
}

/// The choice of schemas in whose nearest branch a breach was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchOf {
    /// `oneOf` or `anyOf`.
    pub keyword: String,
    /// How many other branches there are.
    pub others: u64,
}

/// The parts of an exchange that a finding may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// The response as a whole: its duration, an assertion over it.
    Response,
    /// The status.
    Status,
    /// A header.
    Header,
    /// The body.
    Body,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown, but fails nothing unless asked to.
    Warning,
    /// Fails the case.
    Error,
}

/// A breach that the case said beforehand it would meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// The breach.
    pub finding: Finding,
    /// The case's reason.
    pub reason: String,
}

/// A waived finding; it does not fail the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waived {
    /// The breach.
    pub finding: Finding,
    /// Why it fails nothing.
    pub waiver: Waiver,
}

/// Who has waived a finding, why, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Its owner.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds: `2027-01-31`.
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
