//! What a person sees in a terminal: the failures as diffs, the endpoints as a table.

use crate::record::{Entry, Head};

/// How texts are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal; wider texts are wrapped.
    pub width: usize,
    /// Whether ANSI colours are used.
    pub color: bool,
}

/// One case: the whole diff where it failed, a line or two else. Ends with a line break.
pub fn entry(entry: &Entry, style: &Style) -> String {
    let _ = (entry, style);
    todo!()
}

/// The endpoints as a table, and the line that sums the run up. Ends with a line break.
pub fn summary(head: &Head, style: &Style) -> String {
    let _ = (head, style);
    todo!()
}
