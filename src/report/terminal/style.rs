//! How text is laid out in a terminal.

use std::path::PathBuf;

/// How texts are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal; wider texts are wrapped.
    pub width: usize,
    /// Whether ANSI colours are used.
    pub color: bool,
    /// The folder that places are relative to, absolute, where they are to be links; only where there are colours.
    pub links: Option<PathBuf>,
}
