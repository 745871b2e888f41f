//! Builds the clause coverage of a record from a table of clauses.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::case::{Role, Suite};
use crate::contract::Contract;
use crate::contract::clause::{Aspect, Clause, Part, Step, Verb};
use crate::coverage::{Coverage, MetBy};
use crate::diff::shorten;
use crate::pointer::Pointer;

use super::super::format::{ClauseCounts, ClauseCoverage, MetAlone, OpenClause, OpenState, OperationClauses, Place};
use super::super::redact::Redactor;
use super::evidence::Evidence;
use super::gaps::gaps;
use super::sentence::states;
use super::table::{ClauseRow, ClauseState, ClauseTable};

/// Maximum length of a source line in characters.
const LINE: usize = 200;

/// Maximum number of entries of the lists of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SummaryLimits {
    /// Clauses that are not met.
    pub open: usize,
    /// Cases that alone meet clauses, and redundant ones.
    pub cases: usize,
    /// Clauses per case.
    pub clauses: usize,
}

impl SummaryLimits {
    /// The limits of a record.
    pub(crate) const RECORD: Self = Self { open: 2000, cases: 500, clauses: 20 };

    /// No limits.
    pub(crate) const NONE: Self = Self { open: usize::MAX, cases: usize::MAX, clauses: usize::MAX };
}

/// The cases that sent a request, by the hash of their id.
#[derive(Debug, Default)]
pub(crate) struct CasesSent(HashSet<u64>);

impl CasesSent {
    /// Adds a case by its id.
    pub(crate) fn insert(&mut self, id: &str) {
        self.0.insert(hash(id));
    }

    fn contains(&self, id: &str) -> bool {
        self.0.contains(&hash(id))
    }
}

/// What a run observed of its cases.
pub(crate) struct RunCoverage<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// All cases.
    pub suite: &'a Suite,
    /// What the exchanges met.
    pub coverage: &'a Coverage,
    /// The cases that sent a request.
    pub sent: &'a CasesSent,
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl ClauseCoverage {
    /// Summarises `table`, which was built from `evidence`.
    pub(crate) fn new(
        table: &ClauseTable<'_>,
        evidence: &Evidence,
        limits: SummaryLimits,
        redactor: &Redactor,
    ) -> Self {
        let contract = table.contract;
        let operations = contract.operations.iter().map(|operation| {
            let (met, contradicted) = evidence.encoded(operation.index);
            let mut groups: BTreeMap<String, ClauseCounts> = BTreeMap::new();
            for row in table.rows_of(operation.index) {
                let counts = groups.entry(row.entry.group.name().to_owned()).or_default();
                *count(counts, row.state) += 1;
            }
            OperationClauses { operation: operation.name.clone(), groups, met, contradicted }
        });
        let operations = operations.collect();
        let mut open_rows = table.rows().filter_map(|row| Some((row, row.state.open()?)));
        let open: Vec<_> = open_rows
            .by_ref()
            .take(limits.open)
            .map(|(row, state)| open_clause(contract, &row, state, redactor))
            .collect();
        let mut gaps = gaps(table);
        for gap in &mut gaps {
            for text in [&mut gap.clause, &mut gap.sentence, &mut gap.command, &mut gap.case, &mut gap.exclusion] {
                *text = redactor.text(text);
            }
            gap.owner = gap.owner.take().map(|owner| redactor.text(&owner));
        }
        Self {
            sha256: contract.clauses().digest().to_owned(),
            operations,
            open,
            open_left_out: open_rows.count() as u64,
            omitted: contract.clauses().operations().iter().map(|own| own.omitted as u64).sum(),
            gaps,
            ..Self::default()
        }
    }

    /// Takes the cases of another summary of the same run.
    pub(crate) fn take_cases(&mut self, other: &Self) {
        self.alone.clone_from(&other.alone);
        self.redundant.clone_from(&other.redundant);
        (self.alone_left_out, self.redundant_left_out) = (other.alone_left_out, other.redundant_left_out);
    }

    /// Adds the cases that alone meet clauses, and those that meet only clauses that others meet too.
    ///
    /// Clauses that would disclose a redacted value are only counted.
    pub(crate) fn add_cases(&mut self, run: &RunCoverage<'_>, redactor: &mut Redactor) {
        let RunCoverage { contract, suite, coverage, sent } = run;
        let limits = SummaryLimits::RECORD;
        let mut alone: BTreeMap<&str, MetAlone> = BTreeMap::new();
        for (operation, own) in contract.clauses().operations().iter().enumerate() {
            for id in own.ids() {
                let MetBy::One(case) = coverage.met_by(operation, id) else { continue };
                let held =
                    alone.entry(case).or_insert_with(|| MetAlone { case: redactor.text(case), ..MetAlone::default() });
                let clause = &own.entry(id).clause;
                match held.clauses.len() < limits.clauses && !discloses(clause, contract, operation, redactor) {
                    true => held.clauses.push(redactor.text(&clause.to_string())),
                    false => held.left_out += 1,
                }
            }
        }
        let cases = suite.stories.iter().flat_map(|story| story.every()).filter(|case| case.role == Role::Case);
        for case in cases.filter(|case| sent.contains(&case.id)) {
            match alone.remove(case.id.as_str()) {
                Some(held) if self.alone.len() < limits.cases => self.alone.push(held),
                Some(_) => self.alone_left_out += 1,
                None if self.redundant.len() < limits.cases => self.redundant.push(redactor.text(&case.id)),
                None => self.redundant_left_out += 1,
            }
        }
    }
}

/// Whether the name of a clause shows what a redacted location held.
fn discloses(clause: &Clause, contract: &Contract, operation: usize, redactor: &mut Redactor) -> bool {
    let location = match &clause.verb {
        Verb::Sends(location, aspect) | Verb::ReceivesAt(_, location, aspect) if *aspect != Aspect::Present => location,
        _ => return false,
    };
    let operation = contract.operations.get(operation);
    let mut at = Pointer::root();
    let parameter = match &location.part {
        Part::Parameter(_, name) => Some(Step::Name(Arc::clone(name))),
        _ => None,
    };
    parameter.iter().chain(location.steps.iter()).any(|step| {
        match step {
            Step::Name(name) => at = at.join(&**name),
            Step::Any => at = at.join(0),
            Step::Branch(_) => return false,
        }
        redactor.hides(contract, operation, &at)
    })
}

fn count(counts: &mut ClauseCounts, state: ClauseState) -> &mut u64 {
    match state {
        ClauseState::Met => &mut counts.met,
        ClauseState::Contradicted => &mut counts.contradicted,
        ClauseState::Unmet => &mut counts.unmet,
        ClauseState::Excluded => &mut counts.excluded,
        ClauseState::Impossible => &mut counts.impossible,
    }
}

fn open_clause(contract: &Contract, row: &ClauseRow<'_>, state: OpenState, redactor: &Redactor) -> OpenClause {
    let (place, source) = match row.entry.sources().next() {
        Some(anchor) => {
            let (place, line) = source_line(contract, &anchor);
            (Some(place), Some(redactor.text(&line)))
        }
        None => (None, None),
    };
    let proof = row.entry.impossible.filter(|_| state == OpenState::Impossible);
    OpenClause {
        clause: redactor.text(&row.entry.clause.to_string()),
        operation: contract.operations.get(row.operation).map(|operation| operation.name.clone()).unwrap_or_default(),
        group: row.entry.group.name().to_owned(),
        state,
        states: redactor.text(&states(&row.entry.clause)),
        reason: row
            .exclusion
            .map(|exclusion| redactor.text(&exclusion.reason))
            .or_else(|| proof.map(|proof| format!("{} ({})", proof.sentence(), proof.id()))),
        owner: row.exclusion.map(|exclusion| redactor.text(&exclusion.owner)),
        place,
        source,
    }
}

/// The location of a node of the document, and its line without indentation; of a very long line, the pointer to the node.
pub(super) fn source_line(contract: &Contract, anchor: &crate::contract::Anchor) -> (Place, String) {
    let snippet = contract.snippet(anchor);
    let line = snippet.pointer.as_ref().map_or(snippet.line.trim(), Pointer::as_str);
    (Place::from(&snippet.place), shorten(line, LINE))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::redact::Rules;
    use super::*;
    use crate::contract::load;

    #[test]
    fn values_at_redacted_locations_are_not_disclosed() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths: { /a: { get: { operationId: a, responses: { '200': { description: a } } } } }\n";
        std::fs::write(folder.path().join("a.yaml"), text).expect("writable");
        let contract = load::load(folder.path(), Path::new("a.yaml")).expect("a contract");
        let mut redactor = Redactor::new(&[], Rules { names: vec!["pin".to_owned(), "/cards/*/brand".to_owned()] });
        let mut check = |clause: &str, expect: bool| {
            let clause = clause.parse().expect("a clause");
            assert_eq!(discloses(&clause, &contract, 0, &mut redactor), expect, "{clause}");
        };
        check("a sends body/pin = 1", true);
        check("a receives 200 body/pin/x null", true);
        check("a sends query/pin = 1", true);
        check("a sends body/cards/*/brand = \"x\"", true);
        check("a sends body/pin", false);
        check("a sends body/status = \"x\"", false);
    }
}
