//! One finished case in the record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use super::finding::{Acknowledged, Finding, NotChecked, Waived};
use super::place::Place;

/// One finished case, redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The case's id, unique in the run: `cases/imprint/link-customer.yaml::links a customer`.
    pub case: String,
    /// The case's name.
    pub name: String,
    /// The story's id: the file, followed by `#` and the row number if the file has a table.
    pub story: String,
    /// Location of the case.
    pub place: Place,
    /// Its role in the story.
    pub role: Role,
    /// The operation's name; absent if the request deliberately matches no operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The operation's method, or the request's.
    pub method: String,
    /// The operation's path template, or the request's path.
    pub path: String,
    /// The file's tags and the case's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Requirements that the case verifies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
    /// The `properties` of the case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    /// Rules that the request deliberately violates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violates: Vec<String>,
    /// Whether the request is not validated (`violates: unchecked`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub unchecked: bool,
    /// The verdict.
    pub outcome: Verdict,
    /// Whether the case is errored because the case, the configuration or the mock rules are invalid.
    #[serde(default, skip_serializing_if = "is_false")]
    pub invalid: bool,
    /// Whether the case is skipped because the case or the target excludes it (`skip`, `only_on`, `not_on`, `allow`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub excluded: bool,
    /// Whether the case passed only after retries that the target requested.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flaky: bool,
    /// Whether the case failed with known findings only, which do not fail this run.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tolerated: bool,
    /// Why the case is errored or skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Milliseconds from the start of the run to the start of the case.
    pub started_ms: f64,
    /// Duration of the case in milliseconds, including waits.
    pub took_ms: f64,
    /// Number of requests sent.
    pub attempts: u64,
    /// The last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// Earlier attempts with findings that the last one does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierAttempt>,
    /// Findings that are neither acknowledged nor waived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Findings that the case acknowledges, and those of responses that asked to retry later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged: Vec<Acknowledged>,
    /// Waived findings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<Waived>,
    /// Locations in overlays that the result depends on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<Place>,
    /// Rules that could not be checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<NotChecked>,
    /// Response header (name and value) that identifies the exchange in the target's logs; absent without findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<(String, String)>,
    /// Shell command that repeats the request; absent if the case has no findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

/// An attempt before the last one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierAttempt {
    /// Its number, counted from 1.
    pub attempt: u64,
    /// What was sent and received.
    pub exchange: Exchange,
}

/// Role of a case in its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs before the cases.
    Setup,
    /// One of the cases.
    Case,
    /// Runs last, always.
    Teardown,
}

/// Outcome of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No finding of severity error.
    Passed,
    /// At least one finding of severity error.
    Failed,
    /// The exchange could not be completed, or the request could not be built.
    Errored,
    /// Not sent.
    Skipped,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
