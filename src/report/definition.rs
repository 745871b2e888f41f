//! What the program knows about a report format.

use super::renderer::{FolderRenderer, Renderer};
use super::suites::Suites;

/// A report format. Each has a file in `format/` and a line in the table of `formats`.
#[derive(Debug)]
pub(crate) struct Format {
    /// Name in `--report`, `--format` and `signoff.yaml`.
    pub name: &'static str,
    /// The file, or the folder, in the reports folder.
    pub file: &'static str,
    /// One line for `--help`.
    pub summary: &'static str,
    /// Whether every run writes it.
    pub is_default: bool,
    /// Text near the beginning of every file of this format. A file without it was written by somebody else and is never removed.
    pub(super) marker: &'static str,
    /// Creates the renderer.
    pub(super) output: Output,
}

/// How a format is written.
#[derive(Debug)]
pub(super) enum Output {
    /// As one file.
    File(fn(Suites) -> Box<dyn Renderer>),
    /// As the files of a folder, which begin with the marker.
    Folder(fn() -> Box<dyn FolderRenderer>),
}

/// The marker of formats that name the tool near the beginning.
pub(super) const TOOL: &str = env!("CARGO_PKG_NAME");

impl Format {
    /// Returns the renderer of a format that is one file.
    #[cfg(test)]
    pub(super) fn renderer(&self) -> Box<dyn Renderer> {
        match self.output {
            Output::File(create) => create(Suites::default()),
            Output::Folder(_) => panic!("{} is a folder", self.name),
        }
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}
