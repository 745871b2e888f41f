//! Reports on disk: rendered once through, written beside their place and moved into it.

use std::io;
use std::path::{Path, PathBuf};

use crate::record::{Entry, Head};

use super::Format;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source} (is the folder writable?)")]
pub struct Error {
    /// The file.
    pub path: String,
    /// Why.
    pub source: io::Error,
}

/// Renders `formats` into `folder` in one pass over `entries`, and returns the files written. When anything fails the reports of
/// the run before are left as they were.
pub fn write(
    folder: &Path,
    head: &Head,
    entries: impl Iterator<Item = io::Result<Entry>>,
    formats: &[Format],
) -> Result<Vec<PathBuf>, Error> {
    let _ = (folder, head, entries, formats);
    todo!()
}
