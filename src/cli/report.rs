//! `signoff report render`: the reports of a run again, from its record alone.

use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::Path;

use crate::location::Problem;
use crate::record::{Entry, Stored, Verdict};
use crate::report::write::{self, Wanted};
use crate::report::{Format, terminal, words};

use super::args::{self, JunitSuite, Render, Report};
use super::exit::Exit;
use super::github::Step;
use super::run::MAX_DIFFS;
use super::session::{Failure, Session};

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
    let wanted = Wanted {
        formats: if formats.is_empty() { Format::DEFAULT.to_vec() } else { Format::each_once(formats) },
        suites: JunitSuite::suites(*junit_suite),
        alone: false,
    };
    let step = Step::begin(&wanted, args::Format::Text, session)?;
    let is_news = |entry: &Entry| matches!(entry.outcome, Verdict::Failed | Verdict::Errored);
    let mut news = 0;
    for entry in stored.entries() {
        let entry = entry?;
        news += usize::from(is_news(&entry));
        if is_news(&entry) && news <= MAX_DIFFS {
            writeln!(session.out, "{}", terminal::entry(&entry, &session.out_style))?;
        }
    }
    if news > MAX_DIFFS {
        let more = words::count((news - MAX_DIFFS) as u64, "more failing case");
        writeln!(session.out, "… {more}: see {}\n", folder.display())?;
    }
    write::write(&folder, &stored.head, || stored.entries().map(|entry| entry.map(Cow::Owned)), &wanted)
        .map_err(|error| Problem::new(error.to_string()))?;
    session.out.write_all(terminal::summary(&stored.head, &session.out_style).as_bytes())?;
    if let Some(step) = step {
        step.end(&stored.head, &session.directory(), &folder, session)?;
    }
    Ok(Exit::Kept)
}
