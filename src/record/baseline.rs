//! Comparison with an earlier run: which findings are new, known or fixed, and which could not be compared.

use std::collections::{HashMap, HashSet};

use crate::case::{Case, Suite};
use crate::check::Severities;

use super::format::{Carried, Compared, Entry, Finding, Fixed, Group, Head, Met, Since, Verdict};
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
        let (mut known, mut expected_cases) = (HashSet::new(), HashSet::new());
        for (fingerprint, met) in expected(&head) {
            known.insert(fingerprint.to_owned());
            expected_cases.extend(met.iter().map(|met| met.case.clone()));
        }
        let further = head.baseline.iter().flat_map(|compared| &compared.further);
        known.extend(head.further.iter().chain(further).cloned());
        Self { file, head, known, expected_cases }
    }
}

/// Fingerprint and named cases of the groups of a run, and of those that it carried forward.
fn expected(head: &Head) -> impl Iterator<Item = (&str, &[Met])> {
    let own = head.groups.iter().map(|group| (group.finding.fingerprint.as_str(), group.first.as_slice()));
    let carried = head.baseline.iter().flat_map(|compared| &compared.carried);
    own.chain(carried.map(|carried| (carried.finding.fingerprint.as_str(), carried.first.as_slice())))
}

/// Comparison of a run with an earlier one, case by case.
#[derive(Debug)]
pub struct Comparison<'b> {
    baseline: &'b Baseline,
    /// Known fingerprints that occurred again.
    seen: HashSet<&'b str>,
    /// Expected cases with a verdict.
    decided: HashSet<&'b str>,
    /// Expected cases without a verdict so far that the suite still has.
    open: HashSet<&'b str>,
    /// Ids of the checks that are off.
    disabled: HashSet<&'b str>,
    /// Expected cases with the id of a check that could not be made.
    not_checked: HashSet<(&'b str, String)>,
}

impl<'b> Comparison<'b> {
    /// Starts a comparison of a run of `suite` with checks of these severities.
    pub fn new(baseline: &'b Baseline, suite: &Suite, severities: &'b Severities) -> Self {
        let cases = suite.stories.iter().flat_map(|story| story.every());
        let expected = |case: &Case| baseline.expected_cases.get(&case.id).map(String::as_str);
        let disabled = severities.iter().filter(|(_, severity)| severity.is_none()).map(|(id, _)| id.as_str());
        Self {
            baseline,
            seen: HashSet::new(),
            decided: HashSet::new(),
            open: cases.filter_map(expected).collect(),
            disabled: disabled.collect(),
            not_checked: HashSet::new(),
        }
    }

    /// Marks the findings of a completed case as new or known.
    pub fn mark(&mut self, entry: &mut Entry) {
        if matches!(entry.outcome, Verdict::Passed | Verdict::Failed) {
            if let Some(case) = self.baseline.expected_cases.get(&entry.case) {
                self.decided.insert(case);
                self.not_checked.extend(entry.not_checked.iter().map(|held| (case.as_str(), held.check.clone())));
            }
            self.open.remove(entry.case.as_str());
        }
        let waived = entry.waived.iter_mut().map(|held| &mut held.finding);
        for finding in entry.findings.iter_mut().chain(waived) {
            let known = self.baseline.known.get(&finding.fingerprint);
            self.seen.extend(known.map(String::as_str));
            finding.since = Some(if known.is_some() { Since::Known } else { Since::New });
        }
    }

    /// Returns the result after the run. A finding is fixed if it did not occur although its check ran in every case named with it.
    /// One of left-out, skipped and errored cases, or of a check that did not run, is carried forward, so that it stays known.
    pub fn result(&self, redactor: &Redactor) -> Compared {
        let Baseline { file, head, .. } = self.baseline;
        let unseen = |fingerprint: &str| !self.seen.contains(fingerprint);
        let is_decided = |check: &str, met: &[Met]| met.iter().all(|met| self.has_run(check, &met.case) == Some(true));
        let is_open = |check: &str, met: &[Met]| met.iter().any(|met| self.has_run(check, &met.case) == Some(false));
        let (mut fixed_now, mut carried) = (Vec::new(), Vec::new());
        let own = head.groups.iter().map(|group| (fixed(group), &group.first));
        let older = head.baseline.iter().flat_map(|compared| &compared.carried);
        let older = older.map(|carried| (carried.finding.clone(), &carried.first));
        for (finding, first) in own.chain(older).filter(|(finding, _)| unseen(&finding.fingerprint)) {
            if is_decided(&finding.check, first) {
                fixed_now.push(redacted(finding, redactor));
            } else if is_open(&finding.check, first) {
                carried.push(Carried { finding: redacted(finding, redactor), first: first.clone() });
            }
        }
        // Cases and checks of further findings are not known: they stay known while any of the run is left out.
        let is_partial = !(self.open.is_empty() && self.disabled.is_empty() && self.not_checked.is_empty());
        let older = head.baseline.iter().flat_map(|compared| &compared.further);
        let further = head.further.iter().chain(older).filter(|print| unseen(print) && is_partial);
        Compared {
            file: redactor.text(file),
            started: head.started.clone(),
            fixed: fixed_now,
            carried,
            further: further.cloned().collect(),
        }
    }

    /// Adds to each group since when its finding is known.
    pub fn date(&self, groups: &mut [Group]) {
        let Head { groups: before, started, .. } = &self.baseline.head;
        let since = |group: &Group| group.known_since.clone().unwrap_or_else(|| started.clone());
        let known: HashMap<_, _> = before.iter().map(|group| (&group.finding.fingerprint, since(group))).collect();
        for group in groups.iter_mut().filter(|group| group.finding.since == Some(Since::Known)) {
            let since = known.get(&group.finding.fingerprint).unwrap_or(started);
            group.known_since = Some(since.clone());
        }
    }

    /// Whether the check with id `check` ran in an expected case; nothing if the suite no longer has the case.
    fn has_run(&self, check: &str, case: &str) -> Option<bool> {
        if self.open.contains(case) {
            return Some(false);
        }
        let case = *self.decided.get(case)?;
        Some(!self.disabled.contains(check) && !self.not_checked.contains(&(case, check.to_owned())))
    }
}

/// Converts without values: other values may be sensitive by now.
fn fixed(group: &Group) -> Fixed {
    let Finding { fingerprint, check, keyword, r#in, name, at, place, .. } = group.finding.clone();
    Fixed {
        fingerprint,
        operation: group.operation.clone(),
        method: group.method.clone(),
        path: group.path.clone(),
        check,
        keyword,
        r#in,
        name,
        at,
        place,
        cases: group.cases,
    }
}

fn redacted(finding: Fixed, redactor: &Redactor) -> Fixed {
    Fixed {
        method: redactor.text(&finding.method),
        path: redactor.text(&finding.path),
        name: finding.name.as_deref().map(|name| redactor.text(name)),
        at: redactor.text(&finding.at),
        ..finding
    }
}
