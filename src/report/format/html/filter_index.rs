//! What cases are filtered by beside their outcome: how their findings stand, and tags and check ids as small numbers, which stand
//! once in the filter's lists, and as a number at each case.

use std::collections::HashMap;

use crate::record::{Entry, Finding, Since};

/// Different names that a list of the filter may have; more are no help to anybody.
const MOST: usize = 500;

/// The names of one list, in the order in which they came.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

/// How a finding stands: it fails nothing, or another run is there to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The run before had not met it.
    New,
    /// The run before had met it.
    Known,
    /// Somebody lives with it, whatever the run before had met.
    Waived,
}

impl Standing {
    /// Every standing, as the filter lists them.
    pub const ALL: [Self; 3] = [Self::New, Self::Known, Self::Waived];

    /// How `finding` stands; none where there is nothing to say.
    pub fn of(finding: &Finding, is_waived: bool) -> Option<Self> {
        match (is_waived, finding.since) {
            (true, _) => Some(Self::Waived),
            (false, Some(Since::New)) => Some(Self::New),
            (false, Some(Since::Known)) => Some(Self::Known),
            (false, None) => None,
        }
    }

    /// `new`, `known`, `waived`.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Waived => "waived",
        }
    }
}

/// What cases can be filtered by.
#[derive(Debug, Default)]
pub struct FilterIndex {
    /// How many cases have findings that stand so, by the order of [`Standing::ALL`].
    pub standings: [u64; 3],
    /// Checks that found something.
    pub checks: Names,
    /// Tags.
    pub tags: Names,
}

impl Names {
    /// Names with their numbers, sorted by name.
    pub fn sorted(&self) -> Vec<(&str, usize)> {
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

    /// `0 3`; none where there is nothing to say.
    fn numbers<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> Option<String> {
        let mut numbers: Vec<_> = names.filter_map(|name| self.number(name)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let texts: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }
}

impl FilterIndex {
    /// How an entry's findings stand: `new waived`; none where there is nothing to say.
    pub fn standings(&mut self, entry: &Entry) -> Option<String> {
        let found = entry.findings.iter().filter_map(|finding| Standing::of(finding, false));
        let waived = entry.waived.iter().filter_map(|held| Standing::of(&held.finding, true));
        let met: Vec<_> = found.chain(waived).collect();
        let mut words = Vec::new();
        for (standing, cases) in Standing::ALL.into_iter().zip(&mut self.standings) {
            if met.contains(&standing) {
                *cases += 1;
                words.push(standing.word());
            }
        }
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// The numbers of an entry's checks, and those of its tags.
    pub fn of(&mut self, entry: &Entry) -> (Option<String>, Option<String>) {
        let acknowledged = entry.acknowledged.iter().map(|held| held.finding.check.as_str());
        let waived = entry.waived.iter().map(|held| held.finding.check.as_str());
        let unjudged = entry.unjudged.iter().map(|held| held.check.as_str());
        let found = entry.findings.iter().map(|finding| finding.check.as_str());
        let checks = found.chain(acknowledged).chain(waived).chain(unjudged);
        (self.checks.numbers(checks), self.tags.numbers(entry.tags.iter().map(String::as_str)))
    }
}
