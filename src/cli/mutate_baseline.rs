//! `signoff mutate --baseline`: fails if the cases no longer notice a fault that they noticed in an earlier measurement.

use std::io::{Read, Write};
use std::path::Path;

use crate::diff::{shorten, visible};
use crate::input_file;
use crate::mutate::baseline::{self, Comparison, Inputs, LostFault, Report};
use crate::problem::{Problem, reason};
use crate::project::resolved_run::ResolvedRun;
use crate::quantity::count;

use super::args::Mutate;
use super::exit::Exit;
use super::session::{Failure, Session};

/// Number of faults that are listed.
const LISTED: usize = 20;

/// Maximum length of what a line shows of the file, in characters.
const LENGTH: usize = 300;

/// Maximum size of the report of an earlier measurement, in bytes.
const MAX_SIZE: u64 = 256 << 20;

/// The report of an earlier measurement.
pub(super) struct EarlierReport {
    /// The name of its file, as it was given.
    name: String,
    report: Report,
}

impl EarlierReport {
    /// Reads the report that `args` name, if they name one. `written` is the report that this measurement writes. Errors: the file cannot be
    /// read, is too large, not such a report or one of other inputs, or would be overwritten; or the arguments leave out cases.
    pub(super) fn read(args: &Mutate, resolved: &ResolvedRun, written: &Path) -> Result<Option<Self>, Problem> {
        let Some(file) = &args.baseline else { return Ok(None) };
        let name = visible(&file.display().to_string()).into_owned();
        if !(args.selection.names.is_empty() && args.selection.tags.is_empty()) {
            let problem = Problem::new("--baseline needs all cases: those that are left out may notice a fault");
            return Err(problem.help("select faults instead, with --operation, --operator, --in-diff or --shard"));
        }
        let settings = &resolved.settings;
        let path = settings.absolute(settings.relative_to_root(file));
        let canonical = |path: &Path| path.canonicalize().ok();
        if canonical(&path).is_some_and(|path| canonical(written) == Some(path)) {
            let problem = Problem::new(format!("--baseline {name}: this measurement would overwrite the file"));
            return Err(problem.help("copy it, or write the report into another directory with --reports"));
        }
        let contract = &resolved.project.contract;
        let now = Inputs {
            document: contract.documents.first().map(|document| document.name().to_string()).unwrap_or_default(),
            operations: contract.operations.iter().map(|operation| operation.name.as_str()).collect(),
            recorded_from: Some(resolved.chosen.name.as_str()).filter(|_| !resolved.chosen.is_mock()),
        };
        let report = text(&path).and_then(|text| baseline::parse(&text));
        let checked = report.and_then(|report| baseline::check(&report, &now).map(|()| report));
        let report = checked.map_err(|message| cannot_compare(&name, &message))?;
        Ok(Some(Self { name, report }))
    }

    /// Compares the measurement whose report is `json` with the earlier one, and prints the faults that are no longer noticed.
    pub(super) fn judge(&self, json: &str, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let now = baseline::parse(json.as_bytes()).map_err(|message| cannot_compare(&self.name, &message))?;
        let Comparison { lost, compared, not_tried } = &baseline::compare(&self.report, &now);
        if lost.is_empty() {
            if !session.global.quiet {
                let faults = count(*compared as u64, "fault");
                let not_tried = match not_tried {
                    0 => String::new(),
                    number => format!(" ({number} more were not tried now)"),
                };
                writeln!(session.err, "baseline: {faults} that were noticed still are{not_tried}")?;
            }
            return Ok(Exit::Passed);
        }
        let problem = Problem::new(message(&self.name, lost, *not_tried));
        let help = "let a case expect what it expected before, or exclude the fault with a reason (`mutate.exclude`)";
        session.print_problems(&[problem.help(help)])?;
        Ok(Exit::Failed)
    }
}

fn cannot_compare(name: &str, message: &str) -> Problem {
    let message = visible(&shorten(message, LENGTH)).into_owned();
    let problem = Problem::new(format!("cannot compare with {name}: {message}"));
    problem.help("`signoff mutate --format json` writes the file, at the revision to compare with")
}

/// The content of the file; an error is a reason.
fn text(path: &Path) -> Result<Vec<u8>, String> {
    let file = input_file::open(path).map_err(|error| reason(&error))?;
    let size = file.metadata().map_err(|error| reason(&error))?.len();
    if size > MAX_SIZE {
        return Err(format!("it is larger than {} MB", MAX_SIZE >> 20));
    }
    let mut text = Vec::new();
    file.take(MAX_SIZE).read_to_end(&mut text).map_err(|error| reason(&error))?;
    Ok(text)
}

/// One line per fault after the first line.
fn message(name: &str, lost: &[LostFault], not_tried: usize) -> String {
    let faults = count(lost.len() as u64, "fault");
    let (were, are) = if lost.len() == 1 { ("was", "is") } else { ("were", "are") };
    let mut lines = vec![format!("--baseline {name}: {faults} that {were} noticed {are} not noticed now")];
    for LostFault { change, operator, place, noticed_by, is_unreached } in lost.iter().take(LISTED) {
        let by = match noticed_by.is_empty() {
            true => String::new(),
            false => format!(", noticed before by {}", shorten(&noticed_by.join(", "), LENGTH)),
        };
        let why = if *is_unreached { ", reached by no case now" } else { "" };
        lines.push(format!("  {}", visible(&format!("{change} [{operator}] ({place}){by}{why}"))));
    }
    if lost.len() > LISTED {
        lines.push(format!("  and {} more", lost.len() - LISTED));
    }
    if not_tried > 0 {
        lines.push(format!("  not compared: {} of the file, not tried now", count(not_tried as u64, "noticed fault")));
    }
    lines.join("\n")
}
