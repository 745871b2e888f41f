//! Replaces ranges of a text, all in one go, so that what was put in is never searched again.

use std::cmp::Reverse;
use std::ops::Range;
use std::rc::Rc;

/// A stretch of a text and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Bytes of the text, on character bounds.
    pub range: Range<usize>,
    /// What is shown.
    pub label: String,
    /// By which rule.
    pub rule: Rc<str>,
}

/// `text` with every cut made, and `made` told the rule of each. Cuts that overlap become one, under the label of the first, so that no tail shows.
pub fn apply(text: &str, cuts: Vec<Cut>, made: &mut dyn FnMut(&Rc<str>)) -> String {
    start(text, cuts, text.len(), made).0
}

/// What [`apply`] makes of the first `end` bytes of `text`, and how many it took: a cut that begins there is made whole, so that no
/// half of it shows.
pub fn start(text: &str, mut cuts: Vec<Cut>, end: usize, made: &mut dyn FnMut(&Rc<str>)) -> (String, usize) {
    cuts.sort_by_key(|cut| (cut.range.start, Reverse(cut.range.end)));
    let mut masked = String::with_capacity(end);
    let mut done = 0;
    for cut in merged(cuts).into_iter().filter(|cut| cut.range.start < end) {
        masked.push_str(text.get(done..cut.range.start).unwrap_or_default());
        masked.push_str(&cut.label);
        made(&cut.rule);
        done = cut.range.end;
    }
    masked.push_str(text.get(done..end).unwrap_or_default());
    (masked, done.max(end))
}

fn merged(cuts: Vec<Cut>) -> Vec<Cut> {
    let mut merged: Vec<Cut> = Vec::with_capacity(cuts.len());
    for cut in cuts {
        match merged.last_mut() {
            Some(last) if cut.range.start < last.range.end => last.range.end = last.range.end.max(cut.range.end),
            _ => merged.push(cut),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cuts: &[(Range<usize>, &str)], expect: &str) {
        let cuts = cuts.iter().map(|(range, label)| Cut {
            range: range.clone(),
            label: (*label).to_owned(),
            rule: "r".into(),
        });
        assert_eq!(apply("abcdefgh", cuts.collect(), &mut |_| {}), expect);
    }

    #[test]
    fn cuts_are_made_in_the_order_of_the_text() {
        check(&[], "abcdefgh");
        check(&[(6..8, "2"), (0..3, "1")], "1def2");
        check(&[(0..3, "1"), (3..4, "2")], "12efgh");
    }

    #[test]
    fn overlapping_cuts_leave_no_tail() {
        check(&[(1..4, "1"), (2..7, "2")], "a1h");
        check(&[(1..3, "short"), (1..6, "LONG")], "aLONGgh");
    }

    #[test]
    fn no_half_of_a_cut_shows_at_the_end() {
        let cut = |range| vec![Cut { range, label: "1".to_owned(), rule: "r".into() }];
        assert_eq!(start("abcdefgh", cut(2..6), 4, &mut |_| {}), ("ab1".to_owned(), 6));
        assert_eq!(start("abcdefgh", cut(4..6), 4, &mut |_| {}), ("abcd".to_owned(), 4));
    }
}
