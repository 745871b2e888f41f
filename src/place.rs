//! A position in a file, and the source line around it.

use std::fmt;
use std::sync::Arc;

use crate::pointer::Pointer;

/// A position in a text file; line and column count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user would type it, with `/` between folders.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The part of a source line that a problem is about, with the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Start of the part.
    pub place: Place,
    /// The line, without its line end; of a line of more than a few kilobytes, what is around the place.
    pub line: String,
    /// Number of characters that are cut off in front of `line`.
    pub cut: u32,
    /// Number of characters, at least 1.
    pub width: u32,
    /// The node of the document on a line so long that its number says little: a document without line breaks.
    pub pointer: Option<Pointer>,
}
