//! `signoff coverage`: shows which clauses of the contract the cases of one or several runs met, and what is missing.

use std::io::{Read, Write};

use crate::contract::Contract;
use crate::problem::Problem;
use crate::project::coverage::{CoverageSettings, known_clause, unknown_operation};
use crate::project::settings::Settings;
use crate::record::clauses::{
    ClauseRow, ClauseState, ClauseSurvey, ClauseTable, Evidence, Gates, SummaryLimits, SurveyedRun,
};
use crate::record::{ClauseCoverage, Head, Redactor, Rules, read_head};
use crate::report::coverage as format;

use super::args::{Coverage, CoverageFormat};
use super::exit::Exit;
use super::record_file::RecordFile;
use super::session::{Failure, Session};

/// Maximum size of the head of a record, in bytes.
const MAX_HEAD: u64 = 64 << 20;

/// A run whose record was read.
struct Run {
    file: String,
    head: Head,
    coverage: ClauseCoverage,
    evidence: Evidence,
}

/// Prints clause coverage.
pub(super) fn run(args: &Coverage, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let runs = runs(args, session)?;
    let settings = Settings::load(args.overrides(&session.global))?;
    let contract = settings.contract()?;
    agree(&runs, &contract)?;
    let configured = CoverageSettings::resolve(&settings, &contract)?;
    let clause = args.clause.as_deref().map(|text| known_clause(text, &contract)).transpose()?;
    let operations = operations(args, &contract)?;
    gates_of_one_target(args, &runs)?;

    let mut evidence = Evidence::default();
    runs.iter().for_each(|run| evidence.add(&run.evidence));
    let table = ClauseTable::new(&contract, &configured.rules, &evidence);
    let redactor = Redactor::new(&session.secrets, Rules::default());
    let mut coverage = ClauseCoverage::new(&table, &evidence, SummaryLimits::NONE, &redactor);
    if let [only] = runs.as_slice() {
        coverage.take_cases(&only.coverage);
    }
    let gates = Gates { min: args.min_coverage.clone(), ratchet: false };
    let judged = gates.judge(&coverage, None);
    coverage.missed = judged.missed;
    let mut survey = survey(&table, coverage, &runs);
    survey.retain(|name, group| {
        (args.groups.is_empty() || args.groups.iter().any(|chosen| chosen.name() == group))
            && (operations.is_empty() || operations.iter().any(|chosen| chosen == name))
    });
    let text = match (&clause, args.format.unwrap_or_default()) {
        (Some(clause), CoverageFormat::Text) => {
            let name = clause.to_string();
            match survey.clauses.iter_mut().find(|held| held.clause == name) {
                Some(found) => {
                    found.add_case(&contract);
                    format::clause(found, &session.out_style)
                }
                None => String::new(),
            }
        }
        (clause, chosen) => {
            if let Some(clause) = clause.as_ref().map(ToString::to_string) {
                survey.clauses.retain(|held| held.clause == clause);
            }
            match chosen {
                CoverageFormat::Text => format::text(&survey, args.unmet, &session.out_style),
                CoverageFormat::Json => format::json(&survey),
                CoverageFormat::Markdown => format::markdown(&survey),
            }
        }
    };
    session.out.write_all(text.as_bytes())?;
    let missed = survey.coverage.missed.iter().map(Problem::new);
    let notes = judged.notes.iter().map(|note| Problem::new(note).as_warning());
    let problems: Vec<_> = missed.chain(notes).collect();
    session.print_problems(&problems)?;
    Ok(if survey.coverage.missed.is_empty() { Exit::Passed } else { Exit::Failed })
}

/// Reads the records.
fn runs(args: &Coverage, session: &Session<'_>) -> Result<Vec<Run>, Vec<Problem>> {
    let files = match args.from.as_slice() {
        [] => vec![RecordFile::find(None, session)?],
        files => files.iter().map(|file| RecordFile::find(Some(file), session)).collect::<Result<_, _>>()?,
    };
    let read = |record: &RecordFile| {
        let head = read_head(record.open()?.take(MAX_HEAD)).map_err(|why| record.invalid(why))?;
        let coverage = head.clauses.clone().ok_or_else(|| {
            let why = "the record has no clause coverage: it is of an older version, or its document has no clauses";
            record.invalid(why.to_owned()).help("run the cases again with this version of signoff")
        })?;
        let evidence = Evidence::from_record(&coverage).map_err(|why| record.invalid(why))?;
        Ok(Run { file: record.name().to_owned(), head, coverage, evidence })
    };
    files.iter().map(read).collect::<Result<_, Problem>>().map_err(|problem| vec![problem])
}

/// Refuses records of another document, or of documents that differ from each other.
fn agree(runs: &[Run], contract: &Contract) -> Result<(), Problem> {
    let describe = |head: &Head| {
        format!("{} {} (SHA-256 {})", head.contract.file, head.contract.version, short(&head.contract.sha256))
    };
    let mut pairs = runs.windows(2);
    if let Some([a, b]) = pairs.find(|pair| {
        pair[0].coverage.sha256 != pair[1].coverage.sha256
            || pair[0].head.contract.sha256 != pair[1].head.contract.sha256
    }) {
        let message = format!(
            "the records are of different documents: {} of {}, {} of {}",
            a.file,
            describe(&a.head),
            b.file,
            describe(&b.head)
        );
        return Err(Problem::new(message).help("name only records of the same document and overlays"));
    }
    match runs.first().filter(|run| run.coverage.sha256 != contract.clauses().digest()) {
        Some(run) => {
            let document = contract.documents.first().map(|document| document.name().to_string()).unwrap_or_default();
            let message = format!(
                "{} is of another document: {}, but the project has {document} {} (SHA-256 {})",
                run.file,
                describe(&run.head),
                contract.version,
                short(&contract.sha256)
            );
            Err(Problem::new(message)
                .help("run the cases again, or name the document of the record with --spec and --overlay"))
        }
        None => Ok(()),
    }
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

fn survey(table: &ClauseTable<'_>, coverage: ClauseCoverage, runs: &[Run]) -> ClauseSurvey {
    let rules = crate::record::clauses::ClauseRules::default();
    let tables: Vec<_> = runs.iter().map(|run| ClauseTable::new(table.contract, &rules, &run.evidence)).collect();
    let met_on = |row: &ClauseRow<'_>| {
        let met = runs.iter().zip(&tables).filter(|(_, table)| table.state(row.operation, row.id) == ClauseState::Met);
        let mut targets: Vec<String> = met.map(|(run, _)| run.head.target.name.clone()).collect();
        targets.dedup();
        targets
    };
    let surveyed = runs.iter().map(|run| SurveyedRun {
        file: run.file.clone(),
        target: run.head.target.name.clone(),
        started: run.head.started.clone(),
    });
    let mut survey = ClauseSurvey::new(table, coverage, surveyed.collect(), met_on);
    survey.add_only_cases(runs.iter().map(|run| &run.coverage));
    survey
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
