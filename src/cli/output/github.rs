//! What GitHub Actions is told of a run: annotations on the output, and the summary of the job.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::Path;

use crate::problem::Problem;
use crate::record::Head;
use crate::report::github;
use crate::report::write::ReportOptions;

use crate::cli::args;
use crate::cli::session::{Failure, Session};

/// The variable that names the file of the job's summary.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The variable that names the folder of the repository.
const REPOSITORY: &str = "GITHUB_WORKSPACE";

/// The output of a step, whose workflow commands are not obeyed meanwhile: what is printed may be a target's.
pub struct Step {
    token: String,
    /// Results are for programs, so that commands belong beside them.
    aside: bool,
}

impl Step {
    /// Begins where the report is wanted.
    pub fn begin(wanted: &ReportOptions, format: args::Format, session: &mut Session<'_>) -> io::Result<Option<Self>> {
        if !wanted.formats.contains(&&github::FORMAT) {
            return Ok(None);
        }
        // Nobody who sends a body can know it.
        let token = format!("{:016x}", RandomState::new().hash_one(0));
        let step = Self { token, aside: format == args::Format::Json };
        let begun = github::command("stop-commands", &[], &step.token);
        step.print(&format!("{begun}\n"), session)?;
        Ok(Some(step))
    }

    /// Prints the annotations, and appends `summary.md`, which is in `reports`, to the summary of the job. Places are relative
    /// to `root`.
    pub fn end(self, head: &Head, root: &Path, reports: &Path, session: &mut Session<'_>) -> Result<(), Failure> {
        let obeyed = github::command(&self.token, &[], "");
        let annotations = github::annotations(head, &prefix(root, session));
        self.print(&format!("{obeyed}\n{annotations}"), session)?;
        if let Some(summary) = session.env.get(SUMMARY).filter(|path| !path.is_empty()) {
            let cannot = |error: io::Error| Problem::new(format!("cannot append to {summary} ({SUMMARY}): {error}"));
            append(&reports.join(github::FORMAT.file), Path::new(summary)).map_err(cannot)?;
        }
        Ok(())
    }

    fn print(&self, text: &str, session: &mut Session<'_>) -> io::Result<()> {
        let stream = if self.aside { &mut session.err } else { &mut session.out };
        stream.write_all(text.as_bytes())
    }
}

/// `api/`: where `root` lies in the repository; nothing where it is the repository or lies elsewhere.
fn prefix(root: &Path, session: &Session<'_>) -> String {
    let canonical = |path: &Path| path.canonicalize().ok();
    let repository = session.env.get(REPOSITORY).and_then(|path| canonical(Path::new(path)));
    let below = repository.and_then(|repository| Some(canonical(root)?.strip_prefix(repository).ok()?.to_owned()));
    let parts = below.iter().flat_map(|path| path.components());
    parts.map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

fn append(from: &Path, to: &Path) -> io::Result<()> {
    let text = fs::read(from)?;
    OpenOptions::new().append(true).create(true).open(to)?.write_all(&text)
}
