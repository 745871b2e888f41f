//! Options for text in a terminal.

use std::path::PathBuf;

/// Options for text in a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style {
    /// Width of the terminal in columns; longer lines are wrapped.
    pub width: usize,
    /// Whether to use ANSI colours.
    pub color: bool,
    /// Absolute path of the folder that locations are relative to, if they are to be links. Used only with colours.
    pub links: Option<PathBuf>,
}
