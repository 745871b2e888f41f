//! Finds values in a string, raw or encoded, in one pass.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use super::decode::Coding;
use super::encodings::{
    Separators, base64_forms, decimal_forms, field_name_form, hex_forms, hex_of_base64, latin_1, letter_case_forms,
    nested_forms, plain_forms,
};

/// Bytes that are searched at a time, so that decoding takes little memory.
const STRETCH: usize = 256 * 1024;

/// Maximum size in bytes of an encoded byte: one escape inside another.
const WIDEST: usize = 16;

/// Maximum nesting of JSON strings that is decoded: programs quote the JSON of others. Combinations with other encodings are decoded
/// less deep, because their number grows with each layer.
const MAX_ESCAPES: usize = 6;

/// Maximum number of bytes that nested strings add to the special characters of a value.
const MAX_QUOTES: usize = 64 * 1024;

/// Search patterns of a set of values.
#[derive(Default)]
pub(super) struct SearchPatterns {
    automaton: Option<AhoCorasick>,
    patterns: Vec<SearchPattern>,
    /// Maximum size in bytes of an encoded value.
    max_length: usize,
    /// Size of the shortest pattern: decoding never lengthens a text, so a shorter text cannot match.
    shortest: usize,
}

/// The value that a pattern of the automaton belongs to.
struct SearchPattern {
    /// The number of the value.
    of: usize,
    extent: Extent,
}

/// How far a value extends beyond its pattern.
#[derive(Clone, Copy)]
enum Extent {
    /// Not at all.
    Exact,
    /// Over the base64 characters on both sides, which contain bits of the value too.
    Base64,
    /// Over the bytes in hexadecimal digits behind it, with one of these separators between two bytes.
    Hex(Separators),
    /// Over the bytes in decimal digits behind it.
    Decimal(Separators),
}

impl SearchPatterns {
    /// Prepares a case-insensitive search for the numbered values of a run: hosts and header names lose their case. Empty values
    /// are ignored.
    pub(super) fn of_run<'v>(values: impl Iterator<Item = (usize, &'v str)>) -> Self {
        let forms = values.flat_map(|(of, value)| forms(of, value).chain(rare_forms(of, value)));
        // A DFA would search faster, but takes longer to build than a short run to complete.
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        Self::new(forms, AhoCorasick::builder().ascii_case_insensitive(true).kind(kind))
    }

    /// Prepares a case-sensitive search for one exchange, and for values as names of headers in lower case.
    pub(super) fn of_exchange<'v>(values: impl Iterator<Item = (usize, &'v str)>) -> Self {
        // Other kinds search faster but take far longer to build.
        let lower = |of, value| {
            field_name_form(value).map(|text| (text.into_bytes(), SearchPattern { of, extent: Extent::Exact }))
        };
        let forms = values.flat_map(|(of, value)| forms(of, value).chain(lower(of, value)));
        Self::new(forms, AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)))
    }

    fn new(forms: impl Iterator<Item = (Vec<u8>, SearchPattern)>, builder: &AhoCorasickBuilder) -> Self {
        let (texts, patterns): (Vec<_>, Vec<_>) = forms.unzip();
        let max_length = texts.iter().map(|text: &Vec<u8>| widest(text)).max().unwrap_or_default();
        let shortest = texts.iter().map(Vec::len).min().unwrap_or_default();
        let automaton = (!texts.is_empty())
            .then(|| builder.build(texts).expect("an automaton over bounded values has far fewer than 2^31 states"));
        Self { automaton, patterns, max_length, shortest }
    }

    /// Maximum size in bytes of an encoded value.
    pub(super) fn max_length(&self) -> usize {
        self.max_length
    }

    /// Finds every value in `text`, raw or encoded. Returns its number and its range in `text`.
    pub(super) fn find(&self, text: &str) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        let automaton = self.automaton.as_ref().filter(|_| text.len() >= self.shortest);
        let Some(automaton) = automaton else { return found };
        for start in (0..text.len()).step_by(STRETCH) {
            let end = text.len().min(start + STRETCH + self.max_length);
            let depth = Depth { origin: &|at| start + at, layers: 0, is_escaped_only: true };
            self.search_decoded(automaton, &text.as_bytes()[start..end], depth, &mut found);
        }
        found.sort_unstable_by_key(|(of, range)| (range.start, range.end, *of));
        found.dedup();
        found
    }

    fn search_decoded(
        &self,
        automaton: &AhoCorasick,
        text: &[u8],
        depth: Depth<'_>,
        found: &mut Vec<(usize, Range<usize>)>,
    ) {
        let Depth { origin, layers, is_escaped_only } = depth;
        for hit in automaton.find_overlapping_iter(text) {
            let Some(pattern) = self.patterns.get(hit.pattern().as_usize()) else { continue };
            let range = match pattern.extent {
                Extent::Exact => hit.range(),
                Extent::Base64 => whole_base64(text, hit.range()),
                Extent::Hex(between) => whole_list(text, hit.range(), between, hex_byte),
                Extent::Decimal(between) => whole_list(text, hit.range(), between, decimal_byte),
            };
            found.push((pattern.of, origin(range.start)..origin(range.end)));
        }
        let is_decoded = |coding: &Coding| {
            layers < coding.max_layers() || is_escaped_only && *coding == Coding::Escape && layers < MAX_ESCAPES
        };
        for coding in Coding::ALL.into_iter().filter(is_decoded) {
            if let Some(decoded) = coding.undo(text) {
                let origin = |at| origin(decoded.origin(at));
                let is_escaped_only = is_escaped_only && coding == Coding::Escape;
                let depth = Depth { origin: &origin, layers: layers + 1, is_escaped_only };
                self.search_decoded(automaton, &decoded.bytes, depth, found);
            }
        }
    }
}

/// Number of decoded layers, and the origin of each byte.
#[derive(Clone, Copy)]
struct Depth<'o> {
    origin: &'o dyn Fn(usize) -> usize,
    layers: usize,
    /// Whether every layer was of strings in JSON.
    is_escaped_only: bool,
}

/// Maximum size in bytes of an encoded text.
fn widest(text: &[u8]) -> usize {
    let is_escaped = |byte: &u8| !byte.is_ascii() || byte.is_ascii_control() || matches!(byte, b'"' | b'\\');
    let escaped = text.iter().filter(|byte| is_escaped(byte)).count() << MAX_ESCAPES;
    text.len() * WIDEST + escaped.min(MAX_QUOTES)
}

fn forms(of: usize, value: &str) -> impl Iterator<Item = (Vec<u8>, SearchPattern)> {
    let pattern = move |extent| move |text: String| (text.into_bytes(), SearchPattern { of, extent });
    let plain = plain_forms(value).into_iter().map(pattern(Extent::Exact));
    plain.chain(base64_forms(value).into_iter().map(pattern(Extent::Base64))).filter(|(text, _)| !text.is_empty())
}

/// The forms that only secrets of the run are searched in: there are few of them, and their automaton is built once.
fn rare_forms(of: usize, value: &str) -> impl Iterator<Item = (Vec<u8>, SearchPattern)> {
    let pattern = move |extent| move |bytes| (bytes, SearchPattern { of, extent });
    let cases = letter_case_forms(value).into_iter().map(String::into_bytes).chain(latin_1(value));
    let nested = nested_forms(value).into_iter().map(String::into_bytes).map(pattern(Extent::Base64));
    let list = move |extent: fn(Separators) -> Extent| {
        move |(text, between): (String, _)| (text.into_bytes(), SearchPattern { of, extent: extent(between) })
    };
    let of_base64 = hex_of_base64(value).into_iter().map(|text| (text, &[""] as Separators));
    let hex = hex_forms(value).into_iter().chain(of_base64).map(list(Extent::Hex));
    let decimal = decimal_forms(value).into_iter().map(list(Extent::Decimal));
    let exact = cases.map(pattern(Extent::Exact));
    exact.chain(nested).chain(hex).chain(decimal).filter(|(text, _)| !text.is_empty())
}

/// Extends `range` by the base64 characters on both sides.
fn whole_base64(text: &[u8], range: Range<usize>) -> Range<usize> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let before = text.iter().take(range.start).rev().take_while(|byte| is_base64(byte)).count();
    let after = text.iter().skip(range.end).take_while(|byte| is_base64(byte) || **byte == b'=').count();
    range.start - before..range.end + after
}

/// Extends `range` by the bytes behind it, whose length at the start of a text `byte` returns.
fn whole_list(
    text: &[u8],
    range: Range<usize>,
    separators: Separators,
    byte: fn(&[u8]) -> Option<usize>,
) -> Range<usize> {
    let mut end = range.end;
    let next = |rest: &[u8]| {
        let length = |separator: &&str| {
            let (between, rest) = rest.split_at_checked(separator.len())?;
            let is_separator = between.eq_ignore_ascii_case(separator.as_bytes());
            byte(rest).filter(|_| is_separator).map(|length| separator.len() + length)
        };
        separators.iter().find_map(length)
    };
    while let Some(length) = text.get(end..).and_then(next) {
        end += length;
    }
    range.start..end
}

/// Length of a byte in two hexadecimal digits.
fn hex_byte(text: &[u8]) -> Option<usize> {
    text.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit)).map(<[u8]>::len)
}

/// Length of a byte in decimal digits, with a sign.
fn decimal_byte(text: &[u8]) -> Option<usize> {
    let sign = usize::from(text.first() == Some(&b'-'));
    let digits = text.iter().skip(sign).take(3).take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then_some(sign + digits)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn check(values: &[&str], text: &str, expect: &[(usize, &str)]) {
        let patterns = SearchPatterns::of_exchange(values.iter().copied().enumerate());
        let found: Vec<_> = patterns.find(text).into_iter().map(|(of, range)| (of, &text[range])).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn values_are_found_in_every_encoding() {
        check(&["a/b c"], "x a/b c", &[(0, "a/b c")]);
        check(&["a/b c"], "x a%2Fb%20c a%2fb+c", &[(0, "a%2Fb%20c"), (0, "a%2fb+c")]);
        check(&["key"], r"\u006bey k\u0065y", &[(0, r"\u006bey"), (0, r"k\u0065y")]);
        check(&["a&b"], "a&amp;b a%26amp;b", &[(0, "a&amp;b"), (0, "a%26amp;b")]);
        let deep = (0..5).fold("a\"b\\é".to_owned(), |text, _| serde_json::to_string(&[text]).expect("JSON"));
        assert_eq!(SearchPatterns::of_exchange([(0, "a\"b\\é")].into_iter()).find(&deep).len(), 1, "{deep}");
        check(&["a\"b"], r#"{"x":"{\"y\":\"a\\\"b\"}"}"#, &[(0, r#"a\\\"b"#)]);
    }

    #[test]
    fn secrets_are_found_in_rare_encodings() {
        let secret = "correct-horse?é";
        let patterns = SearchPatterns::of_run([(0, secret)].into_iter());
        let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let wrapped = |text: &str, end: &str| {
            let lines = text.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line).into_owned());
            lines.collect::<Vec<_>>().join(end)
        };
        let each = |unit: &dyn Fn(char) -> String| secret.chars().map(unit).collect::<String>();
        let bytes = |unit: &dyn Fn(u8) -> String| secret.bytes().map(unit).collect::<String>();
        let long = base64(format!("some user:{secret} and more").as_bytes());
        let escaped = "say \\\"correct-horse?\\u00e9\\\"";
        let texts = [
            base64(escaped.as_bytes()),
            each(&|c| if c == '?' { "&quest;".to_owned() } else { c.to_string() }).replace('é', "&eacute;"),
            base64(secret.as_bytes())
                .as_bytes()
                .chunks(8)
                .map(|line| String::from_utf8_lossy(line))
                .collect::<Vec<_>>()
                .join("\n"),
            base64(base64(format!("u:{secret}!").as_bytes()).as_bytes()),
            base64(&utf16(secret)),
            wrapped(&long, "\r\n"),
            wrapped(&long, "\n  "),
            wrapped(&long, r"\n"),
            String::from_utf8_lossy(&utf16("correct-horse?")).into_owned(),
            bytes(&|byte| format!("={byte:02X}")),
            bytes(&|byte| format!("\\x{byte:02x}")),
            bytes(&|byte| format!("\\{byte:03o}")),
            each(&|c| format!("%u{:04X}", u32::from(c))),
            each(&|c| format!("&#{}", u32::from(c))),
            each(&|c| format!("&#x{:x}", u32::from(c))),
            "correct-=\r\nhorse?=C3=A9".to_owned(),
        ];
        let short = SearchPatterns::of_run([(0, "correct-horse?")].into_iter());
        for text in texts {
            let found = [&patterns, &short].map(|patterns| patterns.find(&text).len());
            assert_ne!(found, [0, 0], "{text}");
        }
        assert_eq!(patterns.find("MNXXE4TFMN2C22DPOJZWKP6DVE"), [(0, 0..26)]);
    }

    #[test]
    fn secrets_are_found_in_dumps_of_bytes() {
        let secret = "correct-horse?é";
        let patterns = SearchPatterns::of_run([(0, secret)].into_iter());
        let hex =
            |separator: &str| secret.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(separator);
        let dump = |size: usize, first: usize, between: &str| {
            let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let (head, rest) = secret.as_bytes().split_at(first);
            [digits(head)].into_iter().chain(rest.chunks(size).map(digits)).collect::<Vec<_>>().join(between)
        };
        let utf16 = secret.encode_utf16().flat_map(u16::to_le_bytes);
        let texts = [
            hex(""),
            hex("").to_uppercase(),
            format!("0x{}", hex("")),
            hex(":"),
            hex(" ").to_uppercase(),
            format!("[0x{}]", hex(", 0x")),
            hex("."),
            hex("_"),
            hex("\n"),
            dump(2, 0, " "),
            dump(2, 1, " "),
            dump(4, 3, " "),
            hex(" ").replacen(" ", "  ", 1),
            "6f63 7272 6365 2d74 6f68 7372 3f65".to_owned(),
            utf16.map(|byte| format!("{byte:02x}")).collect(),
            secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", "),
            secret.bytes().map(|byte| byte.cast_signed().to_string()).collect::<Vec<_>>().join(","),
        ];
        for text in texts {
            assert_ne!(patterns.find(&text), [], "{text}");
        }
        let list = format!("[0x{}]", hex(", 0x"));
        assert_eq!(patterns.find(&list), [(0, 3..list.len() - 1)]);
        let decimal = secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
        assert_eq!(patterns.find(&format!("[{decimal}]")), [(0, 1..1 + decimal.len())]);
        let groups = dump(2, 1, " ");
        assert_eq!(patterns.find(&format!("70{groups}  x")), [(0, 2..2 + groups.len())]);
    }

    #[test]
    fn values_are_found_as_names_of_headers_in_lower_case() {
        check(&["Tok-En-12"], "tok-en-12: x", &[(0, "tok-en-12")]);
        check(&["Tok/En/12", "Jonas"], "tok/en/12 jonas", &[]);
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
