//! Lines up two lists, so that one element put in or left out does not make all that follow look wrong.
//!
//! Expected elements are patterns: one may match many different values, so being matched says nothing about being equal and
//! the algorithms for equal lines do not apply. The cheapest edit script over a table is exact for any cost.

/// Cells of the table up to which lists are lined up; larger ones are compared place by place.
const MOST: usize = 40_000;

/// What one element left out or put in costs.
const GAP: usize = 10;

/// One step through both lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The expected element answers to the actual one.
    Pair(usize, usize),
    /// The expected element is missing before that place of the actual list.
    Missing(usize, usize),
    /// The actual element answers to nothing.
    Unexpected(usize),
}

/// Lines up `wanted` and `came` by `cost`, which is 0 for what matches and below 20 otherwise.
pub(super) fn align<A, B>(wanted: &[A], came: &[B], cost: impl Fn(&A, &B) -> usize) -> Vec<Step> {
    let fits = |(wanted, came): &(&A, &B)| cost(wanted, came) == 0;
    let start = wanted.iter().zip(came).take_while(fits).count();
    let rest = (&wanted[start..], &came[start..]);
    let end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(fits).count();
    let (wanted_end, came_end) = (wanted.len() - end, came.len() - end);
    let middle = between(&wanted[start..wanted_end], &came[start..came_end], &cost);

    let pairs = |index: usize| Step::Pair(index, index);
    let tail = (0..end).map(|index| Step::Pair(wanted_end + index, came_end + index));
    (0..start).map(pairs).chain(middle.into_iter().map(|step| step.moved(start))).chain(tail).collect()
}

impl Step {
    fn moved(self, by: usize) -> Self {
        match self {
            Self::Pair(wanted, came) => Self::Pair(wanted + by, came + by),
            Self::Missing(wanted, came) => Self::Missing(wanted + by, came + by),
            Self::Unexpected(came) => Self::Unexpected(came + by),
        }
    }
}

fn between<A, B>(wanted: &[A], came: &[B], cost: &impl Fn(&A, &B) -> usize) -> Vec<Step> {
    if wanted.len().saturating_mul(came.len()) > MOST {
        return place_by_place(wanted.len(), came.len());
    }
    let pairs: Vec<Vec<usize>> = wanted.iter().map(|w| came.iter().map(|c| cost(w, c)).collect()).collect();
    walk(&totals(&pairs, wanted.len(), came.len()), &pairs)
}

fn place_by_place(wanted: usize, came: usize) -> Vec<Step> {
    let pairs = (0..wanted.min(came)).map(|index| Step::Pair(index, index));
    let missing = (came..wanted).map(|index| Step::Missing(index, came));
    pairs.chain(missing).chain((wanted..came).map(Step::Unexpected)).collect()
}

/// The least cost of lining up what follows each pair of places.
fn totals(pairs: &[Vec<usize>], wanted: usize, came: usize) -> Vec<Vec<usize>> {
    let mut totals = vec![vec![0; came + 1]; wanted + 1];
    for w in (0..=wanted).rev() {
        for c in (0..=came).rev() {
            let pair = (w < wanted && c < came).then(|| pairs[w][c] + totals[w + 1][c + 1]);
            let missing = (w < wanted).then(|| GAP + totals[w + 1][c]);
            let unexpected = (c < came).then(|| GAP + totals[w][c + 1]);
            totals[w][c] = [pair, missing, unexpected].into_iter().flatten().min().unwrap_or(0);
        }
    }
    totals
}

/// Follows the least cost from the start; a pair is preferred where it costs the same.
fn walk(totals: &[Vec<usize>], pairs: &[Vec<usize>]) -> Vec<Step> {
    let (wanted, came) = (totals.len() - 1, totals[0].len() - 1);
    let (mut w, mut c) = (0, 0);
    let mut steps = Vec::with_capacity(wanted + came);
    while w < wanted || c < came {
        if w < wanted && c < came && totals[w][c] == pairs[w][c] + totals[w + 1][c + 1] {
            steps.push(Step::Pair(w, c));
            (w, c) = (w + 1, c + 1);
        } else if w < wanted && totals[w][c] == GAP + totals[w + 1][c] {
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

    fn check(wanted: &str, came: &str, expect: &str) {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        let shown = align(&letters(wanted), &letters(came), |a, b| if a == b { 0 } else { 19 })
            .into_iter()
            .map(|step| match step {
                Step::Pair(w, c) => format!("{w}={c}"),
                Step::Missing(w, c) => format!("-{w}@{c}"),
                Step::Unexpected(c) => format!("+{c}"),
            })
            .collect::<Vec<_>>();
        assert_eq!(shown.join(" "), expect, "{wanted} and {came}");
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
        let wanted = vec![1; 300];
        let steps = align(&wanted, &[2; 301], |a, b| if a == b { 0 } else { 19 });
        assert_eq!((steps.len(), steps[0], steps[300]), (301, Step::Pair(0, 0), Step::Unexpected(300)));
    }
}
