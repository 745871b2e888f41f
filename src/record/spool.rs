//! Entries on disk while the run goes: one compact JSON line each, so that memory stays bounded.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::case::{Story, Suite};
use crate::output_file;

use super::groups::{Groups, Listing};
use super::{Entry, Tally};

/// Bytes that are written at a time.
const BUFFER: usize = 64 * 1024;

/// A temporary file of entries and the order they are read back in.
#[derive(Debug)]
pub struct Spool<'s> {
    file: BufWriter<File>,
    length: u64,
    lines: Vec<Line>,
    ranks: HashMap<&'s str, usize>,
    tally: Tally,
    groups: Groups,
}

/// Where an entry lies in the file, and its case's place in the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Line {
    pub(super) rank: usize,
    pub(super) offset: u64,
    pub(super) length: usize,
}

impl<'s> Spool<'s> {
    /// A new, empty spool in `folder`, which entries of the cases of `suite` will be put into.
    pub fn create(folder: &Path, suite: &'s Suite) -> io::Result<Self> {
        let cases = suite.stories.iter().flat_map(Story::every);
        let ranks = cases.enumerate().map(|(rank, case)| (case.id.as_str(), rank)).collect();
        let file = BufWriter::with_capacity(BUFFER, output_file::unnamed(folder)?);
        let (lines, tally, groups) = (Vec::new(), Tally::default(), Groups::default());
        Ok(Self { file, length: 0, lines, ranks, tally, groups })
    }

    /// Counts one entry and appends it. It is counted also when it cannot be written.
    pub fn push(&mut self, entry: &Entry) -> io::Result<()> {
        self.tally.add(entry);
        let text = serde_json::to_vec(entry)?;
        self.file.write_all(&text)?;
        let rank = self.ranks.get(entry.case.as_str()).copied().unwrap_or(usize::MAX);
        let line = Line { rank, offset: self.length, length: text.len() };
        self.groups.add(entry, line);
        self.lines.push(line);
        self.length += text.len() as u64;
        Ok(())
    }

    /// Counts one case of `operation` that the filter left out.
    pub fn leave_out(&mut self, operation: Option<&str>) {
        self.tally.leave_out(operation);
    }

    /// The counts over everything that was pushed or left out.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Everything that was pushed, to be read as often as wanted.
    pub fn close(mut self) -> io::Result<Written> {
        self.lines.sort_by_key(|line| line.rank);
        let file = self.file.into_inner()?;
        Ok(Written { file, lines: self.lines, tally: self.tally, groups: self.groups })
    }
}

/// The entries of a run that is over.
#[derive(Debug)]
pub struct Written {
    file: File,
    lines: Vec<Line>,
    tally: Tally,
    groups: Groups,
}

impl Written {
    /// The counts over everything.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The findings in groups.
    pub fn groups(&self) -> io::Result<Listing> {
        self.groups.list(|line| self.entry(line, &mut Vec::new()))
    }

    /// Every entry in the suite's order (not by time), once through.
    pub fn entries(&self) -> impl Iterator<Item = io::Result<Entry>> {
        let mut buffer = Vec::new();
        self.lines.iter().map(move |line| self.entry(*line, &mut buffer))
    }

    fn entry(&self, line: Line, buffer: &mut Vec<u8>) -> io::Result<Entry> {
        buffer.resize(line.length, 0);
        read_at(&self.file, buffer, line.offset)?;
        Ok(serde_json::from_slice(buffer)?)
    }
}

/// Fills `buffer` from `offset` on, wherever others read at the same time.
#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Fills `buffer` from `offset` on, wherever others read at the same time.
#[cfg(windows)]
fn read_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer = &mut buffer[read..];
        offset += read as u64;
    }
    Ok(())
}
