//! Findings of one fingerprint gathered into groups: remembered by their lines in the spool, told from there once the run is over.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::io;

use super::spool::Line;
use super::{Entry, Finding, Group, Met, Severity};

/// Groups that the head lists.
const LISTED: usize = 2_000;

/// Groups that are told apart; a target that makes up names could give any number of them.
const REMEMBERED: usize = 50_000;

/// Cases that a group names.
const FIRST: usize = 20;

/// Bytes of each text of a group's finding, and of its command.
const MAX_TEXT: usize = 2_000;

/// What is remembered of every group while the entries pass.
#[derive(Debug, Default)]
pub struct Groups {
    held: HashMap<String, Held>,
    beyond: u64,
}

#[derive(Debug)]
struct Held {
    severity: Severity,
    cases: u64,
    /// Those of lowest rank, in order.
    first: Vec<Line>,
    /// Which of the findings of the first it is.
    position: usize,
}

impl Groups {
    /// Takes in the findings of an entry, which stands at `line`.
    pub fn add(&mut self, entry: &Entry, line: Line) {
        let mut seen = BTreeSet::new();
        let findings = findings(entry).enumerate().filter(|(_, finding)| seen.insert(&finding.fingerprint));
        for (position, finding) in findings {
            if let Some(held) = self.held.get_mut(&finding.fingerprint) {
                held.meet(line, position);
            } else if self.held.len() < REMEMBERED {
                let held = Held { severity: finding.severity, cases: 1, first: vec![line], position };
                self.held.insert(finding.fingerprint.clone(), held);
            } else {
                self.beyond += 1;
            }
        }
    }

    /// The groups in their order, and how many are left out; `entry` reads what stands at a line.
    pub fn list(&self, entry: impl Fn(Line) -> io::Result<Entry>) -> io::Result<(Vec<Group>, u64)> {
        let mut order: Vec<_> = self.held.iter().collect();
        let place = |held: &Held| (held.first.first().map(|line| line.rank), held.position);
        order.sort_by_key(|(print, held)| (Reverse(held.severity), Reverse(held.cases), place(held), *print));
        let left_out = order.len().saturating_sub(LISTED) as u64 + self.beyond;
        let listed = order.into_iter().take(LISTED).filter_map(|(print, held)| held.told(print, &entry).transpose());
        Ok((listed.collect::<io::Result<_>>()?, left_out))
    }
}

impl Held {
    fn meet(&mut self, line: Line, position: usize) {
        self.cases += 1;
        let at = self.first.partition_point(|held| held.rank <= line.rank);
        if at == 0 {
            self.position = position;
        }
        if at < FIRST {
            self.first.truncate(FIRST - 1);
            self.first.insert(at, line);
        }
    }

    fn told(&self, print: &str, read: impl Fn(Line) -> io::Result<Entry>) -> io::Result<Option<Group>> {
        let mut entries = self.first.iter().map(|line| read(*line));
        let Some(first) = entries.next().transpose()? else { return Ok(None) };
        let Some(finding) = findings(&first).find(|finding| finding.fingerprint == print).map(shortened) else {
            return Ok(None);
        };
        let rest = entries.map(|entry| entry.map(|entry| Met { case: entry.case, place: entry.place }));
        let head = Met { case: first.case, place: first.place };
        Ok(Some(Group {
            operation: first.operation,
            method: first.method,
            path: first.path,
            finding,
            cases: self.cases,
            first: std::iter::once(Ok(head)).chain(rest).collect::<io::Result<_>>()?,
            request_id: first.request_id,
            curl: first.curl.filter(|curl| curl.len() <= MAX_TEXT),
        }))
    }
}

fn findings(entry: &Entry) -> impl Iterator<Item = &Finding> {
    entry.findings.iter()
}

fn shortened(finding: &Finding) -> Finding {
    let short = |text: &String| match text.char_indices().find(|(at, _)| *at >= MAX_TEXT) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.clone(),
    };
    let cut = [&finding.expected].into_iter().chain(&finding.actual).any(|text| text.len() > MAX_TEXT);
    Finding {
        expected: short(&finding.expected),
        actual: finding.actual.as_ref().map(short),
        message: short(&finding.message),
        // What is cut is no JSON any more.
        literal: finding.literal && !cut,
        ..finding.clone()
    }
}
