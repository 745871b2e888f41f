//! An earlier run to compare with: which findings are new, which are known, and which no longer come.

use std::collections::HashSet;

use super::{Compared, Entry, Finding, Fixed, Group, Head, Redactor, Since, Verdict};

/// What is known of an earlier run.
#[derive(Debug)]
pub struct Baseline {
    file: String,
    head: Head,
    /// The fingerprints of its findings.
    known: HashSet<String>,
    /// The cases that its groups name.
    awaited: HashSet<String>,
}

impl Baseline {
    /// What is known of the run as a whole.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The run of `head`, which was read from `file`.
    pub fn new(file: String, head: Head) -> Self {
        let listed = head.groups.iter().map(|group| &group.finding.fingerprint);
        let known = listed.chain(&head.further).cloned().collect();
        let awaited = head.groups.iter().flat_map(|group| &group.first).map(|met| met.case.clone()).collect();
        Self { file, head, known, awaited }
    }
}

/// A run beside an earlier one, case by case.
#[derive(Debug)]
pub struct Comparison<'b> {
    baseline: &'b Baseline,
    /// Known fingerprints that came again.
    came: HashSet<&'b str>,
    /// Awaited cases that came to a verdict.
    decided: HashSet<&'b str>,
}

impl<'b> Comparison<'b> {
    /// Nothing of the new run has been seen yet.
    pub fn with(baseline: &'b Baseline) -> Self {
        Self { baseline, came: HashSet::new(), decided: HashSet::new() }
    }

    /// Marks the findings of a finished case.
    pub fn mark(&mut self, entry: &mut Entry) {
        if matches!(entry.outcome, Verdict::Passed | Verdict::Failed) {
            self.decided.extend(self.baseline.awaited.get(&entry.case).map(String::as_str));
        }
        let waived = entry.waived.iter_mut().map(|held| &mut held.finding);
        for finding in entry.findings.iter_mut().chain(waived) {
            let known = self.baseline.known.get(&finding.fingerprint);
            self.came.extend(known.map(String::as_str));
            finding.since = Some(if known.is_some() { Since::Known } else { Since::New });
        }
    }

    /// What the head tells of it once the run is over. A finding is fixed when it did not come though every case that is named
    /// with it came to a verdict: what was left out, skipped or errored fixes nothing.
    pub fn told(&self, redactor: &Redactor) -> Compared {
        let Baseline { file, head, .. } = self.baseline;
        let is_fixed = |group: &&Group| {
            let decided = group.first.iter().all(|met| self.decided.contains(met.case.as_str()));
            decided && !self.came.contains(group.finding.fingerprint.as_str())
        };
        let fixed = head.groups.iter().filter(is_fixed).map(|group| fixed(group, redactor)).collect();
        Compared { file: redactor.text(file), started: head.started.clone(), fixed }
    }
}

/// Without values: what must not be seen may be another by now.
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
