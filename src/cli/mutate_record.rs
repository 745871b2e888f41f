//! Adds the result of `signoff mutate` to the record of the last run with the same inputs, and renders its reports again.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::contract::Contract;
use crate::input_file;
use crate::mutate::{Counts, Family, Measured, MutantResult, State, Unnoticed, sentence, unnoticed};
use crate::problem::reason;
use crate::project::config_file::canonical;
use crate::project::resolved_run::ResolvedRun;
use crate::record::{
    ContractUsed, FaultCounts, FaultGroup, InputFile, Inputs, Mutation, NotReached, Place, Redactor, StoredRecord,
    Survivor, instant, redacted_inputs,
};
use crate::report::Suites;
use crate::report::formats as table;
use crate::report::write::{self, ReportOptions};

use super::session::Session;

/// Maximum number of survivors in the record, and of entries that are not reached.
const MAX_SURVIVORS: usize = 500;

/// Maximum number of operations in the record.
const MAX_OPERATIONS: usize = 2_000;

/// The record that a run writes.
const RECORD: &str = "record.json";

/// The page that shows it.
const PAGE: &str = "index.html";

/// Facts of a measurement that its result does not show.
pub(super) struct Facts {
    /// When it began, RFC 3339.
    pub started: String,
    /// Random seed.
    pub seed: u64,
    /// Name of the target.
    pub target: String,
    /// Whether it is a mock.
    pub mock: bool,
    /// Digests of the input files.
    pub inputs: Inputs,
    /// Digests of the mock rules.
    pub rules: Vec<InputFile>,
}

impl Facts {
    /// The facts of a measurement of `resolved`, with the files of the mock rules.
    pub(super) fn new(resolved: &ResolvedRun, rules: &[PathBuf], redactor: &Redactor) -> Self {
        let root = &resolved.settings.file.root;
        let digest = |file: &PathBuf| {
            let bytes = std::fs::read(root.join(file)).ok()?;
            Some(InputFile::new(redactor.text(&file.to_string_lossy()), &bytes))
        };
        Self {
            started: instant(resolved.start.at),
            seed: resolved.start.seed,
            target: resolved.chosen.name.clone(),
            mock: resolved.chosen.is_mock(),
            inputs: redacted_inputs(resolved.input_files(), redactor),
            rules: rules.iter().filter_map(digest).collect(),
        }
    }
}

/// Prints that the measurement was added to the reports of `resolved`, or why it was not.
pub(super) fn report(
    (measured, is_whole): (&Measured, bool),
    resolved: &ResolvedRun,
    facts: Facts,
    session: &mut Session<'_>,
    redactor: &Redactor,
) -> io::Result<()> {
    let folder = resolved.settings.reports();
    let directory = canonical(&session.directory()).unwrap_or_default();
    let shown = canonical(&folder)
        .map_or(folder.clone(), |folder| folder.strip_prefix(&directory).map_or(folder.clone(), Path::to_owned));
    let shown = shown.join(PAGE).display().to_string();
    let contract = &resolved.project.contract;
    let added = match is_whole {
        true => add(&folder, contract, mutation(measured, contract, facts, redactor)),
        false => Err("only a part of the faults was tried".to_owned()),
    };
    if session.global.quiet {
        return Ok(());
    }
    match added {
        Ok(()) => writeln!(session.err, "added to {}", redactor.text(&shown)),
        Err(why) => writeln!(session.err, "not added to {}: {}", redactor.text(&shown), redactor.text(&why)),
    }
}

/// The measurement as a part of the record, redacted.
fn mutation(measured: &Measured, contract: &Contract, facts: Facts, redactor: &Redactor) -> Mutation {
    let Facts { started, seed, target, mock, inputs, rules } = facts;
    let family = |family: Family| FaultGroup {
        name: family.word().to_owned(),
        counts: counts(measured.counts_of(|mutant| mutant.family == family)),
    };
    let operations = contract.operations.iter().filter_map(|operation| {
        let counts = counts(measured.counts_of(|mutant| mutant.operation == operation.index));
        (counts.tried > 0).then(|| FaultGroup { name: operation.name.clone(), counts })
    });
    let (mut all, mut not_reached) = (Vec::new(), Vec::new());
    for item in unnoticed(measured) {
        match item {
            Unnoticed::Mutant(mutant) if mutant.state == State::Survived => all.push(mutant),
            item => not_reached.push(NotReached {
                operation: name(item.operation(), contract),
                sentence: redactor.text(&item.sentence()),
                faults: item.faults() as u64,
            }),
        }
    }
    not_reached.truncate(MAX_SURVIVORS);
    let survivors = all.iter().take(MAX_SURVIVORS).map(|mutant| survivor(mutant, contract, redactor)).collect();
    Mutation {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started,
        seed,
        target: redactor.text(&target),
        mock,
        inputs,
        rules,
        cases: measured.cases.len() as u64,
        counts: counts(measured.counts(None)),
        not_tried: measured.left_out as u64,
        undeclared: measured.undeclared as u64,
        families: [Family::Response, Family::Behaviour].into_iter().map(family).collect(),
        operations: operations.take(MAX_OPERATIONS).collect(),
        survivors,
        survivors_left_out: all.len().saturating_sub(MAX_SURVIVORS) as u64,
        not_reached,
    }
}

fn counts(counts: Counts) -> FaultCounts {
    let Counts { tried, killed, errored, timed_out, survived, not_reached, limits, unspecified, excluded, .. } = counts;
    FaultCounts {
        tried: tried as u64,
        killed: killed as u64,
        errored: errored as u64,
        timed_out: timed_out as u64,
        survived: survived as u64,
        not_reached: not_reached as u64,
        limits: limits as u64,
        unspecified: unspecified as u64,
        excluded: excluded as u64,
    }
}

fn survivor(mutant: &MutantResult, contract: &Contract, redactor: &Redactor) -> Survivor {
    let lines = mutant.kill.iter().flat_map(|kill| kill.lines());
    Survivor {
        operation: name(mutant.operation, contract),
        operator: mutant.operator.to_owned(),
        sentence: redactor.text(&sentence(mutant)),
        limit: mutant.is_limit(),
        place: mutant.anchor.as_ref().map(|anchor| Place::from(&contract.place(anchor))),
        case: mutant.kill.as_ref().map(|kill| redactor.text(&kill.case)),
        expect: lines.map(|line| redactor.text(&line)).collect(),
        no_suggestion: mutant.no_suggestion.filter(|_| mutant.kill.is_none()).map(|reason| reason.text().to_owned()),
    }
}

fn name(operation: usize, contract: &Contract) -> String {
    contract.operations.get(operation).map(|operation| operation.name.clone()).unwrap_or_default()
}

/// Adds the measurement to the record in `folder` and renders its reports again. An error is the reason why it was not added.
fn add(folder: &Path, contract: &Contract, mutation: Mutation) -> Result<(), String> {
    let path = folder.join(RECORD);
    let read = || input_file::open(&path).and_then(io::read_to_string);
    if !path.is_file() {
        return Err(format!("there is no {RECORD}; `signoff run` writes it"));
    }
    let text = read().map_err(|error| format!("cannot read {RECORD}: {}", reason(&error)))?;
    let mut stored = StoredRecord::read(&text).map_err(|why| format!("cannot read {RECORD}: {why}"))?;
    if let Some(what) = difference(&stored, contract, &mutation.inputs) {
        return Err(format!("its run had another {what}"));
    }
    if stored.head.interrupted {
        return Err("its run was interrupted".to_owned());
    }
    stored.head.mutation = Some(mutation);
    let entries = stored.entries().map(|entry| entry.map(Cow::Owned));
    let options = ReportOptions { formats: table::defaults_and(&[]), suites: Suites::default(), remove_others: false };
    // A run that has ended meanwhile has written a record of its own.
    let is_current = || read().is_ok_and(|now| now == text);
    match write::write_if(folder, &stored.head, entries, &options, &is_current) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(format!("another run has written {RECORD} meanwhile")),
        Err(error) => Err(error.to_string()),
    }
}

/// The first kind of input in which the run of the record differs.
fn difference(stored: &StoredRecord<'_>, contract: &Contract, inputs: &Inputs) -> Option<&'static str> {
    let run = &stored.head.inputs;
    let is_document = stored.head.contract.sha256 == ContractUsed::new(contract).sha256;
    [
        (is_document && run.document == inputs.document, "document"),
        (run.overlays == inputs.overlays, "overlay"),
        (run.cases == inputs.cases, "set of cases"),
        (run.configuration == inputs.configuration, "configuration"),
        // Faults that the run would not notice are noticed by the measurement, or the other way round.
        (run.severity == inputs.severity, "set of severities"),
        (run.waivers == inputs.waivers, "set of waivers"),
        // The record would show values that its run redacts.
        (run.redact == inputs.redact, "set of redacted names"),
    ]
    .into_iter()
    .find_map(|(is_same, what)| (!is_same).then_some(what))
}
