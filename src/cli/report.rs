//! `signoff report render`: the reports of a run again, from its record alone.

use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::problem::Problem;
use crate::record::{Entry, Head, Stored, Verdict};
use crate::report::terminal::{self, Style};
use crate::report::write::{self, ReportOptions};
use crate::report::{formats as table, words};

use crate::cli::args::{self, JunitSuite, Render, Report};
use crate::cli::exit::Exit;
use crate::cli::output::github::Step;
use crate::cli::output::progress::is_known;
use crate::cli::run::MAX_DIFFS;
use crate::cli::session::{Failure, Session};
use crate::project::config::{ConfigFile, canonical};

/// Renders a record; the same version of the program writes the same bytes as the run did.
pub fn run(args: &Report, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let Report::Render(Render { from, reports, formats, junit_suite }) = args;
    let file = session.directory().join(from);
    let wrong = |message: String| Problem::new(format!("cannot render {}: {message}", from.display()));
    let text = fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
    let stored = Stored::read(&text).map_err(wrong)?;
    let folder = match reports {
        Some(folder) => session.directory().join(folder),
        None => file.parent().unwrap_or(Path::new("")).to_owned(),
    };
    let wanted = ReportOptions {
        formats: if formats.is_empty() { table::defaults_and(&[]) } else { table::in_order(formats) },
        suites: JunitSuite::suites(*junit_suite),
        remove_others: false,
    };
    let step = Step::begin(&wanted, args::Format::Text, session)?;
    let style = Style { links: root(&stored.head, session), ..session.out_style.clone() };
    diffs(&stored, &folder, &style, session)?;
    let entries = stored.entries().map(|entry| entry.map(Cow::Owned));
    write::write(&folder, &stored.head, entries, &wanted).map_err(|error| Problem::new(error.to_string()))?;
    session.out.write_all(terminal::summary(&stored.head, &style).as_bytes())?;
    if let Some(step) = step {
        step.end(&stored.head, &session.directory(), &folder, session)?;
    }
    Ok(Exit::Kept)
}

/// The folder that places are links into: the project that is worked in, where the record's contract lies. A record says of no folder
/// where it is.
fn root(head: &Head, session: &Session<'_>) -> Option<PathBuf> {
    let directory = session.out_links.then(|| canonical(&session.directory()).ok()).flatten()?;
    let root = ConfigFile::load(&directory, session.global.config.as_deref()).ok()?.root;
    root.join(&head.contract.file).is_file().then_some(root)
}

/// The diffs of failing cases: those that fail by nothing new where there is room left for them.
fn diffs(stored: &Stored, folder: &Path, style: &Style, session: &mut Session<'_>) -> Result<(), Failure> {
    let is_news = |entry: &Entry| matches!(entry.outcome, Verdict::Failed | Verdict::Errored);
    let (mut room, mut left_out) = (MAX_DIFFS, 0);
    for is_last in [false, true] {
        for entry in stored.entries() {
            let entry = entry?;
            if !is_news(&entry) || is_known(&entry) != is_last {
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
        let more = words::count(left_out, "more failing case");
        writeln!(session.out, "… {more}: see {}\n", folder.display())?;
    }
    Ok(())
}
