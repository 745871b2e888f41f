//! Index for the filter. Check ids and tags are numbers: each name is stored once in the lists of the filter, and cases
//! hold numbers.

use std::collections::{BTreeSet, HashMap};

use crate::record::{Entry, Finding, Since};

/// Maximum number of names in a list of the filter; longer lists do not help.
const MOST: usize = 500;

/// Names of one list in order of appearance.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

/// Status of a finding relative to waivers and to the previous run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FindingStatus {
    /// Not found in the previous run.
    New,
    /// Found in the previous run too.
    Known,
    /// Waived, whether found in the previous run or not.
    Waived,
}

impl FindingStatus {
    /// All values in the order of the filter.
    pub(super) const ALL: [Self; 3] = [Self::New, Self::Known, Self::Waived];

    /// Returns the status of a finding; `None` if it is not waived and there is no previous run.
    pub(super) fn new(finding: &Finding, is_waived: bool) -> Option<Self> {
        match (is_waived, finding.since) {
            (true, _) => Some(Self::Waived),
            (false, Some(Since::New)) => Some(Self::New),
            (false, Some(Since::Known)) => Some(Self::Known),
            (false, None) => None,
        }
    }

    /// Returns `new`, `known` or `waived`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Waived => "waived",
        }
    }
}

/// Names and counts that cases can be filtered by.
#[derive(Debug, Default)]
pub(super) struct FilterIndex {
    /// Number of cases by status of their findings, in the order of [`FindingStatus::ALL`].
    pub statuses: [u64; 3],
    /// Ids of checks with findings.
    pub checks: Names,
    /// Tags.
    pub tags: Names,
}

impl Names {
    /// Returns the names with their numbers, sorted by name.
    pub(super) fn sorted(&self) -> Vec<(&str, usize)> {
        let mut names: Vec<_> = self.names.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
        names.sort_unstable();
        names
    }

    fn number(&mut self, name: &str) -> Option<usize> {
        if let Some(index) = self.index.get(name) {
            return Some(*index);
        }
        (self.names.len() < MOST).then(|| {
            self.names.push(name.to_owned());
            self.index.insert(name.to_owned(), self.names.len() - 1);
            self.names.len() - 1
        })
    }

    /// Returns numbers such as `0 3`; `None` for no names.
    fn numbers<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> Option<String> {
        let mut numbers: Vec<_> = names.filter_map(|name| self.number(name)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let texts: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }
}

impl FilterIndex {
    /// Returns the numbers of checks that are in the index, such as `0 3`.
    pub(super) fn numbers_of<'a>(&self, checks: impl Iterator<Item = &'a str>) -> String {
        let numbers: BTreeSet<_> = checks.filter_map(|check| self.checks.index.get(check)).collect();
        numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Counts an entry and returns the statuses of its findings, such as `new waived`; `None` if it has none.
    pub(super) fn count_statuses(&mut self, entry: &Entry) -> Option<String> {
        let found = entry.findings.iter().filter_map(|finding| FindingStatus::new(finding, false));
        let waived = entry.waived.iter().filter_map(|held| FindingStatus::new(&held.finding, true));
        let found_statuses: Vec<_> = found.chain(waived).collect();
        let mut words = Vec::new();
        for (status, cases) in FindingStatus::ALL.into_iter().zip(&mut self.statuses) {
            if found_statuses.contains(&status) {
                *cases += 1;
                words.push(status.word());
            }
        }
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Returns the numbers of an entry's checks and those of its tags.
    pub(super) fn checks_and_tags(&mut self, entry: &Entry) -> (Option<String>, Option<String>) {
        let acknowledged = entry.acknowledged.iter().map(|held| held.finding.check.as_str());
        let waived = entry.waived.iter().map(|held| held.finding.check.as_str());
        let not_checked = entry.not_checked.iter().map(|held| held.check.as_str());
        let found = entry.findings.iter().map(|finding| finding.check.as_str());
        let checks = found.chain(acknowledged).chain(waived).chain(not_checked);
        (self.checks.numbers(checks), self.tags.numbers(entry.tags.iter().map(String::as_str)))
    }
}
