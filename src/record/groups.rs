//! Groups findings by fingerprint: remembers their lines in the spool, and builds the groups from them after the run.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use super::format::{Entry, Finding, Group, Met, Severity, Since, Waiver};
use super::spool_line::SpoolLine;

/// Maximum number of groups in the head.
const LISTED: usize = 2_000;

/// Maximum number of distinct groups; a target that invents names could cause any number. Each takes up to 1 kB.
const REMEMBERED: usize = 10_000;

/// Maximum number of cases that a group names.
const FIRST: usize = 20;

/// Maximum size of each text of a group's finding, and of its command.
const MAX_TEXT: usize = 2_000;

/// The groups seen so far.
#[derive(Debug, Default)]
pub(super) struct Groups {
    held: HashMap<String, SeenGroup>,
    beyond: u64,
}

#[derive(Debug)]
struct SeenGroup {
    /// Whether it is not waived, its severity, and whether it is new.
    weight: (bool, Severity, bool),
    cases: u64,
    /// Hash of the finding of the case that finished first.
    variant: u64,
    /// Whether findings of other cases differ.
    varied: bool,
    /// The lines of lowest rank, in order.
    first: Vec<SpoolLine>,
    /// Index among the findings of the first case.
    position: usize,
}

/// The groups in the head.
#[derive(Debug, Default)]
pub struct Listing {
    /// The listed groups.
    pub groups: Vec<Group>,
    /// Number of further groups.
    pub left_out: u64,
    /// Fingerprints of the further groups, as far as they are remembered.
    pub further: Vec<String>,
    /// Those of `further` that are new or waived.
    pub further_new: Vec<String>,
}

impl Groups {
    /// Adds the findings of the entry at `line`.
    pub(super) fn add(&mut self, entry: &Entry, line: SpoolLine) {
        let mut seen = BTreeSet::new();
        let findings = findings(entry).enumerate().filter(|(_, (finding, _))| seen.insert(&finding.fingerprint));
        for (position, (finding, waiver)) in findings {
            if let Some(held) = self.held.get_mut(&finding.fingerprint) {
                held.meet(line, position);
                held.varied |= held.variant != variant(finding);
            } else if self.held.len() < REMEMBERED {
                let weight = (waiver.is_none(), finding.severity, finding.since == Some(Since::New));
                let variant = variant(finding);
                let held = SeenGroup { weight, cases: 1, variant, varied: false, first: vec![line], position };
                self.held.insert(finding.fingerprint.clone(), held);
            } else {
                self.beyond += 1;
            }
        }
    }

    /// Builds the groups in order; `entry` reads the entry at a line.
    pub(super) fn list(&self, entry: impl Fn(SpoolLine) -> io::Result<Entry>) -> io::Result<Listing> {
        let mut cache = EntryCache { read: entry, last: None, met: HashMap::new() };
        let mut order: Vec<_> = self.held.iter().collect();
        let place = |held: &SeenGroup| (held.first.first().map(|line| line.rank), held.position);
        order.sort_by_key(|(print, held)| (Reverse(held.weight), Reverse(held.cases), place(held), *print));
        let beyond = || order.iter().skip(LISTED);
        let further: Vec<String> = beyond().map(|(print, _)| (*print).clone()).collect();
        let is_new = |held: &SeenGroup| matches!(held.weight, (false, ..) | (.., true));
        let further_new = beyond().filter(|(_, held)| is_new(held)).map(|(print, _)| (*print).clone()).collect();
        let listed =
            order.into_iter().take(LISTED).filter_map(|(print, held)| held.group(print, &mut cache).transpose());
        let groups = listed.collect::<io::Result<_>>()?;
        Ok(Listing { groups, left_out: further.len() as u64 + self.beyond, further, further_new })
    }
}

impl SeenGroup {
    fn meet(&mut self, line: SpoolLine, position: usize) {
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

    fn group<R: Fn(SpoolLine) -> io::Result<Entry>>(
        &self,
        print: &str,
        cache: &mut EntryCache<R>,
    ) -> io::Result<Option<Group>> {
        let met = self.first.iter().map(|line| cache.met(*line)).collect::<io::Result<_>>()?;
        let Some(line) = self.first.first() else { return Ok(None) };
        let first = cache.entry(*line)?;
        let same = || findings(first).filter(|(finding, _)| finding.fingerprint == print);
        let (found, elements) = (same().next(), same().count());
        let Some((finding, waived)) = found.map(|(finding, waiver)| (shortened(finding), waiver.cloned())) else {
            return Ok(None);
        };
        Ok(Some(Group {
            operation: first.operation.clone(),
            method: first.method.clone(),
            path: first.path.clone(),
            finding,
            known_since: None,
            waived,
            cases: self.cases,
            elements: if elements > 1 { elements as u64 } else { 0 },
            varied: self.varied,
            first: met,
            request_id: first.request_id.clone(),
            curl: first.curl.clone().filter(|curl| curl.len() <= MAX_TEXT),
        }))
    }
}

/// Cache of entries. An entry may be large and have a thousand findings in as many groups: the last one is kept, and of all others
/// only what groups name.
struct EntryCache<R> {
    read: R,
    last: Option<(SpoolLine, Entry)>,
    met: HashMap<SpoolLine, Met>,
}

impl<R: Fn(SpoolLine) -> io::Result<Entry>> EntryCache<R> {
    fn entry(&mut self, line: SpoolLine) -> io::Result<&Entry> {
        let (_, entry) = match self.last.take() {
            Some(held) if held.0 == line => self.last.insert(held),
            _ => self.last.insert((line, (self.read)(line)?)),
        };
        Ok(entry)
    }

    fn met(&mut self, line: SpoolLine) -> io::Result<Met> {
        if let Some(met) = self.met.get(&line) {
            return Ok(met.clone());
        }
        let Entry { case, place, .. } = self.entry(line)?;
        let met = Met { case: case.clone(), place: place.clone() };
        self.met.insert(line, met.clone());
        Ok(met)
    }
}

/// Returns the findings, then the waived ones.
fn findings(entry: &Entry) -> impl Iterator<Item = (&Finding, Option<&Waiver>)> {
    let waived = entry.waived.iter().map(|held| (&held.finding, Some(&held.waiver)));
    entry.findings.iter().map(|finding| (finding, None)).chain(waived)
}

/// Hashes the fields of a finding that may differ between cases.
fn variant(finding: &Finding) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&finding.at, &finding.expected, &finding.actual, &finding.difference).hash(&mut hasher);
    hasher.finish()
}

fn shortened(finding: &Finding) -> Finding {
    let short = |text: &String| match text.char_indices().find(|(at, _)| *at >= MAX_TEXT) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.clone(),
    };
    let cut = [&finding.expected].into_iter().chain(&finding.actual).any(|text| text.len() > MAX_TEXT);
    let mut difference = finding.difference.clone();
    for text in difference.texts_mut() {
        *text = short(text);
    }
    Finding {
        expected: short(&finding.expected),
        actual: finding.actual.as_ref().map(short),
        message: short(&finding.message),
        difference,
        // Shortened text is not JSON.
        literal: finding.literal && !cut,
        ..finding.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::*;

    /// A case with findings of these fingerprints.
    fn entry(case: usize, prints: std::ops::Range<usize>) -> Entry {
        let place = json!({ "file": "a.yaml", "line": 1, "column": 1 });
        let finding = |print: usize| {
            json!({
                "fingerprint": format!("{print:012}"), "check": "body-schema", "severity": "error", "in": "body",
                "at": "", "place": place, "expected": "", "message": "",
            })
        };
        let entry = json!({
            "case": case.to_string(), "name": "", "story": "", "place": place, "role": "case", "method": "GET", "path": "/",
            "outcome": "failed", "started_ms": 0.0, "took_ms": 0.0, "attempts": 1,
            "findings": prints.map(finding).collect::<Vec<_>>(),
        });
        serde_json::from_value(entry).expect("an entry")
    }

    #[test]
    fn groups_beyond_the_limit_are_only_counted() {
        let mut groups = Groups::default();
        let many = entry(0, 0..12_000);
        groups.add(&many, SpoolLine { rank: 0, offset: 0, length: 0 });
        let listing = groups.list(|_| Ok(many.clone())).expect("memory");
        assert_eq!((listing.groups.len(), listing.further.len(), listing.left_out), (2_000, 8_000, 10_000));
    }

    #[test]
    fn entries_of_many_findings_are_not_read_for_each() {
        let entries: Vec<_> = (0..30).map(|case| entry(case, 0..100)).chain([entry(30, 100..200)]).collect();
        let mut groups = Groups::default();
        for (rank, entry) in entries.iter().enumerate() {
            groups.add(entry, SpoolLine { rank, offset: rank as u64, length: 0 });
        }
        let reads = Cell::new(0);
        let read = |line: SpoolLine| {
            reads.set(reads.get() + 1);
            Ok(entries[line.rank].clone())
        };
        let listed = groups.list(read).expect("memory").groups;
        let told: Vec<_> = listed.iter().map(|group| (group.cases, group.first.len())).collect();
        assert_eq!(told, [[(30, 20)].repeat(100), [(1, 1)].repeat(100)].concat());
        assert_eq!(listed[0].first.iter().map(|met| met.case.as_str()).take(3).collect::<Vec<_>>(), ["0", "1", "2"]);
        // Each that is named once, and the first once more.
        assert_eq!(reads.get(), 22);
    }
}
