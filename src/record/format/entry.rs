//! One finished case in the record.

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
    /// The story's id: the file, with the row's number behind `#` where the file has a table.
    pub story: String,
    /// Location of the case.
    pub place: Place,
    /// Its part in the story.
    pub role: Role,
    /// The operation's name; absent where the request leads to none on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The operation's method, or the request's.
    pub method: String,
    /// The operation's path template, or the request's path.
    pub path: String,
    /// The file's tags and the case's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The requirements that the case is evidence for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
    /// What the request violates deliberately.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violates: Vec<String>,
    /// Whether the case makes no claim about its request (`violates: unchecked`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub unchecked: bool,
    /// The verdict.
    pub outcome: Verdict,
    /// Why it is errored or skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Milliseconds from the run's start to the case's.
    pub started_ms: f64,
    /// Milliseconds the case took, waits included.
    pub took_ms: f64,
    /// How many requests were sent.
    pub attempts: u64,
    /// The last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// Every breach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Breaches that the case said beforehand it would meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged: Vec<Acknowledged>,
    /// Waived findings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<Waived>,
    /// Where overlays say what the verdict rests on beyond the document as published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<Place>,
    /// Rules that could not be checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<NotChecked>,
    /// The name and value of the response header that identifies the exchange to the target's makers; absent where nothing was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<(String, String)>,
    /// A shell command that sends the request again; absent where nothing was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

/// A case's part in its story.
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

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every check was kept.
    Passed,
    /// At least one finding of severity error.
    Failed,
    /// No exchange could be completed, or no request could be made.
    Errored,
    /// It was not sent.
    Skipped,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
