//! Finds values in a text, as they are and as they look when encoded, all in one go.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use super::decode::Coding;
use super::spelling::{base64_forms, spellings};

/// Encodings laid one over the other that are undone.
const MAX_LAYERS: usize = 3;

/// Bytes of a text that are searched at a time, so that undoing its encodings takes little memory.
const STRETCH: usize = 256 * 1024;

/// Bytes that an encoded byte may take: one escape over another.
const WIDEST: usize = 16;

/// The values that are looked for.
#[derive(Default)]
pub struct Needles {
    automaton: Option<AhoCorasick>,
    needles: Vec<Needle>,
    /// Bytes that the longest value may take in a text.
    reach: usize,
    /// Bytes of the shortest pattern: undoing an encoding lengthens no text, so a shorter one holds nothing.
    shortest: usize,
}

/// What one pattern of the automaton stands for.
struct Needle {
    /// The number of the value.
    of: usize,
    /// Whether it lies inside base64, whose neighbouring characters hold bits of the value too.
    base64: bool,
}

impl Needles {
    /// Prepares the search for values by their numbers, for a whole run: letters count in either case, because the names of hosts
    /// and headers lose theirs. Empty values are not looked for.
    pub fn of_run<'v>(values: impl Iterator<Item = (usize, &'v str)>) -> Self {
        Self::new(values, AhoCorasick::builder().ascii_case_insensitive(true))
    }

    /// The same for one exchange, letter by letter.
    pub fn of_exchange<'v>(values: impl Iterator<Item = (usize, &'v str)>) -> Self {
        // The other kinds find faster and take far longer to build.
        Self::new(values, AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)))
    }

    fn new<'v>(values: impl Iterator<Item = (usize, &'v str)>, builder: &AhoCorasickBuilder) -> Self {
        let (texts, needles): (Vec<_>, Vec<_>) = values.flat_map(|(of, value)| forms(of, value)).unzip();
        let reach = texts.iter().map(|text: &String| text.len() * WIDEST).max().unwrap_or_default();
        let shortest = texts.iter().map(String::len).min().unwrap_or_default();
        let automaton = (!texts.is_empty())
            .then(|| builder.build(texts).expect("an automaton over bounded values has far fewer than 2^31 states"));
        Self { automaton, needles, reach, shortest }
    }

    /// Bytes that the longest value may take in a text.
    pub fn reach(&self) -> usize {
        self.reach
    }

    /// Every value in `text` and in what it encodes: its number, and the bytes of `text` it takes.
    pub fn find(&self, text: &str) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        let automaton = self.automaton.as_ref().filter(|_| text.len() >= self.shortest);
        let Some(automaton) = automaton else { return found };
        for start in (0..text.len()).step_by(STRETCH) {
            let end = text.len().min(start + STRETCH + self.reach);
            let depth = Depth { origin: &|at| start + at, layers: 0 };
            self.dig(automaton, &text.as_bytes()[start..end], depth, &mut found);
        }
        found.sort_unstable_by_key(|(of, range)| (range.start, range.end, *of));
        found.dedup();
        found
    }

    fn dig(&self, automaton: &AhoCorasick, text: &[u8], depth: Depth<'_>, found: &mut Vec<(usize, Range<usize>)>) {
        let Depth { origin, layers } = depth;
        for hit in automaton.find_overlapping_iter(text) {
            let Some(needle) = self.needles.get(hit.pattern().as_usize()) else { continue };
            let range = if needle.base64 { whole_base64(text, hit.range()) } else { hit.range() };
            found.push((needle.of, origin(range.start)..origin(range.end)));
        }
        for coding in Coding::ALL.into_iter().filter(|_| layers < MAX_LAYERS) {
            if let Some(decoded) = coding.undo(text) {
                let origin = |at| origin(decoded.origin(at));
                let depth = Depth { origin: &origin, layers: layers + 1 };
                self.dig(automaton, &decoded.bytes, depth, found);
            }
        }
    }
}

/// How many encodings were undone, and where a byte came from.
#[derive(Clone, Copy)]
struct Depth<'o> {
    origin: &'o dyn Fn(usize) -> usize,
    layers: usize,
}

fn forms(of: usize, value: &str) -> impl Iterator<Item = (String, Needle)> {
    let needle = move |base64| move |text| (text, Needle { of, base64 });
    let plain = spellings(value).into_iter().map(needle(false));
    plain.chain(base64_forms(value).into_iter().map(needle(true))).filter(|(text, _)| !text.is_empty())
}

/// `range` with the base64 characters on both sides of it.
fn whole_base64(text: &[u8], range: Range<usize>) -> Range<usize> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let before = text.iter().take(range.start).rev().take_while(|byte| is_base64(byte)).count();
    let after = text.iter().skip(range.end).take_while(|byte| is_base64(byte) || **byte == b'=').count();
    range.start - before..range.end + after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[&str], text: &str, expect: &[(usize, &str)]) {
        let needles = Needles::of_exchange(values.iter().copied().enumerate());
        let found: Vec<_> = needles.find(text).into_iter().map(|(of, range)| (of, &text[range])).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn values_are_found_in_every_encoding() {
        check(&["a/b c"], "x a/b c", &[(0, "a/b c")]);
        check(&["a/b c"], "x a%2Fb%20c a%2fb+c", &[(0, "a%2Fb%20c"), (0, "a%2fb+c")]);
        check(&["key"], r"\u006bey k\u0065y", &[(0, r"\u006bey"), (0, r"k\u0065y")]);
        check(&["a&b"], "a&amp;b a%26amp;b", &[(0, "a&amp;b"), (0, "a%26amp;b")]);
        check(&["a\"b"], r#"{"x":"{\"y\":\"a\\\"b\"}"}"#, &[(0, r#"a\\\"b"#)]);
    }

    #[test]
    fn values_that_overlap_are_both_found() {
        check(&["abcd", "cdef"], "abcdef", &[(0, "abcd"), (1, "cdef")]);
    }

    #[test]
    fn base64_is_taken_with_its_neighbours() {
        // "user:correct-horse!"
        check(&["correct-horse"], "Basic dXNlcjpjb3JyZWN0LWhvcnNlIQ==.", &[(0, "dXNlcjpjb3JyZWN0LWhvcnNlIQ==")]);
        check(
            &["correct-horse"],
            "x=dXNlcjpjb3JyZWN0LWhvcnNlIQ%3D%3D",
            &[(0, "dXNlcjpjb3JyZWN0LWhvcnNlIQ"), (0, "dXNlcjpjb3JyZWN0LWhvcnNlIQ%3D%3D")],
        );
    }
}
