//! A value whose nodes carry source locations.

use std::ops::Range;

use serde_json::Value;

use crate::pointer::Pointer;

/// A value and its bytes in the text.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) content: Content,
}

/// Content of a node.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Scalar(Value),
    Sequence(Vec<Node>),
    Mapping(Vec<Member>),
}

/// A property of a mapping.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) name_span: Range<usize>,
    pub(super) value: Node,
}

impl Node {
    pub(super) fn into_value(self) -> Value {
        match self.content {
            Content::Scalar(value) => value,
            Content::Sequence(items) => items.into_iter().map(Node::into_value).collect(),
            Content::Mapping(members) => {
                Value::Object(members.into_iter().map(|member| (member.name, member.value.into_value())).collect())
            }
        }
    }

    /// Whether `test` is true for any scalar.
    pub(super) fn any_scalar(&self, test: &dyn Fn(&Value, &Range<usize>) -> bool) -> bool {
        match &self.content {
            Content::Scalar(value) => test(value, &self.span),
            Content::Sequence(items) => items.iter().any(|item| item.any_scalar(test)),
            Content::Mapping(members) => members.iter().any(|member| member.value.any_scalar(test)),
        }
    }

    /// Calls `visit` for every scalar with its pointer.
    pub(super) fn each_scalar(&self, at: &Pointer, visit: &mut dyn FnMut(&Pointer, &Value, &Range<usize>)) {
        match &self.content {
            Content::Scalar(value) => visit(at, value, &self.span),
            Content::Sequence(items) => {
                items.iter().enumerate().for_each(|(index, item)| item.each_scalar(&at.join(index), visit));
            }
            Content::Mapping(members) => {
                members.iter().for_each(|member| member.value.each_scalar(&at.join(&member.name), visit));
            }
        }
    }
}
