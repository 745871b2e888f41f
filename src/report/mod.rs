//! Reports, rendered from the record alone: one file per format.

mod body;
mod endpoints;
mod escape;
mod json;
mod junit;
#[cfg(test)]
mod laws;
mod layout;
mod markdown;
mod paint;
#[cfg(test)]
mod sample;
mod table;
pub mod terminal;
mod words;
mod wrap;
pub mod write;

use std::io::{self, Write};

use crate::record::{Entry, Head};

/// One format: given the head, then every entry in the suite's order, it writes a report. Only its sink can fail.
pub trait Renderer {
    /// What comes before the entries.
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()>;
    /// One entry.
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()>;
    /// What comes after the entries.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// The reports that a run can leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `record.json`.
    Record,
    /// `junit.xml`.
    Junit,
    /// `endpoints/<operation>.md`.
    Endpoints,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[Self::Record, Self::Junit, Self::Endpoints];

    /// The word that asks for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Junit => "junit",
            Self::Endpoints => "endpoints",
        }
    }
}
