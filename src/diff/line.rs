//! One line of a diff.

use std::ops::Range;

/// How a line of a diff is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Right as it is.
    Context,
    /// What was asked (`-`).
    Removed,
    /// What came (`+`).
    Added,
    /// Unchanged lines left out.
    Fold,
}

/// One line of a diff, for every renderer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it is meant.
    pub role: Role,
    /// The text with its indentation, without `-`, `+`.
    pub text: String,
    /// Byte ranges of `text` that differ.
    pub emphasis: Vec<Range<usize>>,
    /// The note and the place at the right.
    pub annotation: Option<(String, String)>,
}
