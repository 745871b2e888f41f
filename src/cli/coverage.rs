//! `signoff coverage`: shows which clauses of the contract the cases of one or several runs met, and what is missing.

use std::io::{Read, Write};
use std::sync::Arc;

use crate::contract::Contract;
use crate::problem::Problem;
use crate::project::coverage::{CoverageSettings, known_clause, unknown_operation};
use crate::project::mock_trial::MockTrial;
use crate::project::settings::Settings;
use crate::record::clauses::{
    CaseIndex, ClauseRow, ClauseState, ClauseSurvey, ClauseTable, Evidence, Gates, RowFacts, SummaryLimits,
    SurveyedRun, Trial,
};
use crate::record::{ClauseCoverage, Head, NewlyUncovered, Redactor, Rules, Summary, read_head};
use crate::report::coverage as format;

use super::args::{Coverage, CoverageFormat};
use super::coverage_suggestions;
use super::exit::Exit;
use super::record_file::RecordFile;
use super::session::{Failure, Session};

/// Maximum number of cases that JSON lists per clause.
const MAX_CASES: usize = 20;

/// Maximum size of the head of a record, in bytes.
const MAX_HEAD: u64 = 64 << 20;

/// A run whose record was read.
struct Run {
    file: RecordFile,
    head: Head,
    coverage: ClauseCoverage,
}

/// What the runs on one target showed.
struct OnTarget {
    target: String,
    evidence: Evidence,
}

/// Prints clause coverage.
pub(super) fn run(args: &Coverage, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let runs = runs(args, session)?;
    let settings = Settings::load(args.overrides(&session.global))?;
    let contract = Arc::new(settings.contract()?);
    let mock = MockTrial::new(&settings, &contract, session.env);
    let trial = |text: &str| mock.failure(text);
    agree(&runs, &contract)?;
    let by_target = by_target(&runs, &contract)?;
    let configured = CoverageSettings::resolve(&settings, &contract)?;
    let clause = args.clause.as_deref().map(|text| known_clause(text, &contract)).transpose()?;
    let operations = operations(args, &contract)?;
    gates_of_one_target(args, &runs)?;

    let mut evidence = Evidence::default();
    by_target.iter().for_each(|on| evidence.add(&on.evidence));
    let table = ClauseTable::new(&contract, &configured.rules, &evidence);
    let new = args.new.then(|| newly_uncovered(&runs)).transpose()?;
    if args.suggest {
        let clause = clause.as_ref().map(ToString::to_string);
        let wanted =
            coverage_suggestions::Wanted { table: &table, operations: &operations, clause, new: new.as_deref() };
        return coverage_suggestions::print(args, &wanted, (&settings, &contract), session);
    }
    let redactor = Redactor::new(&session.secrets, Rules::default());
    let shows_gaps = clause.is_none() && (args.format.is_some() || !(args.unmet || args.new));
    let of_gaps = shows_gaps.then_some(&trial as Trial<'_>);
    let mut coverage = ClauseCoverage::new(&table, &evidence, SummaryLimits::NONE, &redactor, of_gaps);
    coverage.take_cases(&runs.iter().map(|run| &run.coverage).collect::<Vec<_>>());
    let gates = Gates { min: args.min_coverage.clone(), ratchet: false };
    let judged = gates.judge(&coverage, None);
    coverage.missed = judged.missed;
    coverage.newly_uncovered.extend(runs.iter().flat_map(|run| &run.coverage.newly_uncovered).cloned());
    let mut survey = survey(&table, coverage, &runs, &by_target, args.clause.is_some());
    survey.retain(|name, group| {
        (args.groups.is_empty() || args.groups.iter().any(|chosen| chosen.name() == group))
            && (operations.is_empty() || operations.iter().any(|chosen| chosen == name))
    });
    if let Some(clause) = clause.as_ref().map(ToString::to_string) {
        survey.clauses.retain(|held| held.clause == clause);
        survey.clauses.iter_mut().for_each(|only| only.add_case(&contract, &trial));
    }
    if let Some(new) = &new {
        survey.retain_clauses(|clause| new.iter().any(|new| new.clause == clause));
    }
    let if_empty = match (args.unmet, args.new) {
        (true, _) => Some("all clauses are met"),
        (_, true) => Some("no clause is newly uncovered"),
        _ => None,
    };
    let text = match args.format.unwrap_or_default() {
        CoverageFormat::Text if clause.is_some() => format::clause(&survey, &session.out_style),
        CoverageFormat::Text => format::text(&survey, if_empty, &session.out_style),
        CoverageFormat::Json => format::json(&survey),
        CoverageFormat::Markdown => format::markdown(&survey),
    };
    session.out.write_all(text.as_bytes())?;
    let missed = survey.coverage.missed.iter().map(Problem::new);
    let notes = judged.notes.iter().map(|note| Problem::new(note).as_warning());
    let problems: Vec<_> = missed.chain(notes).chain(runs.iter().filter_map(incomplete)).collect();
    session.print_problems(&problems)?;
    Ok(if survey.coverage.missed.is_empty() { Exit::Passed } else { Exit::Failed })
}

/// The clauses that the baselines of the runs do not accept.
fn newly_uncovered(runs: &[Run]) -> Result<Vec<NewlyUncovered>, Problem> {
    if let Some(run) = runs.iter().find(|run| run.head.baseline.is_none()) {
        let message = format!("the run of {} was compared with no baseline", run.file.name());
        let help = "the first run stores the baseline that later ones are compared with: see docs/coverage.md";
        return Err(Problem::new(message).help(help));
    }
    Ok(runs.iter().flat_map(|run| &run.coverage.newly_uncovered).cloned().collect())
}

/// A warning if a run did not send every case: clauses that only the others meet are no gaps of the suite.
fn incomplete(run: &Run) -> Option<Problem> {
    let Summary { cases, not_run, .. } = run.head.summary;
    let name = run.file.name();
    let message = match run.head.interrupted {
        true => format!("the run of {name} was interrupted"),
        false if not_run > 0 => {
            format!("the run of {name} left out {not_run} of {} cases", cases.saturating_add(not_run))
        }
        false => return None,
    };
    let help =
        "clauses that only the other cases meet are listed as not met: run all cases, or add their record with --from";
    Some(Problem::new(message).help(help).as_warning())
}

/// Reads the records.
fn runs(args: &Coverage, session: &Session<'_>) -> Result<Vec<Run>, Vec<Problem>> {
    let files = match args.from.as_slice() {
        [] => vec![RecordFile::find(None, session)?],
        files => files.iter().map(|file| RecordFile::find(Some(file), session)).collect::<Result<_, _>>()?,
    };
    let read = |file: RecordFile| {
        let head = read_head(file.open()?.take(MAX_HEAD)).map_err(|why| file.invalid(why))?;
        let coverage = head.clauses.clone().ok_or_else(|| {
            let why = "the record has no clause coverage: it is of an older version, or its document has no clauses";
            file.invalid(why.to_owned()).help("run the cases again with this version of signoff")
        })?;
        Ok(Run { file, head, coverage })
    };
    files.into_iter().map(read).collect::<Result<_, Problem>>().map_err(|problem| vec![problem])
}

/// What the runs showed, by target. A refusal counts only with a request that the same target accepted.
fn by_target(runs: &[Run], contract: &Contract) -> Result<Vec<OnTarget>, Problem> {
    let mut found: Vec<OnTarget> = Vec::new();
    for run in runs {
        let evidence = Evidence::from_record(&run.coverage, contract).map_err(|why| run.file.invalid(why))?;
        match found.iter_mut().find(|on| on.target == run.head.target.name) {
            Some(on) => on.evidence.add(&evidence),
            None => found.push(OnTarget { target: run.head.target.name.clone(), evidence }),
        }
    }
    if found.len() > 1 {
        found.iter_mut().for_each(|on| on.evidence.confirm(contract));
    }
    Ok(found)
}

/// Refuses records of another document, or of documents that differ from each other.
fn agree(runs: &[Run], contract: &Contract) -> Result<(), Problem> {
    let differs =
        |a: &Run, b: &Run| a.coverage.sha256 != b.coverage.sha256 || a.head.contract.sha256 != b.head.contract.sha256;
    let mut pairs = runs.windows(2);
    if let Some([a, b]) = pairs.find(|pair| differs(&pair[0], &pair[1])) {
        let is_same_document = a.head.contract.sha256 == b.head.contract.sha256;
        let message = match is_same_document {
            true => format!(
                "the records have different clauses of the same document: {} of {}, {} of {}",
                a.file.name(),
                clauses(&a.coverage.sha256),
                b.file.name(),
                clauses(&b.coverage.sha256)
            ),
            false => format!(
                "the records are of different documents: {} of {}, {} of {}",
                a.file.name(),
                document(&a.head),
                b.file.name(),
                document(&b.head)
            ),
        };
        return Err(
            Problem::new(message).help("name only records of the same document, overlays and version of signoff")
        );
    }
    let digest = contract.clauses().digest();
    let Some(run) = runs.first().filter(|run| run.coverage.sha256 != digest) else { return Ok(()) };
    let file = run.file.name();
    if run.head.contract.sha256 == contract.sha256 {
        let message = format!(
            "{file} has other clauses of the same document: {}, but this project has {}",
            clauses(&run.coverage.sha256),
            clauses(digest)
        );
        let version = &run.head.tool.version;
        let help = format!(
            "run the cases again: the record is of signoff {version} and this is {}, or the record was edited",
            env!("CARGO_PKG_VERSION")
        );
        return Err(Problem::new(message).help(help));
    }
    let name = contract.documents.first().map(|document| document.name().to_string()).unwrap_or_default();
    let message = format!(
        "{file} is of another document: {}, but the project has {name} {} (SHA-256 {})",
        document(&run.head),
        contract.version,
        short(&contract.sha256)
    );
    Err(Problem::new(message).help("run the cases again, or name the document of the record with --spec and --overlay"))
}

fn document(head: &Head) -> String {
    format!("{} {} (SHA-256 {})", head.contract.file, head.contract.version, short(&head.contract.sha256))
}

fn clauses(sha256: &str) -> String {
    format!("clauses with SHA-256 {}", short(sha256))
}

fn short(sha256: &str) -> String {
    sha256.chars().filter(char::is_ascii_alphanumeric).take(12).collect()
}

/// The names of the selected operations.
fn operations(args: &Coverage, contract: &Contract) -> Result<Vec<String>, Vec<Problem>> {
    let (mut names, mut problems) = (Vec::new(), Vec::new());
    for name in &args.operations {
        match contract.operation(name) {
            Some(operation) => names.push(operation.name.clone()),
            None => problems.push(unknown_operation(name, contract)),
        }
    }
    if problems.is_empty() { Ok(names) } else { Err(problems) }
}

/// Refuses gates over records of several targets: one target would meet what another one does not.
fn gates_of_one_target(args: &Coverage, runs: &[Run]) -> Result<(), Problem> {
    let other = |run: &&Run| runs.first().is_some_and(|first| first.head.target.name != run.head.target.name);
    match (args.min_coverage.is_empty(), runs.first(), runs.iter().find(other)) {
        (false, Some(first), Some(other)) => {
            let (first, other) = (&first.head.target.name, &other.head.target.name);
            let message = format!("--min-coverage needs records of one target, found {first} and {other}");
            Err(Problem::new(message).help("apply the gate to the records of each target"))
        }
        _ => Ok(()),
    }
}

/// Every clause. Of a single one that is shown, all cases are named.
fn survey(
    table: &ClauseTable<'_>,
    coverage: ClauseCoverage,
    runs: &[Run],
    by_target: &[OnTarget],
    is_single: bool,
) -> ClauseSurvey {
    let rules = crate::record::clauses::ClauseRules::default();
    let tables: Vec<_> = by_target.iter().map(|on| ClauseTable::new(table.contract, &rules, &on.evidence)).collect();
    let cases = CaseIndex::new(runs.iter().map(|run| &run.coverage));
    let facts = |row: &ClauseRow<'_>| {
        let is_met = |table: &ClauseTable<'_>| table.state(row.operation, row.id) == ClauseState::Met;
        let met = by_target.iter().zip(&tables).filter(|(_, table)| is_met(table));
        let limit = if is_single { usize::MAX } else { MAX_CASES };
        let (met_by, more) = cases.met_by(row.operation, row.id, limit);
        RowFacts { targets: met.map(|(on, _)| on.target.clone()).collect(), met_by, met_by_left_out: more }
    };
    let surveyed = runs.iter().map(|run| SurveyedRun {
        file: run.file.name().to_owned(),
        target: run.head.target.name.clone(),
        started: run.head.started.clone(),
    });
    ClauseSurvey { cases_left_out: cases.left_out, ..ClauseSurvey::new(table, coverage, surveyed.collect(), facts) }
}

#[cfg(test)]
mod tests {
    use crate::contract::clause::{Group, Impossible};

    #[test]
    fn the_documentation_lists_every_group_and_every_proof() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/coverage.md");
        let page = std::fs::read_to_string(page).expect("docs/coverage.md is readable");
        let proofs = Impossible::ALL.map(|proof| format!("| `{}` | {} |", proof.id(), proof.sentence()));
        let groups = Group::ALL.map(|group| format!("| `{group}` |"));
        let missing: Vec<_> = proofs.iter().chain(&groups).filter(|row| !page.contains(row.as_str())).collect();
        assert_eq!(missing, Vec::<&String>::new());
    }
}
