//! Output for GitHub Actions: annotations, and the job summary.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::Path;

use crate::output_file;
use crate::problem::{Problem, reason};
use crate::record::Head;
use crate::report::github;
use crate::report::write::ReportOptions;

use crate::cli::args;
use crate::cli::session::{Failure, Session};

use super::repository::prefix;

/// Environment variable with the file of the job summary.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// A step whose output GitHub does not scan for workflow commands, since it may contain text of the target.
pub(crate) struct GithubStep {
    token: String,
    /// Whether commands go to `err`, because `out` is JSON.
    to_err: bool,
}

impl GithubStep {
    /// Begins a step if the report is requested.
    pub(crate) fn begin(
        wanted: &ReportOptions,
        format: args::Format,
        session: &mut Session<'_>,
    ) -> io::Result<Option<Self>> {
        if !wanted.formats.contains(&&github::FORMAT) {
            return Ok(None);
        }
        // Random, so that a response cannot contain it.
        let token = format!("{:016x}", RandomState::new().hash_one(0));
        let step = Self { token, to_err: format == args::Format::Json };
        let begun = github::command("stop-commands", &[], &step.token);
        step.print(&format!("{begun}\n"), session)?;
        Ok(Some(step))
    }

    /// Prints the annotations, and appends `summary.md` from `reports` to the job summary. Locations are relative to `root`.
    pub(crate) fn end(
        self,
        head: &Head,
        root: &Path,
        reports: &Path,
        session: &mut Session<'_>,
    ) -> Result<(), Failure> {
        let resume = github::command(&self.token, &[], "");
        let annotations = github::annotations(head, &prefix(root, session.env));
        self.print(&format!("{resume}\n{annotations}"), session)?;
        let is_path = |path: &&String| !path.is_empty() && !path.contains(char::REPLACEMENT_CHARACTER);
        if let Some(summary) = session.env.get(SUMMARY).filter(is_path) {
            let cannot =
                |error: io::Error| Problem::new(format!("cannot append to {summary} ({SUMMARY}): {}", reason(&error)));
            append(&reports.join(github::FORMAT.file), Path::new(summary)).map_err(cannot)?;
        }
        Ok(())
    }

    fn print(&self, text: &str, session: &mut Session<'_>) -> io::Result<()> {
        let stream = if self.to_err { &mut session.err } else { &mut session.out };
        stream.write_all(text.as_bytes())
    }
}

fn append(from: &Path, to: &Path) -> io::Result<()> {
    output_file::append(to, &fs::read(from)?)
}
