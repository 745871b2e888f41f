//! Every clause with its state in one or several runs: what `signoff coverage` shows.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::contract::Contract;
use crate::contract::clause::Clause;

use super::super::format::{ClauseCoverage, Gap, Place};
use super::gaps::{add_case, gap};
use super::levels::{Levels, levels};
use super::sentence::states;
use super::summary::source_line;
use super::table::{ClauseRow, ClauseState, ClauseTable};

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
    /// The case that alone meets it, per run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only_met_by: Vec<String>,
    /// What to do if it is not met.
    #[serde(skip)]
    pub gap: Option<Gap>,
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
    /// Surveys `table`. `met_on` returns the targets that met a clause, and `coverage` is the summary of the table.
    pub(crate) fn new(
        table: &ClauseTable<'_>,
        coverage: ClauseCoverage,
        runs: Vec<SurveyedRun>,
        met_on: impl Fn(&ClauseRow<'_>) -> Vec<String>,
    ) -> Self {
        let clauses = table.rows().map(|row| SurveyedClause::new(table, &row, met_on(&row)));
        Self { clauses: clauses.collect(), coverage, runs, levels: levels(table) }
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
        let kept: HashSet<&str> = self.clauses.iter().map(|clause| clause.clause.as_str()).collect();
        self.coverage.gaps.retain(|gap| kept.contains(gap.clause.as_str()));
    }

    /// Adds the cases that alone meet clauses, by the lists in the records of the runs.
    pub(crate) fn add_only_cases<'r>(&mut self, records: impl Iterator<Item = &'r ClauseCoverage>) {
        let mut cases: HashMap<&str, Vec<String>> = HashMap::new();
        for held in records.flat_map(|record| &record.alone) {
            for clause in &held.clauses {
                cases.entry(clause).or_default().push(held.case.clone());
            }
        }
        for clause in &mut self.clauses {
            clause.only_met_by = cases.get(clause.clause.as_str()).cloned().unwrap_or_default();
        }
    }
}

impl SurveyedClause {
    /// Adds the case that meets the clause, if it is not met.
    pub(crate) fn add_case(&mut self, contract: &Contract) {
        let Ok(clause) = self.clause.parse::<Clause>() else { return };
        let Some((operation, id)) = contract.clauses().find(&clause) else { return };
        let entry = contract.clauses().operations().get(operation).map(|clauses| clauses.entry(id));
        if let (Some(gap), Some(entry)) = (&mut self.gap, entry) {
            add_case(gap, contract, operation, entry);
        }
    }

    /// The state in words, with its reason.
    pub(crate) fn state_phrase(&self) -> String {
        let because = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let by = self.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
        let word = if self.state == "unmet" { "not met" } else { self.state };
        format!("{word}{by}{because}")
    }

    fn new(table: &ClauseTable<'_>, row: &ClauseRow<'_>, targets: Vec<String>) -> Self {
        let entry = row.entry;
        let sources = entry.sources().map(|anchor| {
            let (place, source) = source_line(table.contract, &anchor);
            SourceLine { place, source }
        });
        let proof = entry.impossible.filter(|_| row.state == ClauseState::Impossible);
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
                .or_else(|| proof.map(|proof| format!("{} ({})", proof.sentence(), proof.id()))),
            owner: row.exclusion.map(|exclusion| exclusion.owner.clone()),
            sources: sources.collect(),
            targets,
            only_met_by: Vec::new(),
            gap: is_gap.then(|| gap(table, row.operation, entry, is_contradicted, 0)),
        }
    }
}
