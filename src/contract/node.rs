//! A borrowed node of a document with its location.

use serde_json::Value;

use crate::pointer::Pointer;

use super::Anchor;

/// One node.
#[derive(Debug, Clone)]
pub(super) struct Node<'d> {
    /// Index of its document.
    pub document: usize,
    /// Its location there.
    pub pointer: Pointer,
    /// Its value.
    pub value: &'d Value,
}

impl<'d> Node<'d> {
    /// The location of the node.
    pub(super) fn anchor(&self) -> Anchor {
        Anchor { document: self.document, pointer: self.pointer.clone() }
    }

    /// The property with that name.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        Some(self.child(name, self.value.get(name)?))
    }

    /// The value of the property with that name, if it is a string.
    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.value.get(name)?.as_str()
    }

    /// The value of the property with that name, if it is a boolean.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.value.get(name)?.as_bool()
    }

    /// The properties in document order; none if it is not an object.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d, '_> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(name, value)| (name.as_str(), self.child(name, value)))
    }

    /// The elements; none if it is not an array.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'d, '_> {
        let items = self.value.as_array().into_iter().flatten();
        items.enumerate().map(|(index, value)| self.child(index, value))
    }

    /// The property or element `token`, whose value is `value`.
    pub(super) fn child(&self, token: impl std::fmt::Display, value: &'d Value) -> Self {
        Self { document: self.document, pointer: self.pointer.join(token), value }
    }
}
