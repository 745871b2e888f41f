//! Where the nodes of a JSON text stand; the text has been parsed before, so this reads it again without doubting it.

use std::ops::Range;

use serde_json::Value;

use super::node::{Content, Member, Node};

/// The spanned tree of a text that is strict JSON. Its scalars are all `null`: only their places are asked for.
pub(super) fn spanned(text: &str) -> Node {
    Cursor { bytes: text.as_bytes(), text, at: 0 }.node()
}

struct Cursor<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
}

impl Cursor<'_> {
    fn node(&mut self) -> Node {
        self.skip_space();
        let start = self.at;
        let content = match self.peek() {
            Some(b'{') => Content::Mapping(self.members()),
            Some(b'[') => Content::Sequence(self.items()),
            Some(b'"') => {
                self.string();
                Content::Scalar(Value::Null)
            }
            _ => {
                self.skip_while(|byte| !byte.is_ascii_whitespace() && !b",]}".contains(&byte));
                Content::Scalar(Value::Null)
            }
        };
        Node { span: start..self.at, content }
    }

    fn members(&mut self) -> Vec<Member> {
        let mut members = Vec::new();
        while self.enter(b'}') {
            let name_span = self.string();
            let written = self.text.get(name_span.clone()).unwrap_or_default();
            let name = serde_json::from_str(written).unwrap_or_default();
            self.skip_space();
            self.at += 1;
            members.push(Member { name, name_span, value: self.node() });
        }
        members
    }

    fn items(&mut self) -> Vec<Node> {
        let mut items = Vec::new();
        while self.enter(b']') {
            items.push(self.node());
        }
        items
    }

    /// Steps over the opening bracket or a comma to the next entry; false after stepping over `close`.
    fn enter(&mut self, close: u8) -> bool {
        self.skip_space();
        if self.peek() != Some(close) {
            self.at += 1;
            self.skip_space();
        }
        let more = self.peek().is_some_and(|byte| byte != close);
        if !more {
            self.at += 1;
        }
        more
    }

    fn string(&mut self) -> Range<usize> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek().filter(|byte| *byte != b'"') {
            self.at += if byte == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        start..self.at.min(self.bytes.len())
    }

    fn skip_space(&mut self) {
        self.skip_while(|byte| byte.is_ascii_whitespace());
    }

    fn skip_while(&mut self, skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&skipped) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}
