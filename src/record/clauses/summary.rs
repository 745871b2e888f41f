//! Builds the clause coverage of a record from a table of clauses.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::case::{Role, Suite};
use crate::contract::Contract;
use crate::contract::clause::Clause;
use crate::coverage::{CaseTally, Coverage, MetBy, State, is_refusal};
use crate::diff::shorten;
use crate::pointer::Pointer;

use super::super::format::{CaseClauses, ClauseCoverage, MetAlone, OpenClause, OpenState, OperationClauses, Place};
use super::super::redact::Redactor;
use super::evidence::Evidence;
use super::gaps::gaps;
use super::sentence::states;
use super::stub::Trial;
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
    /// What is shown of it.
    pub evidence: &'a Evidence,
    /// The cases that sent a request.
    pub sent: &'a CasesSent,
}

impl RunCoverage<'_> {
    /// A sentence per operation without an accepted valid request of which cases cover refusals: the clauses stay not met, although
    /// these cases passed.
    pub(crate) fn unconfirmed_covers(&self, table: &ClauseTable<'_>) -> Vec<String> {
        let mut found: BTreeMap<usize, &Clause> = BTreeMap::new();
        let cases = self.suite.stories.iter().flat_map(|story| story.every());
        for clause in cases.filter(|case| self.sent.contains(&case.id)).flat_map(|case| &case.covers) {
            let Some((operation, id)) = self.contract.clauses().find(clause) else { continue };
            let is_refused = self.coverage.tally(operation).is_some_and(|tally| tally.met().contains(id.index()));
            if is_refused && is_refusal(&clause.verb) && table.state(operation, id) == ClauseState::Unmet {
                found.entry(operation).or_insert(clause);
            }
        }
        let sentence = |clause: &Clause| {
            let operation = &clause.operation;
            format!("`covers: {clause}` stays not met: no valid request of {operation} was accepted in this run")
        };
        found.into_values().map(sentence).collect()
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl ClauseCoverage {
    /// Summarises `table`, which was built from `evidence`. The cases of gaps are run by `trial`;
    /// without it, gaps have none.
    pub(crate) fn new(
        table: &ClauseTable<'_>,
        evidence: &Evidence,
        limits: SummaryLimits,
        redactor: &Redactor,
        trial: Option<Trial<'_>>,
    ) -> Self {
        let contract = table.contract;
        let operations = contract.operations.iter().map(|operation| {
            let mut held = OperationClauses { operation: operation.name.clone(), ..OperationClauses::default() };
            evidence.encode(operation.index, &mut held);
            add_counts(table, operation.index, &mut held);
            held
        });
        let operations = operations.collect();
        let mut open_rows = table.rows().filter_map(|row| Some((row, row.state.open()?)));
        let open: Vec<_> = open_rows
            .by_ref()
            .take(limits.open)
            .map(|(row, state)| open_clause(contract, &row, state, redactor))
            .collect();
        let mut gaps = gaps(table, trial);
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

    /// Adds the cases that alone meet clauses, those that meet only clauses that others meet too, and the clauses of each.
    ///
    /// Clauses that would disclose a redacted value are left out.
    pub(crate) fn add_cases(&mut self, run: &RunCoverage<'_>, table: &ClauseTable<'_>, redactor: &Redactor) {
        let RunCoverage { contract, suite, coverage, evidence, sent } = run;
        let limits = SummaryLimits::RECORD;
        let mut alone: BTreeMap<&str, MetAlone> = BTreeMap::new();
        for (operation, own) in contract.clauses().operations().iter().enumerate() {
            for (id, entry) in own.ids().zip(own.entries()) {
                let MetBy::One(case) = coverage.met_by(operation, id) else { continue };
                if table.shown(operation, id) != State::Met {
                    continue;
                }
                let held =
                    alone.entry(case).or_insert_with(|| MetAlone { case: redactor.text(case), ..MetAlone::default() });
                match held.clauses.len() < limits.clauses {
                    true => held.clauses.push(redactor.text(&entry.clause.to_string())),
                    false => held.left_out += 1,
                }
            }
        }
        let (held, cases_left_out) = coverage.cases();
        let meeting: HashSet<&str> = held.iter().map(|held| held.case.as_str()).collect();
        let meets_any = |id: &str| cases_left_out > 0 || meeting.contains(id);
        let cases = suite.stories.iter().flat_map(|story| story.every()).filter(|case| case.role == Role::Case);
        for case in cases.filter(|case| sent.contains(&case.id) && meets_any(&case.id)) {
            match alone.remove(case.id.as_str()) {
                Some(held) if self.alone.len() < limits.cases => self.alone.push(held),
                Some(_) => self.alone_left_out += 1,
                None if self.redundant.len() < limits.cases => self.redundant.push(redactor.text(&case.id)),
                None => self.redundant_left_out += 1,
            }
        }
        let of_case = |held: &CaseTally| CaseClauses {
            case: redactor.text(&held.case),
            operations: held
                .operations
                .iter()
                .map(|(operation, met)| (*operation, evidence.encode_shown(*operation, met)))
                .collect(),
        };
        // Cases end in another order each time.
        let order = suite.stories.iter().flat_map(|story| story.every()).enumerate();
        let order: HashMap<&str, usize> = order.map(|(at, case)| (case.id.as_str(), at)).collect();
        let mut held: Vec<_> = held.iter().collect();
        held.sort_by_key(|held| order.get(held.case.as_str()));
        (self.cases, self.cases_left_out) = (held.into_iter().map(of_case).collect(), cases_left_out);
    }
}

/// Adds the counts of an operation by group.
fn add_counts(table: &ClauseTable<'_>, operation: usize, into: &mut OperationClauses) {
    for row in table.rows_of(operation) {
        let counts = into.groups.entry(row.entry.group.name().to_owned()).or_default();
        match row.state {
            ClauseState::Met => counts.met += 1,
            ClauseState::Contradicted => counts.contradicted += 1,
            ClauseState::Unmet => counts.unmet += 1,
            ClauseState::Excluded => counts.excluded += 1,
            ClauseState::Impossible => counts.impossible += 1,
            ClauseState::Withheld => counts.withheld += 1,
        }
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
