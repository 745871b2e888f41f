//! Changes that overlays made, per action.

use crate::place::Place;
use crate::pointer::Pointer;

/// One action of an overlay, as it was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Location of the action.
    pub place: Place,
    /// Its JSONPath (RFC 9535) as written.
    pub target: String,
    /// Its `description`.
    pub description: Option<String>,
    /// What it changed; empty if the target matched nothing.
    pub changes: Vec<Change>,
}

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Kind of the change.
    pub kind: ChangeKind,
    /// The node, by its pointer at the time of the change.
    pub at: Pointer,
}

/// Kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The node is new.
    Added,
    /// The node had another value.
    Replaced,
    /// The node was removed.
    Removed,
}

impl ChangeKind {
    /// The word for people and records.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Removed => "removed",
        }
    }
}
