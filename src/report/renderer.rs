//! What every report format implements.

use std::fmt;
use std::io::{self, Write};

use crate::record::Head;

use super::reported_case::ReportedCase;

/// Writes a report that is one file: the head first, then every case in suite order. Only the output can fail.
pub(super) trait Renderer: fmt::Debug {
    /// Writes what precedes the cases.
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()>;
    /// Writes one case.
    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()>;
    /// Writes what follows the cases.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// Writes a report that is a folder of files.
pub(super) trait FolderRenderer: fmt::Debug {
    /// Takes the head.
    fn begin(&mut self, head: &Head) -> io::Result<()>;
    /// Takes one case.
    fn case(&mut self, case: &ReportedCase<'_>) -> io::Result<()>;
    /// Returns the files by name.
    fn end(&mut self, head: &Head) -> io::Result<Vec<(String, Vec<u8>)>>;
}
