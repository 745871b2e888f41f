//! `signoff report render`: renders the reports of a run from its record.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::problem::{Problem, reason};
use crate::quantity;
use crate::record::{Entry, Head, StoredRecord, Verdict};
use crate::report::formats as table;
use crate::report::terminal::{self, Style};
use crate::report::write::{self, ReportOptions};

use crate::cli::args::{self, JunitSuite, Render, Report};
use crate::cli::exit::Exit;
use crate::cli::output::github::GithubStep;
use crate::cli::output::progress::MAX_DIFFS;
use crate::cli::record_file::RecordFile;
use crate::cli::recorder::unwritable;
use crate::cli::session::{Failure, Session};
use crate::project::config_file::{ConfigFile, canonical};

/// Renders a record. The same version of the program writes the same bytes as the run did.
pub(super) fn run(args: &Report, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let Report::Render(Render { from, reports, formats, junit_suite }) = args;
    let record = RecordFile::find(from.as_deref(), session)?;
    let text = io::read_to_string(record.open()?).map_err(|error| record.invalid(reason(&error)))?;
    let stored = StoredRecord::read(&text).map_err(|why| record.invalid(why))?;
    let folder = match reports {
        Some(folder) => session.directory().join(folder),
        None => record.path.parent().unwrap_or(Path::new("")).to_owned(),
    };
    let wanted = ReportOptions {
        formats: if formats.is_empty() { table::defaults_and(&[]) } else { table::in_order(formats) },
        suites: JunitSuite::suites(*junit_suite),
        remove_others: false,
    };
    session.receive_signals()?;
    let step = GithubStep::begin(&wanted, args::Format::Text, session)?;
    let style = Style { links: root(&stored.head, session), ..session.out_style.clone() };
    // Before the terminal output, which may have to wait for a reader.
    let entries = stored.entries().map(|entry| entry.map(Cow::Owned));
    let unwritten = match write::create_folder(&folder) {
        Ok(()) => write::write(&folder, &stored.head, entries, &wanted).err().map(Problem::from),
        Err(error) => Some(unwritable(&folder, &error)),
    };
    print_failures(&stored, &folder, &style, session)?;
    session.out.write_all(terminal::summary(&stored.head, &style).as_bytes())?;
    session.print_problems(unwritten.as_slice())?;
    if let Some(step) = step {
        step.end(&stored.head, &session.directory(), &folder, session)?;
    }
    Ok(if unwritten.is_some() { Exit::InvalidInput } else { Exit::Passed })
}

/// The directory that links point into: that of the configuration if it contains the record's document. A record does not say where
/// its files are.
fn root(head: &Head, session: &Session<'_>) -> Option<PathBuf> {
    let directory = session.out_links.then(|| canonical(&session.directory()).ok()).flatten()?;
    let root = ConfigFile::load(&directory, session.global.config.as_deref()).ok()?.root;
    root.join(&head.contract.file).is_file().then_some(root)
}

/// Prints the diffs of failing cases; those without a new finding only if there is room for them.
fn print_failures(
    stored: &StoredRecord,
    folder: &Path,
    style: &Style,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let is_reportable = |entry: &Entry| matches!(entry.outcome, Verdict::Failed | Verdict::Errored);
    let (mut room, mut left_out) = (MAX_DIFFS, 0);
    for is_last in [false, true] {
        for entry in stored.entries() {
            let entry = entry?;
            if !is_reportable(&entry) || entry.is_known() != is_last {
                continue;
            }
            match room.checked_sub(1) {
                Some(rest) => room = rest,
                None => {
                    left_out += 1;
                    continue;
                }
            }
            writeln!(session.out, "{}", terminal::entry(&entry, style))?;
        }
        if stored.head.baseline.is_none() {
            break;
        }
    }
    if left_out > 0 {
        let more = quantity::count(left_out, "more failing case");
        writeln!(session.out, "… {more}: see {}\n", folder.display())?;
    }
    Ok(())
}
