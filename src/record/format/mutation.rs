//! Mutation testing of the cases, in the record: would they notice a fault?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inputs::{InputFile, Inputs};
use super::place::Place;

/// A whole measurement by `signoff mutate` with the inputs of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// Version of the program that measured.
    pub version: String,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// Random seed.
    pub seed: u64,
    /// Name of the target whose responses and behaviour were changed.
    pub target: String,
    /// Whether the target is a mock; otherwise the responses of one live pass were changed.
    pub mock: bool,
    /// Digests of document, overlays, cases and configuration; equal to those of the run.
    pub inputs: Inputs,
    /// Digests of the mock rules; without rules, no state was changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<InputFile>,
    /// Number of cases that passed without a fault, and were run against each.
    pub cases: u64,
    /// Counts over all faults.
    pub counts: FaultCounts,
    /// Number of faults that were not tried: the others are a sample.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_tried: u64,
    /// Number of faults that were not tried in responses and headers that neither the document declares nor a case expects.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undeclared: u64,
    /// Counts per family: `response` and `behaviour`.
    pub families: Vec<FaultGroup>,
    /// Counts per operation, in document order.
    pub operations: Vec<FaultGroup>,
    /// Faults that matter, reached a case, and were not noticed, the most important first; limited in number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survivors: Vec<Survivor>,
    /// Number of further survivors.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub survivors_left_out: u64,
    /// Faults that no case reaches; limited in number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_reached: Vec<NotReached>,
}

/// Counts over faults. The score is `(killed + errored + timed_out) / tried`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultCounts {
    /// Faults that matter: noticed, survived or not reached.
    pub tried: u64,
    /// Noticed by a finding of a case.
    pub killed: u64,
    /// Noticed by a case that ended by an error.
    pub errored: u64,
    /// Noticed by a case that waited until a time-out.
    pub timed_out: u64,
    /// Not noticed by the cases that it reached.
    pub survived: u64,
    /// Not reached by any case.
    pub not_reached: u64,
    /// Survivors that violate the contract: a limit of the checks, not of the cases.
    pub limits: u64,
    /// Conforming faults that no case can be expected to notice; not scored.
    pub unspecified: u64,
    /// Excluded by a person; not scored.
    pub excluded: u64,
}

/// Counts of one family or one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultGroup {
    /// The family, or the name of the operation.
    pub name: String,
    /// Its counts.
    pub counts: FaultCounts,
}

/// A fault that no case noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Survivor {
    /// Name of the operation.
    pub operation: String,
    /// Id of the operator.
    pub operator: String,
    /// The change and its consequence, as a sentence.
    pub sentence: String,
    /// Whether the changed response violates the contract, which the checks should have found.
    #[serde(default, skip_serializing_if = "is_false")]
    pub limit: bool,
    /// Location in the contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Id of the case that notices it with `expect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Lines for the `expect` of that case; verified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<String>,
    /// Why there is no such expectation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_suggestion: Option<String>,
}

/// Faults of one response that no case receives, or of one kind of request that no case sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotReached {
    /// Name of the operation.
    pub operation: String,
    /// What is not received or sent, as a sentence.
    pub sentence: String,
    /// Number of faults.
    pub faults: u64,
}

impl FaultCounts {
    /// Faults that were noticed.
    pub fn noticed(&self) -> u64 {
        self.killed.saturating_add(self.errored).saturating_add(self.timed_out)
    }

    /// Percentage of the tried faults that were noticed, rounded down; 100 without any.
    pub fn percent(&self) -> u64 {
        self.noticed().saturating_mul(100).checked_div(self.tried).unwrap_or(100)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
