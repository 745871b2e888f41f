//! Comparison with an earlier run: which findings are new, known or fixed.

use std::collections::HashSet;

use super::format::{Compared, Entry, Finding, Fixed, Group, Head, Since, Verdict};
use super::redact::Redactor;

/// An earlier run.
#[derive(Debug)]
pub struct Baseline {
    file: String,
    head: Head,
    /// Fingerprints of its findings.
    known: HashSet<String>,
    /// Ids of the cases that its groups name.
    expected_cases: HashSet<String>,
}

impl Baseline {
    /// Returns the head of the run.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Uses the run of `head`, read from `file`.
    pub fn new(file: String, head: Head) -> Self {
        let listed = head.groups.iter().map(|group| &group.finding.fingerprint);
        let known = listed.chain(&head.further).cloned().collect();
        let expected_cases = head.groups.iter().flat_map(|group| &group.first).map(|met| met.case.clone()).collect();
        Self { file, head, known, expected_cases }
    }
}

/// Comparison of a run with an earlier one, case by case.
#[derive(Debug)]
pub struct Comparison<'b> {
    baseline: &'b Baseline,
    /// Known fingerprints that occurred again.
    seen: HashSet<&'b str>,
    /// Expected cases with a verdict.
    decided: HashSet<&'b str>,
}

impl<'b> Comparison<'b> {
    /// Starts a comparison.
    pub fn new(baseline: &'b Baseline) -> Self {
        Self { baseline, seen: HashSet::new(), decided: HashSet::new() }
    }

    /// Marks the findings of a completed case as new or known.
    pub fn mark(&mut self, entry: &mut Entry) {
        if matches!(entry.outcome, Verdict::Passed | Verdict::Failed) {
            self.decided.extend(self.baseline.expected_cases.get(&entry.case).map(String::as_str));
        }
        let waived = entry.waived.iter_mut().map(|held| &mut held.finding);
        for finding in entry.findings.iter_mut().chain(waived) {
            let known = self.baseline.known.get(&finding.fingerprint);
            self.seen.extend(known.map(String::as_str));
            finding.since = Some(if known.is_some() { Since::Known } else { Since::New });
        }
    }

    /// Returns the result after the run. A finding is fixed if it did not occur although every case named with it has a verdict:
    /// left-out, skipped and errored cases fix nothing.
    pub fn result(&self, redactor: &Redactor) -> Compared {
        let Baseline { file, head, .. } = self.baseline;
        let is_fixed = |group: &&Group| {
            let decided = group.first.iter().all(|met| self.decided.contains(met.case.as_str()));
            decided && !self.seen.contains(group.finding.fingerprint.as_str())
        };
        let fixed = head.groups.iter().filter(is_fixed).map(|group| fixed(group, redactor)).collect();
        Compared { file: redactor.text(file), started: head.started.clone(), fixed }
    }
}

/// Converts without values: other values may be sensitive by now.
fn fixed(group: &Group, redactor: &Redactor) -> Fixed {
    let Finding { fingerprint, check, keyword, r#in, name, at, place, .. } = group.finding.clone();
    Fixed {
        fingerprint,
        operation: group.operation.clone(),
        method: redactor.text(&group.method),
        path: redactor.text(&group.path),
        check,
        keyword,
        r#in,
        name: name.map(|name| redactor.text(&name)),
        at: redactor.text(&at),
        place,
        cases: group.cases,
    }
}
