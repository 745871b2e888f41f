//! What every report format implements.

use std::io::{self, Write};

use crate::record::{Entry, Head};

/// Writes one report: the head first, then every entry in suite order. Only the output can fail.
pub trait Renderer {
    /// Writes what precedes the entries.
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()>;
    /// Writes one entry.
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()>;
    /// Writes what follows the entries.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}
