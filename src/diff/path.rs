//! A path into a value as a chain on the stack: walking allocates nothing until a pointer is needed.

use crate::pointer::Pointer;

/// One step of the path, linked to the previous one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Property(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(super) fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::root(),
            Self::Property(up, name) => up.pointer().join(name),
            Self::Element(up, index) => up.pointer().join(index),
        }
    }
}

/// The locations of the same part in both values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Locations<'a> {
    pub actual: &'a Path<'a>,
    pub expected: &'a Path<'a>,
}
