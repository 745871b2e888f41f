//! Aligns two lists, so that one inserted or removed element does not make all following elements differ.
//!
//! Expected elements are patterns: one pattern may match many values, so that algorithms for equal lines do not apply.
//! The cheapest edit script over a cost table is exact for any cost function.

/// Maximum size of the cost table; larger lists are compared index by index.
const MOST: usize = 40_000;

/// Cost of one inserted or removed element.
const GAP: usize = 10;

/// One step of the alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The expected and the actual element with these indexes are compared with each other.
    Pair(usize, usize),
    /// The expected element is missing; it belongs before this index of the actual list.
    Missing(usize, usize),
    /// The actual element with this index is not expected.
    Unexpected(usize),
}

/// Aligns `expected` and `actual`. `cost` is 0 for a match and below 20 otherwise.
pub(super) fn align<A, B>(expected: &[A], actual: &[B], cost: impl Fn(&A, &B) -> usize) -> Vec<Step> {
    let fits = |(expected, actual): &(&A, &B)| cost(expected, actual) == 0;
    let start = expected.iter().zip(actual).take_while(fits).count();
    let rest = (&expected[start..], &actual[start..]);
    let end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(fits).count();
    let (expected_end, actual_end) = (expected.len() - end, actual.len() - end);
    let middle = between(&expected[start..expected_end], &actual[start..actual_end], &cost);

    let pairs = |index: usize| Step::Pair(index, index);
    let tail = (0..end).map(|index| Step::Pair(expected_end + index, actual_end + index));
    (0..start).map(pairs).chain(middle.into_iter().map(|step| step.moved(start))).chain(tail).collect()
}

impl Step {
    fn moved(self, by: usize) -> Self {
        match self {
            Self::Pair(expected, actual) => Self::Pair(expected + by, actual + by),
            Self::Missing(expected, actual) => Self::Missing(expected + by, actual + by),
            Self::Unexpected(actual) => Self::Unexpected(actual + by),
        }
    }
}

fn between<A, B>(expected: &[A], actual: &[B], cost: &impl Fn(&A, &B) -> usize) -> Vec<Step> {
    if expected.len().saturating_mul(actual.len()) > MOST {
        return place_by_place(expected.len(), actual.len());
    }
    let pairs: Vec<Vec<usize>> = expected.iter().map(|w| actual.iter().map(|c| cost(w, c)).collect()).collect();
    walk(&totals(&pairs, expected.len(), actual.len()), &pairs)
}

fn place_by_place(expected: usize, actual: usize) -> Vec<Step> {
    let pairs = (0..expected.min(actual)).map(|index| Step::Pair(index, index));
    let missing = (actual..expected).map(|index| Step::Missing(index, actual));
    pairs.chain(missing).chain((expected..actual).map(Step::Unexpected)).collect()
}

/// Computes the lowest cost of aligning the rest of both lists, for every pair of indexes.
fn totals(pairs: &[Vec<usize>], expected: usize, actual: usize) -> Vec<Vec<usize>> {
    let mut totals = vec![vec![0; actual + 1]; expected + 1];
    for w in (0..=expected).rev() {
        for c in (0..=actual).rev() {
            let pair = (w < expected && c < actual).then(|| pairs[w][c] + totals[w + 1][c + 1]);
            let missing = (w < expected).then(|| GAP + totals[w + 1][c]);
            let unexpected = (c < actual).then(|| GAP + totals[w][c + 1]);
            totals[w][c] = [pair, missing, unexpected].into_iter().flatten().min().unwrap_or(0);
        }
    }
    totals
}

/// Follows the lowest cost from the start and prefers a pair among equal costs.
fn walk(totals: &[Vec<usize>], pairs: &[Vec<usize>]) -> Vec<Step> {
    let (expected, actual) = (totals.len() - 1, totals[0].len() - 1);
    let (mut w, mut c) = (0, 0);
    let mut steps = Vec::with_capacity(expected + actual);
    while w < expected || c < actual {
        if w < expected && c < actual && totals[w][c] == pairs[w][c] + totals[w + 1][c + 1] {
            steps.push(Step::Pair(w, c));
            (w, c) = (w + 1, c + 1);
        } else if w < expected && totals[w][c] == GAP + totals[w + 1][c] {
            steps.push(Step::Missing(w, c));
            w += 1;
        } else {
            steps.push(Step::Unexpected(c));
            c += 1;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, actual: &str, expect: &str) {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        let shown = align(&letters(expected), &letters(actual), |a, b| if a == b { 0 } else { 19 })
            .into_iter()
            .map(|step| match step {
                Step::Pair(w, c) => format!("{w}={c}"),
                Step::Missing(w, c) => format!("-{w}@{c}"),
                Step::Unexpected(c) => format!("+{c}"),
            })
            .collect::<Vec<_>>();
        assert_eq!(shown.join(" "), expect, "{expected} and {actual}");
    }

    #[test]
    fn one_change_is_one_step() {
        check("", "", "");
        check("abc", "abc", "0=0 1=1 2=2");
        check("abc", "axbc", "0=0 +1 1=2 2=3");
        check("abc", "ac", "0=0 -1@1 2=1");
        check("abc", "axc", "0=0 1=1 2=2");
        check("abc", "", "-0@0 -1@0 -2@0");
        check("", "ab", "+0 +1");
        check("ab", "ba", "-0@0 1=0 +1");
        check("abcd", "xbcdy", "0=0 1=1 2=2 3=3 +4");
    }

    #[test]
    fn long_lists_are_compared_place_by_place() {
        let expected = vec![1; 300];
        let steps = align(&expected, &[2; 301], |a, b| if a == b { 0 } else { 19 });
        assert_eq!((steps.len(), steps[0], steps[300]), (301, Step::Pair(0, 0), Step::Unexpected(300)));
    }
}
