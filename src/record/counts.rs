//! Running counters.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::format::{Entry, Finding, Severity, Since, Skipped, Summary, Verdict};

/// Counts in total and per operation, and the checks with findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// In total.
    pub summary: Summary,
    /// Per operation name.
    pub operations: BTreeMap<String, Summary>,
    /// Ids of the checks with findings, including acknowledged and waived ones.
    pub checks: BTreeSet<String>,
    /// Number of skipped cases per reason, up to a limit.
    reasons: BTreeMap<String, u64>,
}

/// Maximum number of distinct reasons, and of those in the head.
const REMEMBERED: usize = 1_000;
const LISTED: usize = 20;

impl Counts {
    /// Counts an entry.
    pub fn add(&mut self, entry: &Entry) {
        self.summary.add(entry);
        if let Some(operation) = &entry.operation {
            if !self.operations.contains_key(operation) {
                self.operations.insert(operation.clone(), Summary::default());
            }
            self.operations.entry(operation.clone()).or_default().add(entry);
        }
        if let Some(reason) = entry.reason.as_ref().filter(|_| entry.outcome == Verdict::Skipped) {
            if let Some(cases) = self.reasons.get_mut(reason) {
                *cases += 1;
            } else if self.reasons.len() < REMEMBERED {
                self.reasons.insert(reason.clone(), 1);
            }
        }
        let acknowledged = entry.acknowledged.iter().map(|held| &held.finding);
        let waived = entry.waived.iter().map(|held| &held.finding);
        for Finding { check, .. } in entry.findings.iter().chain(acknowledged).chain(waived) {
            if !self.checks.contains(check) {
                self.checks.insert(check.clone());
            }
        }
    }
}

impl Counts {
    /// Returns the most frequent reasons for skipped cases.
    pub fn skipped(&self) -> Vec<Skipped> {
        let reasons = self.reasons.iter().map(|(reason, cases)| Skipped { reason: reason.clone(), cases: *cases });
        let mut reasons: Vec<_> = reasons.collect();
        reasons.sort_by_key(|skipped| Reverse(skipped.cases));
        reasons.truncate(LISTED);
        reasons
    }

    /// Counts a case of `operation` that the filter left out.
    pub fn leave_out(&mut self, operation: Option<&str>) {
        self.summary.not_run += 1;
        if let Some(operation) = operation {
            self.operations.entry(operation.to_owned()).or_default().not_run += 1;
        }
    }
}

impl Summary {
    /// Counts an entry.
    pub fn add(&mut self, entry: &Entry) {
        let verdict = match entry.outcome {
            Verdict::Passed => &mut self.passed,
            Verdict::Failed => &mut self.failed,
            Verdict::Errored => &mut self.errored,
            Verdict::Skipped => &mut self.skipped,
        };
        *verdict += 1;
        let mut errors = entry.findings.iter().filter(|finding| finding.severity == Severity::Error);
        let is_known = entry.outcome == Verdict::Failed && errors.all(|error| error.since == Some(Since::Known));
        self.known += u64::from(is_known);
        self.cases += 1;
        self.not_checked += count(entry.not_checked.len());
        self.warnings += count(entry.findings.iter().filter(|finding| finding.severity == Severity::Warning).count());
        self.acknowledged += count(entry.acknowledged.len());
        self.waived += count(entry.waived.len());
        self.assumed += u64::from(!entry.assumed.is_empty());
        self.unchecked += u64::from(entry.unchecked);
        self.invalid += u64::from(entry.invalid);
        self.flaky += u64::from(entry.flaky);
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
