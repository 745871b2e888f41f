//! Finds the scalars and property names of a JSON text, and marks those under a sensitive name.
//!
//! It works on the text, not on a parsed value, so that everything else keeps its spelling (digits, order, duplicate keys), and
//! malformed JSON is protected too.

use std::borrow::Cow;
use std::ops::Range;

use super::decode::Coding;

/// Type of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A property name, with its quotes.
    Key,
    /// A string, with its quotes.
    Text,
    /// A number, `true`, `false`, `null`, or anything else that is neither quoted nor punctuation.
    Bare,
}

/// A scalar or a property name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Its range in the text.
    pub range: Range<usize>,
    /// Its type.
    pub kind: Kind,
    /// Range of the sensitive name that it is under; empty if everything is sensitive.
    pub named: Option<Range<usize>>,
}

/// Which names are sensitive.
pub(super) type IsSensitive<'n> = &'n dyn Fn(&str) -> bool;

/// Calls `visit` for each token of `text` in order; a large text has too many to hold. With `everything`, the whole text is under a
/// sensitive name.
pub(super) fn scan(text: &str, everything: bool, is_sensitive: IsSensitive<'_>, visit: &mut dyn FnMut(Token)) {
    let mut scanner = Scanner { text, depth: 0, sensitive_from: everything.then_some((0, 0..0)), pending: None, visit };
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        at = scanner.step(at, *byte, is_sensitive);
    }
}

/// Returns the tokens of a short text.
pub(super) fn tokens(text: &str, everything: bool, is_sensitive: IsSensitive<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    scan(text, everything, is_sensitive, &mut |token| tokens.push(token));
    tokens
}

/// Decodes a string token; invalid escapes stay.
pub(super) fn unquote(token: &str) -> Cow<'_, str> {
    let inside = inside(token);
    let undone = Coding::Escape.undo_bytes(inside.as_bytes());
    undone.map_or(Cow::Borrowed(inside), |undone| {
        String::from_utf8(undone).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()).into()
    })
}

/// Removes the quotes of a string token.
pub(super) fn inside(token: &str) -> &str {
    let inside = token.strip_prefix('"').unwrap_or(token);
    inside.strip_suffix('"').unwrap_or(inside)
}

/// Whether `at` is inside an escape of a JSON string, so that a match there is a coincidence.
pub(super) fn splits_escape(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().as_bytes();
    let opens = |before: &[u8]| before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    let inside_unicode =
        || (1..=4).any(|k| before.len().checked_sub(k).is_some_and(|u| before[u] == b'u' && opens(&before[..u])));
    opens(before) || inside_unicode()
}

struct Scanner<'t, 'v> {
    text: &'t str,
    depth: usize,
    /// The depth at which the sensitive part ends, and its name.
    sensitive_from: Option<(usize, Range<usize>)>,
    /// A sensitive name whose value follows.
    pending: Option<Range<usize>>,
    visit: &'v mut dyn FnMut(Token),
}

impl Scanner<'_, '_> {
    /// Consumes the token at `at` and returns its end.
    fn step(&mut self, at: usize, byte: u8, is_sensitive: IsSensitive<'_>) -> usize {
        match byte {
            b'"' => return self.string(at, is_sensitive),
            b'{' | b'[' => self.open(),
            b'}' | b']' => self.close(),
            b',' => self.pending = None,
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => return self.bare(at),
        }
        at + 1
    }

    fn open(&mut self) {
        self.depth += 1;
        if let (Some(name), None) = (self.pending.take(), &self.sensitive_from) {
            self.sensitive_from = Some((self.depth, name));
        }
    }

    fn close(&mut self) {
        if self.depth > 0 && self.sensitive_from.as_ref().is_some_and(|(depth, _)| *depth == self.depth) {
            self.sensitive_from = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn string(&mut self, start: usize, is_sensitive: IsSensitive<'_>) -> usize {
        let end = string_end(self.text.as_bytes(), start);
        let token = self.text.get(start..end).unwrap_or_default();
        let is_key = self.text.get(end..).unwrap_or_default().trim_start().starts_with(':');
        if is_key {
            let named = self.sensitive_from.as_ref().map(|(_, name)| name.clone());
            (self.visit)(Token { range: start..end, kind: Kind::Key, named });
            self.pending = is_sensitive(&unquote(token)).then_some(start..end);
        } else {
            self.scalar(start..end, Kind::Text);
        }
        end
    }

    fn bare(&mut self, start: usize) -> usize {
        let rest = self.text.as_bytes().iter().skip(start);
        let length = rest.take_while(|byte| !b"{}[],:\" \t\r\n".contains(byte)).count();
        self.scalar(start..start + length, Kind::Bare);
        start + length
    }

    fn scalar(&mut self, range: Range<usize>, kind: Kind) {
        let pending = self.pending.take();
        let named = self.sensitive_from.as_ref().map(|(_, name)| name.clone()).or(pending);
        (self.visit)(Token { range, kind, named });
    }
}

/// Returns the end of the string that starts at `start`: after its closing quote, or the end of the text.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows sensitive scalars as `<…>`.
    fn check(text: &str, expect: &str) {
        let tokens = tokens(text, false, &|name| name == "pin");
        let shown =
            tokens.iter().rev().filter(|token| token.named.is_some()).fold(text.to_owned(), |mut shown, token| {
                shown.insert(token.range.end, '>');
                shown.insert(token.range.start, '<');
                shown
            });
        assert_eq!(shown, expect);
    }

    #[test]
    fn everything_below_a_sensitive_name_is_marked() {
        check(r#"{"pin": "1", "b": 2}"#, r#"{"pin": <"1">, "b": 2}"#);
        check(r#"{"a":{"pin":[1,{"x":"y"}],"b":3},"pin":4}"#, r#"{"a":{"pin":[<1>,{<"x">:<"y">}],"b":3},"pin":<4>}"#);
        check(r#"["pin", "pin"]"#, r#"["pin", "pin"]"#);
        check(r#"{"p\u0069n" : true}"#, r#"{"p\u0069n" : <true>}"#);
    }

    #[test]
    fn what_is_nearly_json_is_marked_too() {
        check(r#"{"pin": "1"#, r#"{"pin": <"1>"#);
        check(r#"{"pin": 12é"#, r#"{"pin": <12é>"#);
        check(r#"}]}"pin":"#, r#"}]}"pin":"#);
        check("\\", "\\");
    }

    #[test]
    fn escapes_are_not_split() {
        let at = |text: &str| splits_escape(text, text.len());
        assert_eq!(
            [at(r"a\"), at(r"a\\"), at(r"\u"), at(r"\u004"), at(r"\u0041"), at(r"\\u00")],
            [true, false, true, true, false, false]
        );
    }

    proptest::proptest! {
        #[test]
        fn tokens_lie_on_character_bounds(text in "[\\\\\"{}:, a-cé«]{0,40}") {
            for token in tokens(&text, true, &|name| name == "a") {
                proptest::prop_assert!(text.get(token.range).is_some());
            }
        }
    }
}
