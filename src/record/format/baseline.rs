//! The baseline of a run, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::Part;
use super::group::Met;
use super::place::Place;

/// The baseline, and those of its findings that no longer occur.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// File of its record.
    pub file: String,
    /// Start of the run, RFC 3339 in UTC.
    pub started: String,
    /// Its findings that did not occur in this run, although their check ran in each of their cases.
    pub fixed: Vec<Fixed>,
    /// Its findings that did not occur, whose check did not run in some of their cases: the check is off or could not check, or the
    /// case was skipped, errored or left out. Their state does not change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<Carried>,
    /// Fingerprints of its further findings that did not occur and stay known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<String>,
}

/// A finding of an earlier run that this one could not confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// The finding.
    pub finding: Fixed,
    /// The first of its cases.
    pub first: Vec<Met>,
    /// Whether it is not known, since no person accepted it, or only with a waiver.
    #[serde(default, skip_serializing_if = "is_false")]
    pub new: bool,
    /// Start of the first run that had it, as far as baselines record it, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<String>,
}

/// A group of findings of an earlier run, without values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The fingerprint of its findings.
    pub fingerprint: String,
    /// The operation's name; absent if the requests deliberately match no operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The operation's method.
    pub method: String,
    /// The operation's path template.
    pub path: String,
    /// The check's id.
    pub check: String,
    /// The keyword of a schema rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// Part of the exchange.
    pub r#in: Part,
    /// The name of the header, parameter or cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A JSON Pointer into that part.
    pub at: String,
    /// Location of the rule.
    pub place: Place,
    /// Number of cases with the finding.
    pub cases: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
