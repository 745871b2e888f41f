//! Running counters.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::format::{Entry, Errored, Finding, Place, RuleNotChecked, Severity, Skipped, Summary, Verdict};

/// Counts in total and per operation, and the checks with findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// In total.
    pub summary: Summary,
    /// Per operation name.
    pub operations: BTreeMap<String, Summary>,
    /// Ids of the checks with findings, including acknowledged and waived ones.
    pub checks: BTreeSet<String>,
    /// Number of skipped cases per reason, and whether they are excluded.
    skipped: Reasons<(String, bool)>,
    /// Number of errored cases per reason, and whether they are invalid.
    errored: Reasons<(String, bool)>,
    /// Number of rules that were not checked per check and reason.
    not_checked: Reasons<(String, String)>,
}

/// Counts per reason, with the first location of one in the order of files, up to a limit of distinct reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reasons<K>(BTreeMap<K, (u64, Place)>);

impl<K> Default for Reasons<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Reasons<K> {
    fn add(&mut self, reason: K, place: &Place) {
        let order = |place: &Place| (place.file.clone(), place.line, place.column);
        if let Some((count, first)) = self.0.get_mut(&reason) {
            *count += 1;
            if order(place) < order(first) {
                first.clone_from(place);
            }
        } else if self.0.len() < REMEMBERED {
            self.0.insert(reason, (1, place.clone()));
        }
    }

    /// Returns the most frequent reasons with their counts.
    fn most_frequent(&self) -> impl Iterator<Item = (&K, u64, &Place)> {
        let mut reasons: Vec<_> = self.0.iter().map(|(reason, (count, place))| (reason, *count, place)).collect();
        reasons.sort_by_key(|(_, count, _)| Reverse(*count));
        reasons.into_iter().take(LISTED)
    }
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
        match (&entry.reason, entry.outcome) {
            (Some(reason), Verdict::Skipped) => self.skipped.add((reason.clone(), entry.excluded), &entry.place),
            (Some(reason), Verdict::Errored) => self.errored.add((reason.clone(), entry.invalid), &entry.place),
            _ => {}
        }
        for held in &entry.not_checked {
            self.not_checked.add((held.check.clone(), held.reason.clone()), &entry.place);
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
        let reasons = self.skipped.most_frequent();
        reasons
            .map(|((reason, excluded), cases, _)| Skipped { reason: reason.clone(), cases, excluded: *excluded })
            .collect()
    }

    /// Returns the most frequent reasons for errored cases.
    pub fn errored(&self) -> Vec<Errored> {
        let reasons = self.errored.most_frequent();
        let errored = |((reason, invalid), cases, place): (&(String, bool), u64, &Place)| Errored {
            reason: reason.clone(),
            cases,
            invalid: *invalid,
            place: place.clone(),
        };
        reasons.map(errored).collect()
    }

    /// Returns the most frequent reasons why rules were not checked.
    pub fn not_checked(&self) -> Vec<RuleNotChecked> {
        let reasons = self.not_checked.most_frequent();
        let rule = |((check, reason), count, _): (&(String, String), u64, &Place)| RuleNotChecked {
            check: check.clone(),
            reason: reason.clone(),
            count,
        };
        reasons.map(rule).collect()
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
        self.known += u64::from(entry.is_known());
        self.cases += 1;
        self.not_checked += count(entry.not_checked.len());
        self.warnings += count(entry.findings.iter().filter(|finding| finding.severity == Severity::Warning).count());
        let busy = entry.acknowledged.iter().filter(|held| held.busy).count();
        self.acknowledged += count(entry.acknowledged.len() - busy);
        self.busy += count(busy);
        self.waived += count(entry.waived.len());
        self.assumed += u64::from(!entry.assumed.is_empty());
        // A case without a result is in another pile.
        let has_result = matches!(entry.outcome, Verdict::Passed | Verdict::Failed);
        self.unchecked += u64::from(entry.unchecked && has_result);
        self.invalid += u64::from(entry.invalid);
        self.excluded += u64::from(entry.excluded);
        self.flaky += u64::from(entry.flaky);
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unchecked_requests_of_cases_without_a_result_are_not_counted() {
        let place = json!({ "file": "a.yaml", "line": 1, "column": 1 });
        let unchecked = ["passed", "failed", "errored", "skipped"].map(|outcome| {
            let entry = json!({
                "case": "a", "name": "", "story": "", "place": place, "role": "case", "method": "GET", "path": "/",
                "outcome": outcome, "started_ms": 0.0, "took_ms": 0.0, "attempts": 1, "unchecked": true,
            });
            let mut counts = Counts::default();
            counts.add(&serde_json::from_value(entry).expect("an entry"));
            counts.summary.unchecked
        });
        assert_eq!(unchecked, [1, 1, 0, 0]);
    }

    #[test]
    fn findings_of_a_busy_target_are_not_acknowledged() {
        let place = json!({ "file": "a.yaml", "line": 1, "column": 1 });
        let finding = json!({
            "check": "status-documented", "severity": "error", "in": "status", "at": "", "place": place, "expected": "",
            "message": "",
        });
        let held = |busy: bool| json!({ "finding": finding, "reason": "", "busy": busy });
        let entry = json!({
            "case": "a", "name": "", "story": "", "place": place, "role": "case", "method": "GET", "path": "/",
            "outcome": "passed", "started_ms": 0.0, "took_ms": 0.0, "attempts": 1,
            "acknowledged": [held(true), held(false), held(true)],
        });
        let mut counts = Counts::default();
        counts.add(&serde_json::from_value(entry).expect("an entry"));
        assert_eq!((counts.summary.acknowledged, counts.summary.busy), (1, 2));
    }
}
