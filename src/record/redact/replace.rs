//! Replaces ranges of a text in one pass, so that inserted text is never searched again.

use std::cmp::Reverse;
use std::ops::Range;
use std::rc::Rc;

/// A range of a text and the label that replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    /// Bytes of the text, on character boundaries.
    pub range: Range<usize>,
    /// The label.
    pub label: String,
    /// Name of the rule.
    pub rule: Rc<str>,
    /// Whether it replaces a secret of the run.
    pub is_secret: bool,
}

/// Applies all replacements and calls `applied` with the rule of each. Overlapping ones are merged under the label of the first,
/// so that no remainder is shown.
pub(super) fn all(text: &str, replacements: Vec<Replacement>, applied: &mut dyn FnMut(&Rc<str>)) -> String {
    up_to(text, replacements, text.len(), applied).0
}

/// Like [`all`] for the first `end` bytes. Returns also how many bytes it consumed: a replacement that begins before `end` is
/// applied as a whole.
pub(super) fn up_to(
    text: &str,
    mut replacements: Vec<Replacement>,
    end: usize,
    applied: &mut dyn FnMut(&Rc<str>),
) -> (String, usize) {
    replacements.sort_by_key(|replacement| (replacement.range.start, Reverse(replacement.range.end)));
    let mut redacted = String::with_capacity(end);
    let mut done = 0;
    for replacement in merged(replacements).into_iter().filter(|replacement| replacement.range.start < end) {
        redacted.push_str(text.get(done..replacement.range.start).unwrap_or_default());
        redacted.push_str(&replacement.label);
        applied(&replacement.rule);
        done = replacement.range.end;
    }
    redacted.push_str(text.get(done..end).unwrap_or_default());
    (redacted, done.max(end))
}

fn merged(replacements: Vec<Replacement>) -> Vec<Replacement> {
    let mut merged: Vec<Replacement> = Vec::with_capacity(replacements.len());
    for next in replacements {
        match merged.last_mut() {
            Some(last) if next.range.start < last.range.end => last.range.end = last.range.end.max(next.range.end),
            _ => merged.push(next),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(replacements: &[(Range<usize>, &str)], expect: &str) {
        let replacements = replacements.iter().map(|(range, label)| Replacement {
            range: range.clone(),
            label: (*label).to_owned(),
            rule: "r".into(),
            is_secret: false,
        });
        assert_eq!(all("abcdefgh", replacements.collect(), &mut |_| {}), expect);
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
        let replacement =
            |range| vec![Replacement { range, label: "1".to_owned(), rule: "r".into(), is_secret: false }];
        assert_eq!(up_to("abcdefgh", replacement(2..6), 4, &mut |_| {}), ("ab1".to_owned(), 6));
        assert_eq!(up_to("abcdefgh", replacement(4..6), 4, &mut |_| {}), ("abcd".to_owned(), 4));
    }
}
