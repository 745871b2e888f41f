//! Entries on disk during the run, one compact JSON value each, so that memory stays bounded.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::case::{Story, Suite};
use crate::output_file;

use super::counts::Counts;
use super::format::Entry;
use super::groups::{Groups, Listing};
use super::spool_line::SpoolLine;

/// Bytes that are written at a time.
const BUFFER: usize = 64 * 1024;

/// A temporary file of entries and the order they are read back in.
#[derive(Debug)]
pub struct Spool<'s> {
    file: BufWriter<File>,
    length: u64,
    lines: Vec<SpoolLine>,
    ranks: HashMap<&'s str, usize>,
    counts: Counts,
    groups: Groups,
    failure: Option<io::Error>,
}

impl<'s> Spool<'s> {
    /// Creates an empty spool in `folder` for entries of the cases of `suite`.
    pub fn create(folder: &Path, suite: &'s Suite) -> io::Result<Self> {
        let cases = suite.stories.iter().flat_map(Story::every);
        let ranks = cases.enumerate().map(|(rank, case)| (case.id.as_str(), rank)).collect();
        let file = BufWriter::with_capacity(BUFFER, output_file::unnamed(folder)?);
        let (lines, counts, groups) = (Vec::new(), Counts::default(), Groups::default());
        Ok(Self { file, length: 0, lines, ranks, counts, groups, failure: None })
    }

    /// Counts an entry and appends it. After the first failure, which the finished spool returns, entries are only counted.
    pub fn push(&mut self, entry: &Entry) {
        self.counts.add(entry);
        if self.failure.is_none() {
            self.failure = self.append(entry).err();
        }
    }

    fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let text = serde_json::to_vec(entry)?;
        self.file.write_all(&text)?;
        let rank = self.ranks.get(entry.case.as_str()).copied().unwrap_or(usize::MAX);
        let line = SpoolLine { rank, offset: self.length, length: text.len() };
        self.groups.add(entry, line);
        self.lines.push(line);
        self.length += text.len() as u64;
        Ok(())
    }

    /// Counts a case of `operation` that the filter left out.
    pub fn leave_out(&mut self, operation: Option<&str>) {
        self.counts.leave_out(operation);
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Whether every entry so far could be written.
    pub fn is_complete(&self) -> bool {
        self.failure.is_none()
    }

    /// Ends writing; the entries can then be read repeatedly, unless one of them could not be written.
    pub fn close(mut self) -> SpooledEntries {
        let flushed = self.file.flush();
        let failure = self.failure.or(flushed.err());
        let (mut lines, groups) = match failure {
            None => (self.lines, self.groups),
            Some(_) => Default::default(),
        };
        lines.sort_by_key(|line| line.rank);
        // What could not be written stays in the buffer and is given up.
        let (file, _) = self.file.into_parts();
        SpooledEntries { file, lines, counts: self.counts, groups, failure }
    }
}

/// The entries of a completed run.
#[derive(Debug)]
pub struct SpooledEntries {
    file: File,
    lines: Vec<SpoolLine>,
    counts: Counts,
    groups: Groups,
    failure: Option<io::Error>,
}

impl SpooledEntries {
    /// Why the entries are incomplete; then none of them can be read.
    pub fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// Returns the counts.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Returns the groups of findings.
    pub fn groups(&self) -> io::Result<Listing> {
        self.groups.list(|line| self.entry(line, &mut Vec::new()))
    }

    /// Reads every entry in suite order.
    pub fn entries(&self) -> impl Iterator<Item = io::Result<Entry>> {
        let mut buffer = Vec::new();
        self.lines.iter().map(move |line| self.entry(*line, &mut buffer))
    }

    fn entry(&self, line: SpoolLine, buffer: &mut Vec<u8>) -> io::Result<Entry> {
        buffer.resize(line.length, 0);
        read_at(&self.file, buffer, line.offset)?;
        Ok(serde_json::from_str(std::str::from_utf8(buffer).map_err(io::Error::other)?)?)
    }
}

/// Fills `buffer` from `offset`, independently of concurrent reads.
#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Fills `buffer` from `offset`, independently of concurrent reads.
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
