//! OpenAPI Overlays 1.0 and 1.1: assumptions added to a document without editing it.

mod action;
mod apply;
mod changes;
#[cfg(test)]
mod tests;

use crate::place::Place;
use crate::pointer::Pointer;

pub(super) use apply::apply;

/// One action of an overlay, as it was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Where the action stands.
    pub place: Place,
    /// Its JSONPath (RFC 9535) as written.
    pub target: String,
    /// Its `description`.
    pub description: Option<String>,
    /// What it changed; nothing when the target selected nothing.
    pub changes: Vec<Change>,
}

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The node, by its pointer at that moment.
    pub at: Pointer,
}

/// What happened to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It was another value.
    Replaced,
    /// It is no longer there.
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
