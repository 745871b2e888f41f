//! `signoff coverage --suggest`: prints a case file with cases for the clauses that are not met.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::case::{self, Suite};
use crate::contract::Contract;
use crate::contract::clause::Group;
use crate::coverage::Exclusions;
use crate::project::mock_trial::MockTrial;
use crate::project::settings::Settings;
use crate::quantity::count;
use crate::record::clauses::{ClauseRow, ClauseRules, ClauseState, ClauseTable, Evidence, SuggestedCase, Suggestions};
use crate::record::{NewlyUncovered, Redactor, Rules};

use super::args::Coverage;
use super::exit::Exit;
use super::session::{Failure, Session};

/// Name of the file as which the cases are read.
const FILE: &str = "suggested.yaml";

/// Maximum number of operations of which is tried whether their cases make others fail.
const MAX_OPERATIONS: usize = 20;

/// What is suggested cases for.
pub(super) struct Wanted<'c> {
    /// The clauses with their states.
    pub table: &'c ClauseTable<'c>,
    /// Names of the operations; empty for all.
    pub operations: &'c [String],
    /// The name of the only clause.
    pub clause: Option<String>,
    /// The only clauses, if given.
    pub new: Option<&'c [NewlyUncovered]>,
}

impl Wanted<'_> {
    fn contains(&self, groups: &[Group], row: &ClauseRow<'_>) -> bool {
        let Self { table, operations, clause, new } = self;
        let shown = || row.entry.clause.to_string();
        let name = table.contract.operations.get(row.operation).map(|operation| &operation.name);
        (groups.is_empty() || groups.contains(&row.entry.group))
            && (operations.is_empty() || name.is_some_and(|name| operations.contains(name)))
            && clause.as_ref().is_none_or(|clause| shown() == *clause)
            && new.is_none_or(|new| new.iter().any(|new| new.clause == shown()))
    }
}

/// Prints the case file to the standard output, and the numbers to the standard error.
pub(super) fn print(
    args: &Coverage,
    wanted: &Wanted<'_>,
    (settings, contract): (&Settings, &Arc<Contract>),
    session: &mut Session<'_>,
) -> Result<Exit, Failure> {
    // Problems of the cases are those of `signoff check`.
    let (suite, _) = case::load::load_valid(&settings.file.root, &settings.cases, contract);
    let mock = MockTrial::new(settings, contract, session.env).with_suite(&suite);
    let redactor = Redactor::new(&session.secrets, Rules::default());
    let is_wanted = |row: &ClauseRow<'_>| wanted.contains(&args.groups, row);
    let mut found = Suggestions::new(wanted.table, &is_wanted, &redactor, &|text| mock.tried(text));
    let target = mock.target().unwrap_or_default();
    let project = ProjectCases { root: &settings.file.root, contract, suite: &suite, mock: &mock };
    let before = project.set_apart(&mut found);
    let met = before.map(|before| project.newly_met(wanted.table, &found, before));
    session.out.write_all(found.render(&target).as_bytes())?;
    let err = &mut session.err;
    let (cases, apart) =
        (found.cases.len() as u64, found.cases.iter().filter(|case| case.note.is_some()).count() as u64);
    match cases {
        0 => writeln!(err, "nothing to suggest")?,
        _ => writeln!(err, "{}: add the file to {}", count(cases, "case"), settings.cases.display())?,
    }
    if let (Some(met), 1..) = (met, cases) {
        writeln!(err, "with {} on {target}, {} met", count(cases - apart, "case"), more(met))?;
    }
    if apart > 0 {
        writeln!(err, "{} not run on {target} (`not_on`), with the reason in a comment", count(apart, "case"))?;
    }
    for (why, number) in &found.without {
        writeln!(err, "{} without a case: {}", count(*number, "clause"), why.text())?;
    }
    Ok(Exit::Passed)
}

fn more(number: u64) -> String {
    format!("{} {}", count(number, "more clause"), if number == 1 { "is" } else { "are" })
}

/// The cases of the project, next to which the suggested ones are run.
struct ProjectCases<'p> {
    root: &'p Path,
    contract: &'p Contract,
    suite: &'p Suite,
    mock: &'p MockTrial<'p>,
}

/// What the cases of the project meet on the mock.
struct Before {
    evidence: Evidence,
}

type Failed = BTreeMap<String, String>;

impl ProjectCases<'_> {
    /// Adds a note to the cases that fail after those of the project, or make them fail. Returns what those of the project meet; none
    /// without a mock.
    fn set_apart(&self, found: &mut Suggestions) -> Option<Before> {
        let alone = self.mock.run(&[self.suite])?;
        let evidence = Evidence::of_exchanges(self.contract, &alone.coverage);
        // A case that is set apart may have made others pass.
        for _ in 0..=found.cases.len() {
            let file = self.file(found, |_| true)?;
            let mut failed = self.mock.run(&[self.suite, &file])?.failed;
            failed.extend(self.mock.run(&[&file, self.suite])?.failed);
            let mut is_changed = false;
            for suggested in found.cases.iter_mut().filter(|suggested| suggested.note.is_none()) {
                let why = failed.get(&format!("{FILE}::{}", suggested.case.name));
                suggested.note = why.map(|why| format!("it does not pass next to the other cases: {why}"));
                is_changed |= why.is_some();
            }
            if !is_changed {
                is_changed = self.set_culprits_apart(found, &alone.failed, &failed)?;
            }
            if !is_changed {
                break;
            }
        }
        Some(Before { evidence })
    }

    /// Adds a note to the cases of the operations that make a case of the project fail; returns whether there are any.
    fn set_culprits_apart(&self, found: &mut Suggestions, alone: &Failed, failed: &Failed) -> Option<bool> {
        let newly =
            |failed: &Failed| failed.keys().find(|id| !alone.contains_key(*id) && !id.starts_with(FILE)).cloned();
        let Some(any) = newly(failed) else { return Some(false) };
        let changes = |suggested: &SuggestedCase| suggested.note.is_none() && suggested.case.violates.items.is_empty();
        let operations: BTreeSet<usize> =
            found.cases.iter().filter(|suggested| changes(suggested)).map(|suggested| suggested.operation).collect();
        let mut culprits = BTreeMap::new();
        for operation in operations.iter().copied().take(MAX_OPERATIONS) {
            let file = self.file(found, |suggested| suggested.operation == operation && changes(suggested))?;
            if let Some(id) = newly(&self.mock.run(&[&file, self.suite])?.failed) {
                culprits.insert(operation, id);
            }
        }
        if culprits.is_empty() {
            culprits = operations.into_iter().map(|operation| (operation, any.clone())).collect();
        }
        let mut is_changed = false;
        for suggested in found.cases.iter_mut().filter(|suggested| changes(suggested)) {
            suggested.note = culprits.get(&suggested.operation).map(|id| format!("{id} does not pass next to it"));
            is_changed |= suggested.note.is_some();
        }
        Some(is_changed)
    }

    /// The cases without a note that `keeps` is true of.
    fn file(&self, found: &Suggestions, keeps: impl Fn(&SuggestedCase) -> bool) -> Option<Suite> {
        let kept = found.cases.iter().filter(|suggested| suggested.note.is_none() && keeps(suggested));
        let text = Suggestions::render_cases(kept, "");
        if text.is_empty() {
            return Some(Suite::default());
        }
        case::load::load_text(self.root, Path::new(FILE), text, self.contract).ok()
    }

    /// Number of clauses that are not met in `table` and without the cases of `found`, but with them.
    fn newly_met(&self, table: &ClauseTable<'_>, found: &Suggestions, before: Before) -> u64 {
        let file = self.file(found, |_| true);
        let run = file.and_then(|file| self.mock.run(&[self.suite, &file]));
        let evidence = run.map(|run| Evidence::of_exchanges(self.contract, &run.coverage)).unwrap_or_default();
        let rules = ClauseRules { exclusions: Exclusions::default(), owners: Vec::new() };
        let [before, after] =
            [&before.evidence, &evidence].map(|evidence| ClauseTable::new(self.contract, &rules, evidence));
        let is_met =
            |table: &ClauseTable<'_>, row: &ClauseRow<'_>| table.state(row.operation, row.id) == ClauseState::Met;
        let is_new = |row: &ClauseRow<'_>| {
            matches!(row.state, ClauseState::Unmet | ClauseState::Contradicted)
                && is_met(&after, row)
                && !is_met(&before, row)
        };
        table.rows().filter(is_new).count() as u64
    }
}
