//! Locations of the nodes of a JSON text. The text has been parsed before, so it is not validated again.

use std::ops::Range;

use super::places::{Inner, MemberPlaces, Places};

/// Returns the locations in a text that is strict JSON.
pub(super) fn places(text: &str) -> Places {
    Cursor::new(text).node()
}

/// A position in a JSON text.
pub(super) struct Cursor<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), text, at: 0 }
    }

    fn node(&mut self) -> Places {
        let first = self.next();
        let start = self.at;
        let inner = match first {
            Some(b'{') => Inner::Members(self.members()),
            Some(b'[') => Inner::Items(self.items()),
            Some(b'"') => {
                self.string();
                Inner::Nothing
            }
            _ => {
                self.bare();
                Inner::Nothing
            }
        };
        Places { span: start..self.at, inner }
    }

    fn members(&mut self) -> Box<[MemberPlaces]> {
        let mut members = Vec::new();
        while self.enter(b'}') {
            let name_span = self.string();
            self.colon();
            members.push(MemberPlaces { name: self.name(&name_span).into(), name_span, value: self.node() });
        }
        members.into()
    }

    fn items(&mut self) -> Box<[Places]> {
        let mut items = Vec::new();
        while self.enter(b']') {
            items.push(self.node());
        }
        items.into()
    }

    /// Skips the opening bracket or a comma; returns false after skipping `close`.
    pub(super) fn enter(&mut self, close: u8) -> bool {
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

    pub(super) fn string(&mut self) -> Range<usize> {
        let start = self.at;
        self.at += 1;
        while let Some(length) = self.text.get(self.at..).and_then(|rest| rest.find('"')) {
            let before = &self.bytes[self.at..self.at + length];
            self.at += length + 1;
            if before.iter().rev().take_while(|byte| **byte == b'\\').count().is_multiple_of(2) {
                return start..self.at;
            }
        }
        self.at = self.bytes.len();
        start..self.at
    }

    /// The unescaped string at `span`.
    pub(super) fn name(&self, span: &Range<usize>) -> String {
        serde_json::from_str(self.slice(span)).unwrap_or_default()
    }

    /// Skips the colon behind a name.
    pub(super) fn colon(&mut self) {
        self.skip_space();
        self.at += 1;
    }

    /// Skips a number or literal.
    pub(super) fn bare(&mut self) -> Range<usize> {
        let start = self.at;
        self.skip_while(|byte| !byte.is_ascii_whitespace() && !b",]}".contains(&byte));
        start..self.at
    }

    pub(super) fn slice(&self, span: &Range<usize>) -> &'t str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The first byte of the next value.
    pub(super) fn next(&mut self) -> Option<u8> {
        self.skip_space();
        self.peek()
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
