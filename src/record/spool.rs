//! Entries on disk while the run goes: one compact JSON line each, so that memory stays bounded.

use std::io;

use super::Entry;

/// A temporary file of entries, removed when dropped.
#[derive(Debug)]
pub struct Spool {
    _private: (),
}

impl Spool {
    /// A new, empty spool in the system's folder for temporary files.
    pub fn create() -> io::Result<Self> {
        todo!()
    }

    /// Appends one entry.
    pub fn push(&mut self, entry: &Entry) -> io::Result<()> {
        let _ = entry;
        todo!()
    }

    /// Every entry so far, ordered by story and case as in the suite (not by time), once through.
    pub fn entries(&mut self) -> io::Result<Box<dyn Iterator<Item = io::Result<Entry>> + '_>> {
        todo!()
    }
}
