//! Comparison with an earlier run: which findings are new, known or fixed, and which could not be compared.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::case::{Case, Suite};
use crate::check::Severities;
use crate::difference::Difference;

use super::format::{
    Carried, ClauseCoverage, Compared, Entry, Finding, Fixed, Group, Head, Inputs, Met, OpenClause, Severity, Since,
    Summary, TargetUsed, Verdict,
};
use super::redact::Redactor;

/// An earlier run.
#[derive(Debug)]
pub struct Baseline {
    file: String,
    head: Head,
    /// Fingerprints of its findings, and whether they are known: accepted in it, and not only waived.
    found: HashMap<String, bool>,
    /// Start of the first run that had a finding, by fingerprint.
    dates: HashMap<String, String>,
    /// Ids of the cases that its groups name.
    expected_cases: HashSet<String>,
}

impl Baseline {
    /// Returns the head of the run.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Uses the run of `head`, read from `file`. What was new in it is not known, unless `accepts_new`.
    pub fn new(file: String, head: Head, accepts_new: bool) -> Self {
        let mut expected_cases = HashSet::new();
        let further = head.baseline.iter().flat_map(|compared| &compared.further).map(|print| (print.clone(), true));
        let mut found: HashMap<_, _> = further.collect();
        found.extend(head.further.iter().map(|print| (print.clone(), true)));
        found.extend(head.further_new.iter().map(|print| (print.clone(), accepts_new)));
        for (fingerprint, met, is_new) in expected(&head) {
            found.insert(fingerprint.to_owned(), accepts_new || !is_new);
            expected_cases.extend(met.iter().map(|met| met.case.clone()));
        }
        // A waiver must not make a finding known, which it would stay after the expiry date.
        for group in head.groups.iter().filter(|group| group.waived.is_some()) {
            found.insert(group.finding.fingerprint.clone(), false);
        }
        let own = head.groups.iter().map(|group| (&group.finding.fingerprint, &group.known_since));
        let carried = head.baseline.iter().flat_map(|compared| &compared.carried);
        let all = own.chain(carried.map(|carried| (&carried.finding.fingerprint, &carried.known_since)));
        let date = |(print, since): (&String, &Option<String>)| {
            (print.clone(), since.clone().unwrap_or_else(|| head.started.clone()))
        };
        let dates = all.map(date).collect();
        Self { file, head, found, dates, expected_cases }
    }
}

impl Head {
    /// Converts the head of a run to that of its baseline, in which no finding is new (`accepts`), or every one.
    #[must_use]
    pub fn as_baseline(&self, accepts: bool) -> Self {
        let mut head = self.clone();
        let since = if accepts { Since::Known } else { Since::New };
        head.groups.iter_mut().for_each(|group| group.finding.since = Some(since));
        head.further_new = if accepts { Vec::new() } else { head.further.clone() };
        if let Some(clauses) = head.clauses.as_mut().filter(|_| accepts) {
            clauses.newly_uncovered.clear();
        }
        head
    }

    /// Removes what is different in each run, and what no later run compares: a stored baseline changes only if findings or coverage do.
    #[must_use]
    pub fn stored(mut self) -> Self {
        let clauses = self.clauses.take().map(ClauseCoverage::stored);
        let compared = self.baseline.take().filter(|held| !held.carried.is_empty() || !held.further.is_empty());
        for group in &mut self.groups {
            group.known_since.get_or_insert_with(|| self.started.clone());
            (group.curl, group.request_id, group.varied, group.elements) = (None, None, false, 0);
            let finding = &mut group.finding;
            (finding.source, finding.actual, finding.suggestion) = (None, None, None);
            (finding.expected, finding.message, finding.difference) =
                (String::new(), String::new(), Difference::default());
            (finding.not_listed, finding.attempt, finding.branch_of) = (0, None, None);
            (finding.literal, finding.unexpected) = (false, false);
        }
        Self {
            seconds: 0.0,
            seed: 0,
            interrupted: false,
            overlay: Vec::new(),
            target: TargetUsed { url: String::new(), ..self.target },
            inputs: Inputs::default(),
            redacted: Vec::new(),
            baseline: compared.map(|held| Compared {
                file: String::new(),
                started: String::new(),
                fixed: Vec::new(),
                ..held
            }),
            job: None,
            tolerates_known: false,
            summary: Summary::default(),
            notes: Vec::new(),
            skipped: Vec::new(),
            errored: Vec::new(),
            not_checked: Vec::new(),
            checks: BTreeMap::new(),
            coverage: Vec::new(),
            clauses,
            mutation: None,
            ..self
        }
    }
}

impl ClauseCoverage {
    fn stored(self) -> Self {
        let open = self.open.into_iter().map(|open| OpenClause {
            states: String::new(),
            reason: None,
            owner: None,
            place: None,
            source: None,
            ..open
        });
        Self { open: open.collect(), gaps: Vec::new(), redundant: Vec::new(), missed: Vec::new(), ..self }
    }
}

impl Entry {
    /// Whether the case failed, and every error is in the baseline.
    pub fn is_known(&self) -> bool {
        let mut errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error).peekable();
        let has_errors = self.outcome == Verdict::Failed && errors.peek().is_some();
        has_errors && errors.all(|error| error.since == Some(Since::Known))
    }
}

/// Fingerprint and named cases of the groups of a run, and of those that it carried forward; and whether they are new.
fn expected(head: &Head) -> impl Iterator<Item = (&str, &[Met], bool)> {
    let own = head.groups.iter();
    let own = own.map(|group| (group.finding.fingerprint.as_str(), group.first.as_slice(), is_new(group)));
    let carried = head.baseline.iter().flat_map(|compared| &compared.carried);
    own.chain(carried.map(|carried| (carried.finding.fingerprint.as_str(), carried.first.as_slice(), carried.new)))
}

/// Whether a finding of a run is not known in later ones.
fn is_new(group: &Group) -> bool {
    group.finding.since == Some(Since::New) || group.waived.is_some()
}

/// Comparison of a run with an earlier one, case by case.
#[derive(Debug)]
pub struct Comparison<'b> {
    baseline: &'b Baseline,
    /// Whether known findings do not fail the run.
    tolerates_known: bool,
    /// Fingerprints whose waiver has expired: they are not known.
    expired: &'b HashSet<String>,
    /// Fingerprints of the baseline that occurred again.
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
    /// Starts a comparison of a run of `suite` with checks of these severities. `expired` are the findings whose waiver has expired.
    pub fn new(
        baseline: &'b Baseline,
        suite: &Suite,
        severities: &'b Severities,
        expired: &'b HashSet<String>,
        tolerates_known: bool,
    ) -> Self {
        let cases = suite.stories.iter().flat_map(|story| story.every());
        let expected = |case: &Case| baseline.expected_cases.get(&case.id).map(String::as_str);
        let disabled = severities.iter().filter(|(_, severity)| severity.is_none()).map(|(id, _)| id.as_str());
        Self {
            baseline,
            tolerates_known,
            expired,
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
        let waived = entry.waived.iter_mut().map(|held| (&mut held.finding, true));
        for (finding, is_waived) in entry.findings.iter_mut().map(|finding| (finding, false)).chain(waived) {
            let before = self.baseline.found.get_key_value(&finding.fingerprint);
            self.seen.extend(before.map(|(print, _)| print.as_str()));
            let is_accepted = |known: bool| is_waived || (known && !self.expired.contains(&finding.fingerprint));
            let is_known = before.is_some_and(|(_, known)| is_accepted(*known));
            finding.since = Some(if is_known { Since::Known } else { Since::New });
        }
        entry.tolerated = self.tolerates_known && entry.is_known();
    }

    /// Returns the head of the earlier run.
    pub fn baseline(&self) -> &Head {
        &self.baseline.head
    }

    /// Whether known findings do not fail the run.
    pub fn tolerates_known(&self) -> bool {
        self.tolerates_known
    }

    /// Returns the result after the run. A finding is fixed if it did not occur although its check ran in every case named with it.
    /// One of left-out, skipped and errored cases, or of a check that did not run, is carried forward, so that it stays known.
    pub fn result(&self, redactor: &Redactor) -> Compared {
        let Baseline { file, head, found, dates, .. } = self.baseline;
        let unseen = |fingerprint: &str| !self.seen.contains(fingerprint);
        let is_decided = |check: &str, met: &[Met]| met.iter().all(|met| self.has_run(check, &met.case) == Some(true));
        let is_open = |check: &str, met: &[Met]| met.iter().any(|met| self.has_run(check, &met.case) == Some(false));
        let (mut fixed_now, mut carried) = (Vec::new(), Vec::new());
        let own = head.groups.iter().map(|group| (fixed(group), &group.first));
        let older = head.baseline.iter().flat_map(|compared| &compared.carried);
        let older = older.map(|carried| (carried.finding.clone(), &carried.first));
        for (finding, first) in own.chain(older).filter(|(finding, _)| unseen(&finding.fingerprint)) {
            let new = found.get(&finding.fingerprint) == Some(&false);
            if is_decided(&finding.check, first) {
                fixed_now.push(redacted(finding, redactor));
            } else if is_open(&finding.check, first) {
                let known_since = dates.get(&finding.fingerprint).cloned();
                carried.push(Carried { finding: redacted(finding, redactor), first: first.clone(), new, known_since });
            }
        }
        // Cases and checks of further findings are not known: they stay known while any of the run is left out.
        let is_partial = !(self.open.is_empty() && self.disabled.is_empty() && self.not_checked.is_empty());
        let older = head.baseline.iter().flat_map(|compared| &compared.further);
        let is_known = |print: &str| found.get(print) == Some(&true);
        let further = head.further.iter().chain(older).filter(|print| unseen(print) && is_partial && is_known(print));
        Compared {
            file: redactor.text(file),
            started: head.started.clone(),
            fixed: fixed_now,
            carried,
            further: further.cloned().collect(),
        }
    }

    /// Adds to each group which run first had its finding.
    pub fn date(&self, groups: &mut [Group]) {
        let Baseline { head, dates, .. } = self.baseline;
        for group in groups {
            let since = dates.get(&group.finding.fingerprint);
            let is_known = group.finding.since == Some(Since::Known);
            group.known_since = since.or_else(|| is_known.then_some(&head.started)).cloned();
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
