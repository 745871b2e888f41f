//! The cases that failed in an earlier run.

use std::collections::BTreeSet;
use std::path::Path;

use crate::case::Suite;
use crate::input_file;
use crate::problem::{Problem, reason};
use crate::record::{StoredRecord, Verdict};
use crate::report::unsent::last_record;

use super::settings::Settings;

/// Cases that failed or were errored.
pub(crate) struct Failed {
    /// The record, as shown to the user.
    pub record: String,
    /// The ids of the cases.
    pub ids: BTreeSet<String>,
}

/// Reads the record; without a name, that of the last run.
pub(crate) fn cases(settings: &Settings, record: Option<&Path>) -> Result<Failed, Problem> {
    let name = match record {
        Some(record) => settings.relative_to_root(record),
        None => last_record(&settings.reports()),
    };
    let path = settings.absolute(&name);
    let record = path.strip_prefix(&settings.file.root).unwrap_or(&path).display().to_string();
    let unreadable = |message: String| Problem::new(format!("cannot select the failed cases of {record}: {message}"));
    let text = input_file::read_text(&path).map_err(|error| {
        unreadable(reason(&error)).help("`signoff run` writes the record; name another one with --failed=RECORD")
    })?;
    let stored = StoredRecord::read(&text).map_err(unreadable)?;
    let mut ids = BTreeSet::new();
    for entry in stored.entries() {
        let entry = entry.map_err(|error| unreadable(reason(&error)))?;
        if matches!(entry.outcome, Verdict::Failed | Verdict::Errored) {
            ids.insert(entry.case);
        }
    }
    Ok(Failed { record, ids })
}

impl Failed {
    /// A warning for each case that does not exist any more.
    pub(crate) fn missing(&self, suite: &Suite) -> Vec<Problem> {
        let known: BTreeSet<&str> = suite.cases().map(|(_, case)| &*case.id).collect();
        let missing = self.ids.iter().filter(|id| !known.contains(id.as_str()));
        missing
            .map(|id| Problem::new(format!("{id} failed in {}, and does not exist any more", self.record)).as_warning())
            .collect()
    }
}
