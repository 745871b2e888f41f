//! Cases for the clauses that are not met, of which several share a case where one case meets them.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use crate::case::format::{WholeCase, WholeFile};
use crate::case::write::render;
use crate::contract::StatusKey;
use crate::contract::clause::{ClauseId, Entry, Verb};
use crate::coverage::{BitSet, is_refusal};
use crate::generate::clause_case::CaseBuilder;

use super::super::redact::Redactor;
use super::stub::{MAX_CASE, name};
use super::table::{ClauseRow, ClauseState, ClauseTable};

/// Maximum number of cases.
const MAX_CASES: usize = 500;

/// Maximum number of requests that are generated and validated.
const MAX_REQUESTS: u64 = 10_000;

/// Maximum number of clauses in `covers` of a case; it meets further ones all the same.
const MAX_COVERS: usize = 20;

/// What a case shows on the mock.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// Why it does not pass, or does not meet the clauses that it covers.
    pub failure: Option<String>,
    /// The clauses that it meets, by index of the operation.
    pub met: BTreeMap<usize, BitSet>,
}

/// Why a clause has no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NoCase {
    /// No generated request meets it.
    NotGenerated,
    /// The mock responds otherwise.
    Response,
    /// The file of the case is too long.
    TooLong,
    /// The case has a redacted value.
    Redacted,
    /// The limits are reached.
    Limit,
}

/// A case for clauses that are not met.
#[derive(Debug)]
pub(crate) struct SuggestedCase {
    /// The case.
    pub case: WholeCase,
    /// Index of its operation.
    pub operation: usize,
    /// Why it is not run on the mock.
    pub note: Option<String>,
}

/// Cases for the clauses that are not met.
#[derive(Debug, Default)]
pub(crate) struct Suggestions {
    /// The cases, in document order.
    pub cases: Vec<SuggestedCase>,
    /// Number of clauses without a case.
    pub without: BTreeMap<NoCase, u64>,
}

impl NoCase {
    /// The reason in a sentence.
    pub(crate) fn text(self) -> String {
        match self {
            Self::NotGenerated => "no generated request was verified to meet the clause".to_owned(),
            Self::Response => "the mock does not respond that way, and no request determines the response: a mock \
                               rule can change that"
                .to_owned(),
            Self::TooLong => format!("the case is longer than {} kB", MAX_CASE >> 10),
            Self::Redacted => "the case would have a redacted value".to_owned(),
            Self::Limit => format!(
                "the limit of {MAX_REQUESTS} generated requests or {MAX_CASES} cases is reached: select clauses with \
                 --operation or --group"
            ),
        }
    }
}

impl Suggestions {
    /// Builds cases for the clauses of `table` that are not met and `is_wanted`. `trial` runs a case file with one case on the mock. If
    /// the operation of a refusal was never called, its `calls` gets a case, too: without it, the refusal would stay not met.
    pub(crate) fn new(
        table: &ClauseTable<'_>,
        is_wanted: &dyn Fn(&ClauseRow<'_>) -> bool,
        redactor: &Redactor,
        trial: &dyn Fn(&str) -> Tried,
    ) -> Self {
        let left = Cell::new(MAX_REQUESTS);
        let mut search = Search {
            table,
            redactor,
            trial,
            left,
            received: BTreeMap::new(),
            names: HashSet::new(),
            found: Self::default(),
        };
        (0..table.contract.operations.len()).for_each(|operation| search.operation(operation, is_wanted));
        search.found
    }

    /// The case file; empty without cases. `mock` is the name of the target that cases with a note are not run on.
    pub(crate) fn render(&self, mock: &str) -> String {
        Self::render_cases(self.cases.iter(), mock)
    }

    /// The case file of some of the cases; see [`Suggestions::render`].
    pub(crate) fn render_cases<'s>(cases: impl Iterator<Item = &'s SuggestedCase>, mock: &str) -> String {
        let mut text = String::new();
        for SuggestedCase { case, note, .. } in cases {
            let not_on = note.iter().map(|_| mock.to_owned()).collect();
            let rendered = render_case(WholeCase { not_on, ..case.clone() });
            if let Some(note) = note {
                let _ = writeln!(text, "# not for the target {mock}, on which {note}");
            }
            text += rendered.strip_prefix("cases:\n").unwrap_or_default();
        }
        if text.is_empty() {
            text
        } else {
            format!("story: Clauses of the contract that no other case meets\ncases:\n{text}")
        }
    }
}

fn render_case(case: WholeCase) -> String {
    render(&WholeFile { cases: vec![case], ..WholeFile::default() }).unwrap_or_default()
}

/// Builds the cases of one operation after the other.
struct Search<'s> {
    table: &'s ClauseTable<'s>,
    redactor: &'s Redactor,
    trial: &'s dyn Fn(&str) -> Tried,
    /// Number of requests that may still be generated.
    left: Cell<u64>,
    /// What the case for a response with that status meets; the request is the same for all clauses about it.
    received: BTreeMap<StatusKey, BitSet>,
    /// Names of cases.
    names: HashSet<String>,
    found: Suggestions,
}

impl Search<'_> {
    fn operation(&mut self, operation: usize, is_wanted: &dyn Fn(&ClauseRow<'_>) -> bool) {
        let table = self.table;
        let is_unmet = |row: &ClauseRow<'_>| row.state == ClauseState::Unmet;
        let unmet: Vec<_> = table.rows_of(operation).filter(is_unmet).collect();
        let mut wanted: Vec<_> = unmet.iter().filter(|row| is_wanted(row)).collect();
        let Some(declared) = table.contract.operations.get(operation).filter(|_| !wanted.is_empty()) else { return };
        let calls = unmet.iter().find(|row| matches!(row.entry.clause.verb, Verb::Calls));
        if let Some(calls) = calls.filter(|calls| wanted.iter().all(|row| row.id != calls.id))
            && wanted.iter().any(|row| is_refusal(&row.entry.clause.verb))
        {
            wanted.insert(0, calls);
        }
        let mut open = BitSet::default();
        for row in &unmet {
            open.insert(row.id.index());
        }
        let mut builder = None;
        self.received.clear();
        for row in wanted {
            if !open.contains(row.id.index()) {
                continue;
            }
            let builder = builder.get_or_insert_with(|| CaseBuilder::new(table.contract, declared));
            match self.case(builder, row, &mut open) {
                Ok(suggested) => self.found.cases.push(suggested),
                Err(why) => *self.found.without.entry(why).or_default() += 1,
            }
        }
    }

    /// Builds the case of one clause, and removes the clauses that it meets from `open`.
    fn case(
        &mut self,
        builder: &CaseBuilder<'_>,
        row: &ClauseRow<'_>,
        open: &mut BitSet,
    ) -> Result<SuggestedCase, NoCase> {
        if self.left.get() == 0 || self.found.cases.len() >= MAX_CASES {
            return Err(NoCase::Limit);
        }
        let status = status(row.entry);
        let known = status.and_then(|status| self.received.get(&status));
        if known.is_some_and(|met| !met.contains(row.id.index())) {
            return Err(NoCase::Response);
        }
        let name = self.unused(name(&row.entry.clause));
        let built = builder.build(row.entry, &name, &self.left);
        let mut case = built.ok_or(if self.left.get() == 0 { NoCase::Limit } else { NoCase::NotGenerated })?;
        let text = render_case(case.clone());
        if text.is_empty() || text.len() > MAX_CASE {
            return Err(NoCase::TooLong);
        }
        let Tried { failure: note, met } = (self.trial)(&text);
        let mut met = met.get(&row.operation).cloned().unwrap_or_default();
        status.into_iter().for_each(|status| drop(self.received.insert(status, met.clone())));
        if note.is_some() && is_response(row.entry) {
            return Err(NoCase::Response);
        }
        if note.is_some() {
            met = BitSet::default();
        }
        met.insert(row.id.index());
        let clauses = &self.table.contract.clauses().operations()[row.operation];
        let is_named = |id: &ClauseId| {
            let is_new = met.contains(id.index()) && open.contains(id.index());
            *id == row.id || is_new && !depends_on_data(clauses.entry(*id))
        };
        let covers: Vec<_> = clauses.ids().filter(is_named).map(|id| clauses.entry(id).clause.to_string()).collect();
        case.covers = covers.into_iter().take(MAX_COVERS).collect::<Vec<_>>().into();
        let text = render_case(case.clone());
        if self.redactor.text(&text) != text {
            return Err(NoCase::Redacted);
        }
        open.remove(&met);
        self.names.insert(name);
        Ok(SuggestedCase { case, operation: row.operation, note })
    }

    /// A name that no other case has: names of long locations are cut.
    fn unused(&self, name: String) -> String {
        let numbered = (2..).map(|number: u32| format!("{name} ({number})"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names.find(|name| !self.names.contains(name)).unwrap_or_default()
    }
}

/// The status of the response that the clause is about, if the request depends on nothing else.
fn status(entry: &Entry) -> Option<StatusKey> {
    match entry.clause.verb {
        Verb::Receives(status) | Verb::ReceivesHeader(status, _) | Verb::ReceivesAt(status, ..) => Some(status),
        _ => None,
    }
}

fn is_response(entry: &Entry) -> bool {
    matches!(entry.clause.verb, Verb::Receives(_)) || depends_on_data(entry)
}

/// Whether the target may respond otherwise to the same request.
fn depends_on_data(entry: &Entry) -> bool {
    matches!(entry.clause.verb, Verb::ReceivesHeader(..) | Verb::ReceivesAt(..) | Verb::ReceivesMediaType(..))
}
