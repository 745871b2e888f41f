//! Locations of the nodes of a value in its text, without the value.

use std::ops::Range;

use crate::pointer::Pointer;

use super::end::End;
use super::node::{Content, Node};

/// The bytes of a node, and the locations of its children.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) span: Range<usize>,
    pub(super) inner: Inner,
}

/// Children of a node.
#[derive(Debug, Default)]
pub(super) enum Inner {
    /// None, or none that are kept.
    #[default]
    Nothing,
    Items(Box<[Places]>),
    Members(Box<[MemberPlaces]>),
}

/// A property: its name, the bytes of the name, and its value.
#[derive(Debug)]
pub(super) struct MemberPlaces {
    pub(super) name: Box<str>,
    pub(super) name_span: Range<usize>,
    pub(super) value: Places,
}

impl Places {
    /// Locations of the upper `levels` below `node`.
    pub(super) fn new(node: &Node, levels: usize) -> Self {
        let inner = match (&node.content, levels.checked_sub(1)) {
            (Content::Scalar(_), _) | (_, None) => Inner::Nothing,
            (Content::Sequence(items), Some(rest)) => {
                Inner::Items(items.iter().map(|item| Self::new(item, rest)).collect())
            }
            (Content::Mapping(members), Some(rest)) => {
                let member = |member: &super::node::Member| MemberPlaces {
                    name: member.name.as_str().into(),
                    name_span: member.name_span.clone(),
                    value: Self::new(&member.value, rest),
                };
                Inner::Members(members.iter().map(member).collect())
            }
        };
        Self { span: node.span.clone(), inner }
    }

    /// Returns the bytes of the node at `pointer`, or of its nearest existing ancestor.
    pub(super) fn find(&self, pointer: &Pointer, end: End) -> Range<usize> {
        let mut found = (self, &self.span);
        for token in pointer.tokens() {
            let Some(next) = found.0.step(&token) else { break };
            found = next;
        }
        match end {
            End::Key => found.1.clone(),
            End::Value => found.0.span.clone(),
        }
    }

    fn step(&self, token: &str) -> Option<(&Self, &Range<usize>)> {
        match &self.inner {
            Inner::Nothing => None,
            Inner::Items(items) => items.get(token.parse::<usize>().ok()?).map(|item| (item, &item.span)),
            Inner::Members(members) => {
                members.iter().find(|member| *member.name == *token).map(|member| (&member.value, &member.name_span))
            }
        }
    }
}
