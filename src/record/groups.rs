//! Findings of one fingerprint gathered into groups: remembered by their lines in the spool, told from there once the run is over.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
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
    /// The hash of how the case that was done first met it.
    manner: u64,
    /// Whether another met it in another way.
    varied: bool,
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
                held.varied |= held.manner != manner(finding);
            } else if self.held.len() < REMEMBERED {
                let weight = (waiver.is_none(), finding.severity, finding.since == Some(Since::New));
                let manner = manner(finding);
                let held = Held { weight, cases: 1, manner, varied: false, first: vec![line], position };
                self.held.insert(finding.fingerprint.clone(), held);
            } else {
                self.beyond += 1;
            }
        }
    }

    /// The groups in their order; `entry` reads what stands at a line.
    pub fn list(&self, entry: impl Fn(Line) -> io::Result<Entry>) -> io::Result<Listing> {
        let mut shelf = Shelf { read: entry, last: None, met: HashMap::new() };
        let mut order: Vec<_> = self.held.iter().collect();
        let place = |held: &Held| (held.first.first().map(|line| line.rank), held.position);
        order.sort_by_key(|(print, held)| (Reverse(held.weight), Reverse(held.cases), place(held), *print));
        let further: Vec<String> = order.iter().skip(LISTED).map(|(print, _)| (*print).clone()).collect();
        let listed =
            order.into_iter().take(LISTED).filter_map(|(print, held)| held.told(print, &mut shelf).transpose());
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

    fn told<R: Fn(Line) -> io::Result<Entry>>(&self, print: &str, shelf: &mut Shelf<R>) -> io::Result<Option<Group>> {
        let met = self.first.iter().map(|line| shelf.met(*line)).collect::<io::Result<_>>()?;
        let Some(line) = self.first.first() else { return Ok(None) };
        let first = shelf.entry(*line)?;
        let found = findings(first).find(|(finding, _)| finding.fingerprint == print);
        let Some((finding, waived)) = found.map(|(finding, waiver)| (shortened(finding), waiver.cloned())) else {
            return Ok(None);
        };
        Ok(Some(Group {
            operation: first.operation.clone(),
            method: first.method.clone(),
            path: first.path.clone(),
            finding,
            waived,
            cases: self.cases,
            varied: self.varied,
            first: met,
            request_id: first.request_id.clone(),
            curl: first.curl.clone().filter(|curl| curl.len() <= MAX_TEXT),
        }))
    }
}

/// Entries as they are asked for. An entry may be large and have a thousand findings, each a group of its own: the last one is kept,
/// and of all others what groups name.
struct Shelf<R> {
    read: R,
    last: Option<(Line, Entry)>,
    met: HashMap<Line, Met>,
}

impl<R: Fn(Line) -> io::Result<Entry>> Shelf<R> {
    fn entry(&mut self, line: Line) -> io::Result<&Entry> {
        let (_, entry) = match self.last.take() {
            Some(held) if held.0 == line => self.last.insert(held),
            _ => self.last.insert((line, (self.read)(line)?)),
        };
        Ok(entry)
    }

    fn met(&mut self, line: Line) -> io::Result<Met> {
        if let Some(met) = self.met.get(&line) {
            return Ok(met.clone());
        }
        let Entry { case, place, .. } = self.entry(line)?;
        let met = Met { case: case.clone(), place: place.clone() };
        self.met.insert(line, met.clone());
        Ok(met)
    }
}

/// Those that count, then those that are waived.
fn findings(entry: &Entry) -> impl Iterator<Item = (&Finding, Option<&Waiver>)> {
    let waived = entry.waived.iter().map(|held| (&held.finding, Some(&held.waiver)));
    entry.findings.iter().map(|finding| (finding, None)).chain(waived)
}

/// What one case has of a finding that another may have otherwise.
fn manner(finding: &Finding) -> u64 {
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
        // What is cut is no JSON any more.
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
    fn entries_of_many_findings_are_not_read_for_each() {
        let entries: Vec<_> = (0..30).map(|case| entry(case, 0..100)).chain([entry(30, 100..200)]).collect();
        let mut groups = Groups::default();
        for (rank, entry) in entries.iter().enumerate() {
            groups.add(entry, Line { rank, offset: rank as u64, length: 0 });
        }
        let reads = Cell::new(0);
        let read = |line: Line| {
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
