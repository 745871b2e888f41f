//! Findings of one fingerprint gathered into groups: remembered by their lines in the spool, told from there once the run is over.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::io;

use super::spool::Line;
use super::{Entry, Finding, Group, Met, Severity, Since, Waiver};

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
    /// Whether it counts, how much, and whether it is new.
    weight: (bool, Severity, bool),
    cases: u64,
    /// Those of lowest rank, in order.
    first: Vec<Line>,
    /// Which of the findings of the first it is.
    position: usize,
}

/// What the head tells of the groups.
#[derive(Debug, Default)]
pub struct Listing {
    /// The first of them.
    pub groups: Vec<Group>,
    /// How many there are beyond.
    pub left_out: u64,
    /// The fingerprints of those, as far as they were told apart.
    pub further: Vec<String>,
}

impl Groups {
    /// Takes in the findings of an entry, which stands at `line`.
    pub fn add(&mut self, entry: &Entry, line: Line) {
        let mut seen = BTreeSet::new();
        let findings = findings(entry).enumerate().filter(|(_, (finding, _))| seen.insert(&finding.fingerprint));
        for (position, (finding, waiver)) in findings {
            if let Some(held) = self.held.get_mut(&finding.fingerprint) {
                held.meet(line, position);
            } else if self.held.len() < REMEMBERED {
                let weight = (waiver.is_none(), finding.severity, finding.since == Some(Since::New));
                let held = Held { weight, cases: 1, first: vec![line], position };
                self.held.insert(finding.fingerprint.clone(), held);
            } else {
                self.beyond += 1;
            }
        }
    }

    /// The groups in their order; `entry` reads what stands at a line.
    pub fn list(&self, entry: impl Fn(Line) -> io::Result<Entry>) -> io::Result<Listing> {
        let mut order: Vec<_> = self.held.iter().collect();
        let place = |held: &Held| (held.first.first().map(|line| line.rank), held.position);
        order.sort_by_key(|(print, held)| (Reverse(held.weight), Reverse(held.cases), place(held), *print));
        let further: Vec<String> = order.iter().skip(LISTED).map(|(print, _)| (*print).clone()).collect();
        let listed = order.into_iter().take(LISTED).filter_map(|(print, held)| held.told(print, &entry).transpose());
        let groups = listed.collect::<io::Result<_>>()?;
        Ok(Listing { groups, left_out: further.len() as u64 + self.beyond, further })
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
        let found = findings(&first).find(|(finding, _)| finding.fingerprint == print);
        let Some((finding, waived)) = found.map(|(finding, waiver)| (shortened(finding), waiver.cloned())) else {
            return Ok(None);
        };
        let rest = entries.map(|entry| entry.map(|entry| Met { case: entry.case, place: entry.place }));
        let head = Met { case: first.case, place: first.place };
        Ok(Some(Group {
            operation: first.operation,
            method: first.method,
            path: first.path,
            finding,
            waived,
            cases: self.cases,
            first: std::iter::once(Ok(head)).chain(rest).collect::<io::Result<_>>()?,
            request_id: first.request_id,
            curl: first.curl.filter(|curl| curl.len() <= MAX_TEXT),
        }))
    }
}

/// Those that count, then those that are waived.
fn findings(entry: &Entry) -> impl Iterator<Item = (&Finding, Option<&Waiver>)> {
    let waived = entry.waived.iter().map(|held| (&held.finding, Some(&held.waiver)));
    entry.findings.iter().map(|finding| (finding, None)).chain(waived)
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
