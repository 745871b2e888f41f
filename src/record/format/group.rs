//! Findings with the same fingerprint, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Waiver};
use super::place::Place;

/// All findings with one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The operation's name; absent if the requests deliberately match no operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The operation's method, or the first request's.
    pub method: String,
    /// The operation's path template, or the first request's path.
    pub path: String,
    /// The finding of the first case, with long strings shortened.
    pub finding: Finding,
    /// Whether the locations, actual values or messages differ between the cases.
    #[serde(default, skip_serializing_if = "is_false")]
    pub varied: bool,
    /// Start of the first run that had the finding, as far as baselines record it, RFC 3339 in UTC; absent if no earlier
    /// run had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<String>,
    /// The waiver; absent if the finding is not waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waiver>,
    /// Number of cases with the finding.
    pub cases: u64,
    /// Number of findings in the first case, if several elements of a list have it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub elements: u64,
    /// The first of these cases, in the order of the suite.
    pub first: Vec<Met>,
    /// The first case's request id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<(String, String)>,
    /// The first case's shell command; absent if it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

/// A case with the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Met {
    /// The case's id.
    pub case: String,
    /// Location of the case.
    pub place: Place,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}
