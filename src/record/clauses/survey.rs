//! Every clause with its state in one or several runs: what `signoff coverage` shows.

use std::collections::HashSet;

use serde::Serialize;

use crate::contract::Contract;
use crate::contract::clause::Clause;

use super::super::format::{ClauseCoverage, Gap, Place};
use super::gaps::{case, gap};
use super::levels::{Levels, levels};
use super::sentence::states;
use super::stub::Trial;
use super::summary::source_line;
use super::table::{ClauseRow, ClauseState, ClauseTable};

/// Why the state of a clause is not shown.
const WITHHELD: &str = "its state would disclose a redacted value";

/// Every clause with its state.
#[derive(Debug)]
pub(crate) struct ClauseSurvey {
    /// Counts, gaps and the clauses that are not met.
    pub coverage: ClauseCoverage,
    /// Every clause.
    pub clauses: Vec<SurveyedClause>,
    /// The runs.
    pub runs: Vec<SurveyedRun>,
    /// The test coverage level.
    pub levels: Levels,
    /// Number of cases whose clauses the records do not hold.
    pub cases_left_out: u64,
}

/// A run of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SurveyedRun {
    /// The file of its record.
    pub file: String,
    /// Name of its target.
    pub target: String,
    /// Its start.
    pub started: String,
}

/// One clause of a survey.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SurveyedClause {
    /// Its name.
    pub clause: String,
    /// The operation's name.
    pub operation: String,
    /// Its group.
    pub group: &'static str,
    /// Its state.
    pub state: &'static str,
    /// What it states.
    pub states: String,
    /// Why it is impossible or excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who excluded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its locations in the document.
    pub sources: Vec<SourceLine>,
    /// Names of the targets that met it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// The cases that met it; limited in number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub met_by: Vec<String>,
    /// Number of cases that met it and are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub met_by_left_out: u64,
    /// A case file with a case that meets it, as YAML; only of a single clause that is not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// What to do if it is not met.
    #[serde(skip)]
    pub gap: Option<Gap>,
}

/// What runs show of one clause.
#[derive(Debug, Default)]
pub(crate) struct RowFacts {
    /// The targets that met it.
    pub targets: Vec<String>,
    /// The cases that met it.
    pub met_by: Vec<String>,
    /// Number of further cases.
    pub met_by_left_out: u64,
}

/// A location in the document with its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SourceLine {
    /// The location.
    pub place: Place,
    /// The line, without indentation.
    pub source: String,
}

impl ClauseSurvey {
    /// Surveys `table`. `facts` returns what runs show of a clause that is met, and `coverage` is the summary of the table.
    pub(crate) fn new(
        table: &ClauseTable<'_>,
        coverage: ClauseCoverage,
        runs: Vec<SurveyedRun>,
        facts: impl Fn(&ClauseRow<'_>) -> RowFacts,
    ) -> Self {
        let clauses = table.rows().map(|row| {
            let is_met = row.state == ClauseState::Met;
            SurveyedClause::new(table, &row, if is_met { facts(&row) } else { RowFacts::default() })
        });
        Self { clauses: clauses.collect(), coverage, runs, levels: levels(table), cases_left_out: 0 }
    }
}

impl ClauseSurvey {
    /// Removes the clauses of which `keeps` is false, by the name of the operation and the group.
    pub(crate) fn retain(&mut self, keeps: impl Fn(&str, &str) -> bool) {
        self.clauses.retain(|clause| keeps(&clause.operation, clause.group));
        let ClauseCoverage { open, operations, .. } = &mut self.coverage;
        open.retain(|open| keeps(&open.operation, &open.group));
        for operation in operations.iter_mut() {
            operation.groups.retain(|group, _| keeps(&operation.operation, group));
        }
        operations.retain(|operation| !operation.groups.is_empty());
        self.retain_gaps();
    }

    /// Removes the clauses of which `keeps` is false, by their names. The counts stay.
    pub(crate) fn retain_clauses(&mut self, keeps: impl Fn(&str) -> bool) {
        self.clauses.retain(|clause| keeps(&clause.clause));
        self.coverage.open.retain(|open| keeps(&open.clause));
        self.retain_gaps();
    }

    fn retain_gaps(&mut self) {
        let kept: HashSet<&str> = self.clauses.iter().map(|clause| clause.clause.as_str()).collect();
        self.coverage.gaps.retain(|gap| kept.contains(gap.clause.as_str()));
    }
}

impl SurveyedClause {
    /// Adds the case that meets the clause, if it is not met; it is run by `trial`.
    pub(crate) fn add_case(&mut self, contract: &Contract, trial: Trial<'_>) {
        let Ok(clause) = self.clause.parse::<Clause>() else { return };
        let Some((operation, id)) = contract.clauses().find(&clause) else { return };
        let entry = contract.clauses().operations().get(operation).map(|clauses| clauses.entry(id));
        if let (Some(gap), Some(entry)) = (&mut self.gap, entry) {
            gap.case = case(contract, operation, entry, trial);
            self.case = Some(gap.case.clone()).filter(|case| !case.is_empty());
        }
    }

    /// The state in words, with its reason.
    pub(crate) fn state_phrase(&self) -> String {
        let because = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let by = self.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
        let word = if self.state == "unmet" { "not met" } else { self.state };
        format!("{word}{by}{because}")
    }

    fn new(table: &ClauseTable<'_>, row: &ClauseRow<'_>, facts: RowFacts) -> Self {
        let entry = row.entry;
        let sources = entry.sources().map(|anchor| {
            let (place, source) = source_line(table.contract, &anchor);
            SourceLine { place, source }
        });
        let proof = entry.impossible.filter(|_| row.state == ClauseState::Impossible);
        let withheld = (row.state == ClauseState::Withheld).then(|| WITHHELD.to_owned());
        let RowFacts { targets, met_by, met_by_left_out } = facts;
        let is_contradicted = row.state == ClauseState::Contradicted;
        let is_gap = is_contradicted || row.state == ClauseState::Unmet;
        Self {
            clause: entry.clause.to_string(),
            operation: table.contract.operations.get(row.operation).map(|held| held.name.clone()).unwrap_or_default(),
            group: entry.group.name(),
            state: row.state.word(),
            states: states(&entry.clause),
            reason: row
                .exclusion
                .map(|exclusion| exclusion.reason.clone())
                .or_else(|| proof.map(|proof| format!("{} ({})", proof.sentence(), proof.id())))
                .or(withheld),
            owner: row.exclusion.map(|exclusion| exclusion.owner.clone()),
            sources: sources.collect(),
            targets,
            met_by,
            met_by_left_out,
            case: None,
            gap: is_gap.then(|| gap(table, row.operation, entry, is_contradicted, 0)),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}
