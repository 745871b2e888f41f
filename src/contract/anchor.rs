//! Identifiers of a node of the contract and of a compiled schema.

use crate::pointer::Pointer;

/// Location of a node in the contract's documents; converted to file, line and column only when printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor {
    /// Index into `Contract::documents`; 0 is the named document.
    pub document: usize,
    /// The node.
    pub pointer: Pointer,
}

impl Anchor {
    /// The root of a document.
    pub(super) fn root(document: usize) -> Self {
        Self { document, pointer: Pointer::root() }
    }

    /// The property `token` of the node.
    pub(super) fn member(&self, token: &str) -> Self {
        Self { document: self.document, pointer: self.pointer.join(token) }
    }

    /// The node itself, then the nodes that contain it, outwards.
    pub(super) fn around(&self) -> impl Iterator<Item = Self> {
        let pointers = std::iter::successors(Some(self.pointer.clone()), Pointer::parent);
        pointers.map(|pointer| Self { document: self.document, pointer })
    }

    /// The node that contains this one; the root for itself.
    pub(super) fn parent(&self) -> Self {
        Self { document: self.document, pointer: self.pointer.parent().unwrap_or_default() }
    }
}

/// Index of a compiled schema in `Schemas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaKey(pub usize);
