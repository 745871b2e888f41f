//! Reports, rendered from the record alone: one file per format.

mod body;
mod clock;
mod ctrf;
mod digest;
mod endpoints;
mod escape;
pub mod events;
mod exchange;
mod format;
pub mod github;
mod har;
mod html;
mod json;
mod junit;
#[cfg(test)]
mod laws;
mod layout;
mod link;
mod list;
mod markdown;
mod paint;
#[cfg(test)]
mod sample;
mod sarif;
mod table;
mod tap;
pub mod terminal;
pub mod words;
mod wrap;
pub mod write;

use std::io::{self, Write};

use crate::record::{Entry, Head};

pub use format::{Format, Suites};

/// One format: given the head, then every entry in the suite's order, it writes a report. Only its sink can fail.
pub trait Renderer {
    /// What comes before the entries.
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()>;
    /// One entry.
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()>;
    /// What comes after the entries.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}
