//! A value of which every node knows where it stands in the text.

use std::ops::Range;

use serde_json::Value;

use crate::location::Pointer;

use super::End;

/// A value and the bytes it covers.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) content: Content,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Scalar(Value),
    Sequence(Vec<Node>),
    Mapping(Vec<Member>),
}

/// A named member of a mapping.
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

    /// The upper `levels` of the tree, what lies deeper left out: enough to find the nodes that are asked for most.
    pub(super) fn outline(&self, levels: usize) -> Self {
        let content = match (&self.content, levels.checked_sub(1)) {
            (Content::Scalar(_), _) | (_, None) => Content::Scalar(Value::Null),
            (Content::Sequence(items), Some(rest)) => {
                Content::Sequence(items.iter().map(|item| item.outline(rest)).collect())
            }
            (Content::Mapping(members), Some(rest)) => {
                let outline = |member: &Member| Member {
                    name: member.name.clone(),
                    name_span: member.name_span.clone(),
                    value: member.value.outline(rest),
                };
                Content::Mapping(members.iter().map(outline).collect())
            }
        };
        Self { span: self.span.clone(), content }
    }

    /// Whether `test` holds for any scalar.
    pub(super) fn any_scalar(&self, test: &dyn Fn(&Value, &Range<usize>) -> bool) -> bool {
        match &self.content {
            Content::Scalar(value) => test(value, &self.span),
            Content::Sequence(items) => items.iter().any(|item| item.any_scalar(test)),
            Content::Mapping(members) => members.iter().any(|member| member.value.any_scalar(test)),
        }
    }

    /// The bytes of the node at `pointer`, or of its nearest existing ancestor, whose `end` is then its own.
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

    fn step(&self, token: &str) -> Option<(&Node, &Range<usize>)> {
        match &self.content {
            Content::Scalar(_) => None,
            Content::Sequence(items) => items.get(token.parse::<usize>().ok()?).map(|item| (item, &item.span)),
            Content::Mapping(members) => {
                members.iter().find(|member| member.name == token).map(|member| (&member.value, &member.name_span))
            }
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
