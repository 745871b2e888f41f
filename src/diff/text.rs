//! Text on one line: every character visible, limited in length, differing parts marked.

use std::borrow::Cow;
use std::ops::Range;

use super::emphasis::{Differing, differing};

/// Maximum number of characters shown of one string.
pub(super) const WIDTH: usize = 72;

/// Number of characters shown before the first difference of a long string.
const LEAD: usize = 24;

/// Text and the byte ranges of it that differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub text: String,
    pub emphasis: Vec<Range<usize>>,
}

impl Shown {
    /// Returns the same text after `prefix`.
    pub(super) fn after(self, prefix: impl Into<Self>) -> Self {
        let Self { mut text, mut emphasis } = prefix.into();
        let moved = |range: Range<usize>| range.start + text.len()..range.end + text.len();
        emphasis.extend(self.emphasis.into_iter().map(moved));
        text.push_str(&self.text);
        Self { text, emphasis }
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self { text, emphasis: Vec::new() }
    }
}

/// Replaces every character that is invisible, or would control a terminal or the reading order, by `\u{..}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    // Most strings are ASCII, and testing bytes is fast.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain || !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| if is_unseen(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) });
    Cow::Owned(shown)
}

/// Makes `text` visible and cuts it after `width` characters; `…` marks the cut.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        Some((cut, _)) => format!("{}…", visible(&text[..cut])),
        None => visible(text).into_owned(),
    }
}

/// Returns `text` as a JSON string, made visible and shortened: `"a long te"…`.
pub(super) fn quoted(text: &str) -> String {
    window(text, 0, &[]).text
}

/// Returns two strings as [`quoted`] does, both from the same position shortly before their first difference, with the
/// differing parts marked.
pub(super) fn quoted_pair(expected: &str, actual: &str) -> (Shown, Shown) {
    let Differing { common, in_expected, in_actual } = differing(expected, actual);
    let fits = |text: &str| text.chars().nth(WIDTH).is_none();
    let lead = expected[..common].char_indices().rev().nth(LEAD - 1).map_or(0, |(start, _)| start);
    let start = if fits(expected) && fits(actual) { 0 } else { lead };
    (window(expected, start, &in_expected), window(actual, start, &in_actual))
}

/// Quotes at most [`WIDTH`] characters of `text` from byte `start`, a character boundary.
fn window(text: &str, start: usize, marked: &[Range<usize>]) -> Shown {
    let end = text[start..].char_indices().nth(WIDTH).map_or(text.len(), |(cut, _)| start + cut);
    let mut shown = Shown::from(String::from(if start > 0 { "…\"" } else { "\"" }));
    for (offset, c) in text[start..end].char_indices() {
        let from = shown.text.len();
        let differs = marked.iter().any(|range| range.contains(&(start + offset)));
        if differs && looks_like_another(c) {
            shown.text.extend(c.escape_unicode());
        } else {
            push_escaped(&mut shown.text, c);
        }
        if differs {
            mark(&mut shown.emphasis, from..shown.text.len());
        }
    }
    shown.text.push_str(if end < text.len() { "\"…" } else { "\"" });
    shown
}

/// Adds a range and joins it to the previous one if they touch.
fn mark(ranges: &mut Vec<Range<usize>>, next: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == next.start => last.end = next.end,
        _ => ranges.push(next),
    }
}

fn push_escaped(text: &mut String, c: char) {
    match c {
        '"' | '\\' => text.extend(['\\', c]),
        '\n' | '\r' | '\t' => text.extend(c.escape_default()),
        c if is_unseen(c) => text.extend(c.escape_unicode()),
        c => text.push(c),
    }
}

/// Returns whether a character looks like another one: combining accents, and Greek and Cyrillic letters drawn like
/// Latin ones. Readers cannot see such a difference (Unicode Technical Standard #39 §4).
fn looks_like_another(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}') || "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοѕіјАВЕКМНОРСТУХЅІЈаеорсухһԁԛԝ".contains(c)
}

/// Returns whether a character is invisible: controls, spaces other than the plain one, bidirectional marks and
/// overrides, zero-width and tag characters (Unicode Standard Annex #9 §2, Unicode Technical Report #36 §3).
fn is_unseen(c: char) -> bool {
    let odd_space = c.is_whitespace() && c != ' ' && c != '\u{3000}';
    c.is_control()
        || odd_space
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{ffa0}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        // Noncharacters; XML cannot hold these two.
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_spelt_out() {
        let check = |text: &str, expect: &str| assert_eq!(quoted(text), expect);
        check("plain ü 漢 😀", "\"plain ü 漢 😀\"");
        check("a\"b\\c\n\t", r#""a\"b\\c\n\t""#);
        check("\u{1b}[31mred\u{7f}\u{9b}", r#""\u{1b}[31mred\u{7f}\u{9b}""#);
        check("\u{fffe}\u{ffff}", r#""\u{fffe}\u{ffff}""#);
        check("\u{202e}gnp.exe\u{2066}", r#""\u{202e}gnp.exe\u{2066}""#);
        check("a\u{200b}b\u{a0}c\u{2028}", r#""a\u{200b}b\u{a0}c\u{2028}""#);
        assert_eq!(visible("\"a\"\u{1b}"), "\"a\"\\u{1b}");
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        assert_eq!(quoted(&"é".repeat(100)), format!("\"{}\"…", "é".repeat(72)));
        assert_eq!(shorten("abcdef", 3), "abc…");
        assert_eq!(shorten("abc", 3), "abc");
    }

    #[test]
    fn a_pair_starts_shortly_before_its_first_difference() {
        let (before, after) = ("x".repeat(1000), "y".repeat(1000));
        let (expected, actual) = quoted_pair(&format!("{before}1{after}"), &format!("{before}22{after}"));
        assert_eq!(expected.text, format!("…\"{}1{}\"…", "x".repeat(24), "y".repeat(47)));
        assert_eq!(actual.text, format!("…\"{}22{}\"…", "x".repeat(24), "y".repeat(46)));
        assert_eq!(&expected.text[expected.emphasis[0].clone()], "1");
        assert_eq!(&actual.text[actual.emphasis[0].clone()], "22");
    }

    #[test]
    fn a_difference_that_looks_like_none_is_spelt_out() {
        let check =
            |expected: &str, actual: &str, expect: &str| assert_eq!(quoted_pair(expected, actual).1.text, expect);
        check("café", "cafe\u{301}", r#""cafe\u{301}""#);
        check("admin", "\u{430}dmin", r#""\u{430}dmin""#);
        check("Muller", "Müller", r#""Müller""#);
        check("да 1", "да 2", r#""да 2""#);
    }

    #[test]
    fn marks_cover_an_escape_as_a_whole() {
        let (_, actual) = quoted_pair("ab", "a\u{1b}b");
        assert_eq!(&actual.text[actual.emphasis[0].clone()], r"\u{1b}");
    }
}
