//! The same breach in many cases, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Waiver};
use super::place::Place;

/// Every finding of one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The operation's name; absent where the requests lead to none on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The operation's method, or the first request's.
    pub method: String,
    /// The operation's path template, or the first request's path.
    pub path: String,
    /// The finding as the first of its cases met it, long texts shortened.
    pub finding: Finding,
    /// Whether cases have the finding with different locations, actual values or messages.
    #[serde(default, skip_serializing_if = "is_false")]
    pub varied: bool,
    /// Why it fails nothing; absent where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waiver>,
    /// How many cases met it.
    pub cases: u64,
    /// The first of them, in the suite's order.
    pub first: Vec<Met>,
    /// The first case's request id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<(String, String)>,
    /// The first case's shell command; absent where it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

/// A case that met a finding.
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
