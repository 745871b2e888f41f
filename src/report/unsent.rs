//! Reports of an earlier run, after a run that could not start: only the record stays, under another name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::input_file;
use crate::problem::Problem;
use crate::record::read_head;

use super::definition::Output;
use super::format::record;
use super::formats::FORMATS;
use super::stale::{EARLIER, remove_file, remove_files};
use super::text::phrases;

/// Returns the record of the last run with reports in `folder`.
pub(crate) fn last_record(folder: &Path) -> PathBuf {
    let [own, earlier] = [record::FORMAT.file, EARLIER].map(|name| folder.join(name));
    if !own.exists() && earlier.exists() { earlier } else { own }
}

/// Removes the reports of an earlier run in `folder`, so that nobody takes them for those of a run that could not start. Its record is
/// renamed, from which they can be rendered again. Returns a warning about it. Without a readable record nothing changes.
pub(crate) fn retire(folder: &Path) -> Option<Problem> {
    let [own, earlier] = [record::FORMAT.file, EARLIER].map(|name| folder.join(name));
    let head = input_file::open(&own).ok().and_then(|file| read_head(file).ok())?;
    fs::rename(&own, &earlier).ok()?;
    for format in FORMATS {
        let path = folder.join(format.file);
        match &format.output {
            Output::Folder(_) => remove_files(&path, format, &[]),
            Output::File(_) => remove_file(&path, format.marker),
        }
    }
    let started = phrases::instant(&head.started);
    let message = format!("removed the reports of the run of {started}");
    let help = format!("its record is kept: signoff report render --from {}", earlier.display());
    Some(Problem::new(message).help(help).as_warning())
}
