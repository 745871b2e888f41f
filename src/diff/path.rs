//! The way into a value as a chain on the stack, so that walking costs nothing until somebody asks for a pointer.

use crate::pointer::Pointer;

/// One step of the way, knowing the one before.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(super) fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::root(),
            Self::Member(up, name) => up.pointer().join(name),
            Self::Element(up, index) => up.pointer().join(index),
        }
    }
}

/// The same thing in two values: where it came, and where it was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub at: &'a Path<'a>,
    pub wanted: &'a Path<'a>,
}
