//! Location of an entry in the spool.

/// Range of an entry in the file, and the index of its case in the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SpoolLine {
    /// Index of the case.
    pub rank: usize,
    /// Offset in bytes.
    pub offset: u64,
    /// Size in bytes.
    pub length: usize,
}
