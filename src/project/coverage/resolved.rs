//! Resolves `coverage` of the configuration against a contract.

use crate::contract::{Contract, Operation};
use crate::coverage::Exclusions;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::project::format::FailOn;
use crate::project::settings::Settings;
use crate::quantity::count;
use crate::record::ClauseCoverage;
use crate::record::clauses::{ClauseRules, Gates, Judged, MinShare};
use crate::rules;

use super::format::CoverageFormat;
use super::names::{exclusion, unknown_operation};

/// Name that stands for all operations without an owner.
const OTHERS: &str = "*";

/// Clause coverage as configured for one contract.
#[derive(Debug, Default)]
pub(crate) struct CoverageSettings {
    /// Exclusions and owners.
    pub rules: ClauseRules,
    /// Gates of the configuration, which apply only to runs of all cases.
    pub configured: Gates,
    /// Gates of the call.
    pub given: Gates,
}

impl CoverageSettings {
    /// Resolves the configuration; every unknown name is a problem. Exclusions and owners of another document are left out.
    pub(crate) fn resolve(settings: &Settings, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let CoverageFormat { min, exclude, owners } = &settings.file.config.coverage;
        let results = &settings.overrides.results;
        let given =
            Gates { min: results.min_coverage.clone(), ratchet: results.fail_on.contains(&FailOn::UncoveredNew) };
        let is_given = |group| given.min.iter().any(|gate| gate.group == group);
        let min = min.iter().filter(|(group, _)| !is_given(group.0));
        let configured = Gates {
            min: min.map(|(group, percent)| MinShare { group: group.0, percent: percent.0 }).collect(),
            ratchet: settings.file.config.fail_on.contains(&FailOn::UncoveredNew) && !given.ratchet,
        };
        if settings.is_other_document() {
            return Ok(Self { configured, given, ..Self::default() });
        }
        let mut problems = Vec::new();
        let mut at = |path: &[&str], problem: Problem| {
            let at = path.iter().fold(Pointer::root().join("coverage"), |at, token| at.join(token));
            problems.push(settings.file.placed(&at, problem.rule(rules::CONFIGURATION)));
        };
        let mut list = Vec::new();
        for (index, format) in exclude.iter().enumerate() {
            let index = index.to_string();
            match exclusion(format, contract) {
                Ok(exclusion) => list.push(exclusion),
                Err(wrong) => at(&["exclude", &index, wrong.key], wrong.problem),
            }
        }
        for name in owners.keys().filter(|name| *name != OTHERS && contract.operation(name).is_none()) {
            at(&["owners", name], unknown_operation(name, contract));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let owner = |operation: &Operation| {
            let own = owners.iter().find(|(name, _)| operation.is_called(name));
            own.map(|(_, owner)| owner.clone()).or_else(|| owners.get(OTHERS).cloned())
        };
        let rules = ClauseRules {
            exclusions: Exclusions::new(contract, list),
            owners: contract.operations.iter().map(owner).collect(),
        };
        Ok(Self { rules, configured, given })
    }

    /// Applies the gates to a run in which so many cases were left out, and so many errored. What errored cases would have met is not
    /// known: an outage of the target is not a lost clause.
    pub(crate) fn judge(
        &self,
        coverage: &ClauseCoverage,
        baseline: Option<&ClauseCoverage>,
        (not_run, errored): (u64, u64),
    ) -> Judged {
        if errored > 0 {
            let note = || format!("the gates of coverage are not applied: {} errored", count(errored, "case"));
            return Judged { missed: Vec::new(), notes: self.has_gates().then(note).into_iter().collect() };
        }
        let mut judged = self.given.judge(coverage, baseline);
        if not_run == 0 {
            let configured = self.configured.judge(coverage, baseline);
            judged.missed.extend(configured.missed);
            judged.notes.extend(configured.notes);
        } else if !self.configured.is_empty() {
            let cases = count(not_run, "case");
            judged.notes.push(format!("the coverage gates of the configuration are not applied: {cases} not selected"));
        }
        judged
    }

    /// Whether any gate is set.
    pub(crate) fn has_gates(&self) -> bool {
        !(self.configured.is_empty() && self.given.is_empty())
    }

    /// A warning for every exclusion that excludes nothing, or something that is met. `uses` has the number of clauses of each, and how
    /// many of them are met.
    pub(crate) fn warnings(settings: &Settings, uses: &[(usize, usize)]) -> Vec<Problem> {
        let warning = |(index, (all, met)): (usize, &(usize, usize))| {
            let message = match (all, met) {
                (0, _) => "the exclusion excludes no clause".to_owned(),
                (_, 0) => return None,
                (all, met) => {
                    format!("the exclusion excludes {}, {met} of them met by the run", count(*all as u64, "clause"))
                }
            };
            let at = Pointer::root().join("coverage").join("exclude").join(index);
            let problem = Problem::new(message).rule(rules::CONFIGURATION).help("remove it, or exclude less");
            Some(settings.file.placed(&at, problem).as_warning())
        };
        uses.iter().enumerate().filter_map(warning).collect()
    }
}
