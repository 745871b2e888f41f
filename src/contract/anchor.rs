//! A node of the contract, and a compiled schema, as small values.

use crate::pointer::Pointer;

/// A node of one of the contract's documents; turned into a [`Place`] only when somebody wants to see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor {
    /// Index into [`Contract::documents`]; 0 is the file that was named.
    pub document: usize,
    /// The node.
    pub pointer: Pointer,
}

impl Anchor {
    /// The member `token` of the node.
    pub(super) fn member(&self, token: &str) -> Self {
        Self { document: self.document, pointer: self.pointer.join(token) }
    }

    /// The node that holds this one; the root holds itself.
    pub(super) fn parent(&self) -> Self {
        Self { document: self.document, pointer: self.pointer.parent().unwrap_or_default() }
    }
}

/// A schema that was compiled, by its number in [`Schemas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaKey(pub usize);
