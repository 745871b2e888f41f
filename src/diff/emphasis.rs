//! Which characters of two strings differ.

use std::ops::Range;

use similar::{DiffTag, TextDiff};

/// Bytes up to which two strings are compared character by character; longer ones by their common ends.
const FINE: usize = 1024;

/// The share of equal characters below which marking them one by one tells nothing.
const ALIKE: f32 = 0.5;

/// What differs between two strings, as byte ranges of each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Differing {
    /// Bytes that both begin with.
    pub common: usize,
    pub in_expected: Vec<Range<usize>>,
    pub in_actual: Vec<Range<usize>>,
}

/// Compares by what a reader takes for one character (Unicode Standard Annex #29). Nothing is marked in strings that have
/// hardly anything in common.
pub(super) fn differing(expected: &str, actual: &str) -> Differing {
    let common = common_start(expected, actual);
    if expected.len().max(actual.len()) > FINE {
        return by_ends(expected, actual, common);
    }
    let diff = TextDiff::from_graphemes(expected, actual);
    if diff.ratio() < ALIKE {
        return Differing { common, ..Differing::default() };
    }
    let old = offsets(diff.iter_old_slices());
    let new = offsets(diff.iter_new_slices());
    let changed = || diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let bytes = |offsets: &[usize], range: Range<usize>| offsets[range.start]..offsets[range.end];
    let some = |range: &Range<usize>| !range.is_empty();
    Differing {
        common,
        in_expected: changed().map(|op| bytes(&old, op.old_range())).filter(some).collect(),
        in_actual: changed().map(|op| bytes(&new, op.new_range())).filter(some).collect(),
    }
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

/// Where each piece begins, and where the last one ends.
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
    }

    #[test]
    fn long_strings_are_compared_by_their_ends() {
        let long = "é".repeat(2000);
        check(&format!("{long}a{long}"), &format!("{long}bc{long}"), (&["a"], &["bc"]));
        check(&long, &format!("{long}é"), (&[], &["é"]));
    }
}
