//! One line of a diff.

use std::ops::Range;

/// Role of a line in a diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Unchanged.
    Context,
    /// Expected (`-`).
    Removed,
    /// Actual (`+`).
    Added,
    /// Unchanged lines are left out here.
    Fold,
}

/// One line of a diff, for all renderers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Role of the line.
    pub role: Role,
    /// Text with its indentation, without `-` or `+`.
    pub text: String,
    /// Byte ranges of `text` that differ.
    pub emphasis: Vec<Range<usize>>,
    /// Note and location for the right-hand column.
    pub annotation: Option<(String, String)>,
}

impl Line {
    /// Creates a line without marks and annotation.
    pub fn plain(role: Role, text: String) -> Self {
        Self { role, text, emphasis: Vec::new(), annotation: None }
    }
}
