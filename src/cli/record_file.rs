//! The record that a subcommand reads: the one that it names, else that of the last run.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::input_file;
use crate::problem::{Problem, reason};
use crate::project::config_file::{ConfigFile, canonical};
use crate::report::unsent;

use super::session::Session;

/// Name of the record in the directory of reports.
const RECORD: &str = "record.json";

/// The file of a record.
pub(super) struct RecordFile {
    /// Its path.
    pub path: PathBuf,
    /// Its name for the user.
    name: String,
}

impl RecordFile {
    /// The file `from`, or the record in the directory `from`, else the record where the configuration says that runs write it.
    pub(super) fn find(from: Option<&Path>, session: &Session<'_>) -> Result<Self, Vec<Problem>> {
        let path = match from {
            Some(from) => session.directory().join(from),
            None => last_record(session)?,
        };
        let name = |path: &Path| path.strip_prefix(session.directory()).unwrap_or(path).display().to_string();
        if from.is_none() || !path.is_dir() {
            return Ok(Self { name: name(&path), path });
        }
        let inside = unsent::last_record(&path);
        if !inside.is_file() {
            let path = name(&path);
            let path = if path.is_empty() { "." } else { &path };
            let message = format!("cannot read {path}: it is a directory without {RECORD}");
            let help = "name the record of a run, or the directory of its reports";
            return Err(vec![Problem::new(message).help(help)]);
        }
        Ok(Self { name: name(&inside), path: inside })
    }

    /// Its name for the user.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Opens it.
    pub(super) fn open(&self) -> Result<File, Problem> {
        input_file::open(&self.path).map_err(|error| {
            self.invalid(reason(&error)).help("`signoff run` writes the record; name another one with --from RECORD")
        })
    }

    /// The problem that it cannot be used.
    pub(super) fn invalid(&self, why: String) -> Problem {
        Problem::new(format!("cannot read {}: {why}", self.name))
    }
}

fn last_record(session: &Session<'_>) -> Result<PathBuf, Vec<Problem>> {
    let directory = canonical(&session.directory())?;
    let file = ConfigFile::load(&directory, session.global.config.as_deref())?;
    let root = if file.root == directory { session.directory() } else { file.root };
    Ok(unsent::last_record(&root.join(file.config.reports.as_deref().unwrap_or("reports"))))
}
