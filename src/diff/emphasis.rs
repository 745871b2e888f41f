//! Finds the differing characters of two strings.

use std::ops::Range;

use similar::{DiffOp, DiffTag, TextDiff};

/// Maximum length in bytes for a comparison by character; of longer strings only the common prefix and suffix are
/// found.
const FINE: usize = 1024;

/// Differing byte ranges of two strings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Differing {
    /// Length of the common prefix in bytes.
    pub common: usize,
    pub in_expected: Vec<Range<usize>>,
    pub in_actual: Vec<Range<usize>>,
}

/// Compares by grapheme clusters (Unicode Standard Annex #29). Nothing is marked in strings that have hardly anything
/// in common.
pub(super) fn differing(expected: &str, actual: &str) -> Differing {
    let common = common_start(expected, actual);
    if expected.len().max(actual.len()) > FINE {
        return by_ends(expected, actual, common);
    }
    let diff = TextDiff::from_graphemes(expected, actual);
    let (old, new) = (offsets(diff.iter_old_slices()), offsets(diff.iter_new_slices()));
    let equal_ranges = equal_ranges(diff.ops(), old.len() - 1, new.len() - 1);
    let alike = equal_ranges.iter().map(|(range, _)| 2 * range.len()).sum::<usize>();
    if alike < diff.old_len().max(diff.new_len()) {
        return Differing { common, ..Differing::default() };
    }
    Differing {
        common,
        in_expected: between(equal_ranges.iter().map(|(range, _)| range.clone()), &old),
        in_actual: between(equal_ranges.iter().map(|(_, range)| range.clone()), &new),
    }
}

/// Returns the equal ranges worth showing: three characters or more, or at an end of both strings.
fn equal_ranges(ops: &[DiffOp], old_len: usize, new_len: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let equal = ops.iter().filter(|op| op.tag() == DiffTag::Equal).map(|op| (op.old_range(), op.new_range()));
    let at_start = |old: &Range<usize>, new: &Range<usize>| old.start == 0 && new.start == 0;
    let at_end = |old: &Range<usize>, new: &Range<usize>| old.end == old_len && new.end == new_len;
    equal.filter(|(old, new)| old.len() > 2 || at_start(old, new) || at_end(old, new)).collect()
}

/// Returns the byte ranges before, between and after the equal ranges.
fn between(equal_ranges: impl Iterator<Item = Range<usize>>, offsets: &[usize]) -> Vec<Range<usize>> {
    let last = offsets.len() - 1;
    let mut from = 0;
    let mut ranges = Vec::new();
    for stretch in equal_ranges.chain(std::iter::once(last..last)) {
        ranges.extend(Some(offsets[from]..offsets[stretch.start]).filter(|range| !range.is_empty()));
        from = stretch.end;
    }
    ranges
}

fn by_ends(expected: &str, actual: &str, common: usize) -> Differing {
    let (expected_rest, actual_rest) = (&expected[common..], &actual[common..]);
    let tail = common_end(expected_rest, actual_rest);
    let middle = |whole: &str| Some(common..whole.len() - tail).filter(|range| !range.is_empty()).into_iter().collect();
    Differing { common, in_expected: middle(expected), in_actual: middle(actual) }
}

fn common_start(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
}

fn common_end(a: &str, b: &str) -> usize {
    a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
}

/// Returns the start of each piece and the end of the last one.
fn offsets<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let ends = pieces.scan(0, |end, piece| {
        *end += piece.len();
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, actual: &str, expect: (&[&str], &[&str])) {
        let found = differing(expected, actual);
        let cut = |text: &str, ranges: &[Range<usize>]| {
            ranges.iter().map(|range| text[range.clone()].to_owned()).collect::<Vec<_>>()
        };
        let shown = (cut(expected, &found.in_expected), cut(actual, &found.in_actual));
        assert_eq!(shown, (cut_owned(expect.0), cut_owned(expect.1)), "{expected} / {actual}");
    }

    fn cut_owned(pieces: &[&str]) -> Vec<String> {
        pieces.iter().map(|&piece| piece.to_owned()).collect()
    }

    #[test]
    fn characters_that_differ_are_found() {
        check("PARTNER_USER_456", "PARTNER_USER_457", (&["6"], &["7"]));
        check("link", "links", (&[], &["s"]));
        check("e\u{301}tude", "etude", (&["e\u{301}"], &["e"]));
        check("active", "INACTIVE", (&[], &[]));
        check("", "", (&[], &[]));
        check("2026-01-31T12:00:00Z", "2026-01-30T12:30:00Z", (&["1", "0"], &["0", "3"]));
        check("BBB815E9-F654-438D-9AD3-3F7BB8136FC0", "0E4A0B0C-9D53-4F2B-8C6E-7A2D11C8E93F", (&[], &[]));
    }

    #[test]
    fn long_strings_are_compared_by_their_ends() {
        let long = "é".repeat(2000);
        check(&format!("{long}a{long}"), &format!("{long}bc{long}"), (&["a"], &["bc"]));
        check(&long, &format!("{long}é"), (&[], &["é"]));
    }
}
