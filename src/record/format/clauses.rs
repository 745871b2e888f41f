//! Clause coverage in the record: which testable statements of the contract the exchanges of a run met.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::Place;

/// Names of the groups of clauses, in the order of reports.
pub const GROUPS: [&str; 8] =
    ["operations", "parameters", "requests", "refusals", "responses", "values", "security", "state"];

/// Clause coverage of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClauseCoverage {
    /// SHA-256 over the names of all clauses, lower-case hex. Records with the same digest number their clauses equally.
    pub sha256: String,
    /// The operations in document order.
    pub operations: Vec<OperationClauses>,
    /// Clauses that are not met, in document order; limited in number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<OpenClause>,
    /// Number of clauses that are not met and not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub open_left_out: u64,
    /// Number of locations of the document without clauses, because their operations have too many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: u64,
    /// Clauses of `open` that the baseline does not accept: they were met in it, or are new in the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newly_uncovered: Vec<NewlyUncovered>,
    /// The gaps that matter most, at most five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// Cases that are the only ones to meet some clause; limited in number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alone: Vec<MetAlone>,
    /// Number of such cases that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub alone_left_out: u64,
    /// Ids of cases that meet clauses, each of which another case meets too; limited in number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redundant: Vec<String>,
    /// Number of such cases that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub redundant_left_out: u64,
    /// Cases with the clauses that they met; limited in number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseClauses>,
    /// Number of such cases that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cases_left_out: u64,
    /// Coverage gates that the run missed, one sentence per gate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
}

/// Clauses of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationClauses {
    /// The operation's name.
    pub operation: String,
    /// Number of its clauses by group and state; groups without clauses are left out.
    pub groups: BTreeMap<String, ClauseCounts>,
    /// The clauses that exchanges met: a bit set in base64. Clause `n` is bit `n % 8` of byte `n / 8`, the least significant bit first.
    /// A clause `violates` or `refuses` counts only if `calls`, clause 0, is met too.
    pub met: String,
    /// The clauses that responses contradicted; encoded like `met`.
    pub contradicted: String,
    /// The clauses whose state is not recorded, because it would disclose a redacted value; encoded like `met`. `groups` counts them as
    /// withheld, unless they are excluded or impossible.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub withheld: String,
}

/// The clauses that a case met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseClauses {
    /// The id of the case.
    pub case: String,
    /// The clauses by index of the operation in `operations`, encoded like `met` of operations, without those that are withheld.
    pub operations: BTreeMap<usize, String>,
}

/// Number of clauses by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClauseCounts {
    /// Met: an exchange shows that the clause holds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub met: u64,
    /// Sent as the clause requires, but the response of the target says otherwise.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub contradicted: u64,
    /// No exchange is about the clause.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unmet: u64,
    /// Excluded by the configuration; not counted in percentages.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excluded: u64,
    /// Provably impossible to meet; not counted in percentages.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub impossible: u64,
    /// Not recorded, because the state would disclose a redacted value; not counted in percentages.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub withheld: u64,
}

/// A clause that is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenClause {
    /// Its name, such as `createAlbum violates required body/title`.
    pub clause: String,
    /// The operation's name.
    pub operation: String,
    /// Its group.
    pub group: String,
    /// Its state.
    pub state: OpenState,
    /// What the clause states, as a sentence without its first capital and full stop.
    pub states: String,
    /// Why it is impossible or excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who excluded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its location in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The line of the document, without indentation; a long one is shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A clause that is not met, and that the baseline does not accept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewlyUncovered {
    /// The clause.
    pub clause: String,
    /// Cases that met it in the baseline, at most three; none if the clause is new in the document, or the baseline does not have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub met_by: Vec<String>,
}

/// State of a clause that is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OpenState {
    /// Sent as the clause requires, but the response of the target says otherwise.
    Contradicted,
    /// No exchange is about the clause.
    Unmet,
    /// Excluded by the configuration.
    Excluded,
    /// Provably impossible to meet.
    Impossible,
}

/// A clause that is not met, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The clause.
    pub clause: String,
    /// What is not tested, in one sentence.
    pub sentence: String,
    /// Number of further clauses like it that are not met and not among the gaps.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub further: u64,
    /// Its location in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Who is responsible for the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The command that shows the clause with a case that meets it.
    pub command: String,
    /// A case file with a case that meets the clause, as YAML; empty if there is none. A comment states why it does not pass on the mock.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    /// The part of `signoff.yaml` that excludes the clause once it is completed, as YAML.
    pub exclusion: String,
}

/// A case that is the only one to meet some clauses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetAlone {
    /// The id of the case.
    pub case: String,
    /// The clauses; limited in number.
    pub clauses: Vec<String>,
    /// Number of clauses that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

impl ClauseCounts {
    /// Number of clauses that can be met and are neither excluded nor withheld: the denominator of percentages.
    pub fn total(&self) -> u64 {
        self.met.saturating_add(self.contradicted).saturating_add(self.unmet)
    }

    /// Adds the numbers of `other`. A record that was edited may have any numbers.
    pub fn add(&mut self, other: &Self) {
        self.met = self.met.saturating_add(other.met);
        self.contradicted = self.contradicted.saturating_add(other.contradicted);
        self.unmet = self.unmet.saturating_add(other.unmet);
        self.excluded = self.excluded.saturating_add(other.excluded);
        self.impossible = self.impossible.saturating_add(other.impossible);
        self.withheld = self.withheld.saturating_add(other.withheld);
    }
}

impl ClauseCoverage {
    /// Number of clauses over all operations: of one group, or of all.
    pub fn counts(&self, group: Option<&str>) -> ClauseCounts {
        let mut sum = ClauseCounts::default();
        for operation in &self.operations {
            let chosen = operation.groups.iter().filter(|(name, _)| group.is_none_or(|group| group == name.as_str()));
            chosen.for_each(|(_, counts)| sum.add(counts));
        }
        sum
    }
}

#[cfg(test)]
impl OpenClause {
    /// A clause without a location.
    pub fn of_test(clause: &str, state: OpenState) -> Self {
        Self {
            clause: clause.to_owned(),
            operation: clause.split(' ').next().unwrap_or_default().to_owned(),
            group: "refusals".to_owned(),
            state,
            states: clause.to_owned(),
            reason: None,
            owner: None,
            place: None,
            source: None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}
