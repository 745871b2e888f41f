//! Strings of a required length that match regular expressions of ECMA-262: generated from the syntax of one of them, first
//! alternative and simplest characters first, and tested against all.
//!
//! Look-around and back-references are not interpreted, only satisfied by trial: the contract engine decides what matches.

mod syntax;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use crate::contract::Contract;
use crate::pointer::Pointer;

use super::rng::Rng;
use syntax::translated;

/// Preferred characters of a class.
const PLAIN: &str = "a1A0b2B_- xz9Z";
/// Maximum length in characters.
const LONGEST: usize = 10_000;
/// Number of random strings tried.
const MOST_TRIES: usize = 64;
/// Maximum number of random extra repetitions.
const MORE: usize = 8;
/// Maximum number of alternatives tried separately.
const MOST_BRANCHES: usize = 16;

/// Requirements on a string.
pub(super) struct Wanted<'p> {
    pub(super) contract: &'p Contract,
    pub(super) patterns: Vec<&'p str>,
    /// Patterns that must not match.
    pub(super) refused: Vec<&'p str>,
    /// Minimum and maximum length in characters.
    pub(super) length: (usize, usize),
}

impl Wanted<'_> {
    /// Whether `text` meets the requirements.
    pub(super) fn fits(&self, text: &str) -> bool {
        let (least, most) = self.length;
        let matches = |pattern: &&str| self.contract.schemas.matches(pattern, text);
        (least..=most).contains(&text.chars().count())
            && self.patterns.iter().all(matches)
            && !self.refused.iter().any(matches)
    }

    /// The `nth` of the simplest strings, or a random one; none if none was found.
    pub(super) fn text(&self, nth: usize, random: Option<Rng>) -> Option<String> {
        let shapes = self.shapes();
        let plainest = || shapes.iter().filter_map(|shape| self.written(shape, nth)).find(|text| self.fits(text));
        let plain = random.is_none().then(plainest).flatten();
        let mut rng = random.unwrap_or_else(|| Rng::new(0, &Pointer::root(), nth));
        plain.or_else(|| {
            (0..MOST_TRIES).find_map(|_| {
                let written = shapes.iter().filter_map(|shape| self.writer(Choice::Rng(&mut rng)).whole(shape));
                written.into_iter().find(|text| self.fits(text))
            })
        })
    }

    /// Shapes to try: each pattern alone, padded if it is not anchored, and all patterns concatenated.
    fn shapes(&self) -> Vec<Hir> {
        let read = self.patterns.iter().filter_map(|pattern| regex_syntax::parse(&translated(pattern)).ok());
        let read: Vec<Hir> = read.collect();
        let branches: Vec<&Hir> = read.iter().flat_map(branches).collect();
        let joined =
            (read.len() > 1).then(|| Hir::concat(read.iter().flat_map(|hir| [filler(), hir.clone()]).collect()));
        let padded = branches.iter().map(|hir| padded((*hir).clone()));
        read.iter().cloned().chain(padded).chain(joined.map(padded_after)).collect()
    }

    /// The `nth` string of that shape; none if it has fewer.
    fn written(&self, shape: &Hir, nth: usize) -> Option<String> {
        let mut left = nth;
        let first = self.writer(Choice::Turn { left: &mut left, extra: 0 }).whole(shape)?;
        if left == 0 {
            return Some(first);
        }
        // A remainder of the index needs more characters for its choices.
        let (extra, mut left) = (left, nth);
        let longer = self.writer(Choice::Turn { left: &mut left, extra }).whole(shape)?;
        Some(longer).filter(|longer| *longer != first)
    }

    fn writer<'c>(&self, choice: Choice<'c>) -> Writer<'c> {
        let (least, most) = self.length;
        Writer { length: (least, most.min(LONGEST)), choice, count: 0, text: String::new() }
    }
}

fn branches(hir: &Hir) -> impl Iterator<Item = &Hir> {
    let listed = match hir.kind() {
        HirKind::Alternation(branches) => branches.as_slice(),
        _ => std::slice::from_ref(hir),
    };
    listed.iter().take(MOST_BRANCHES)
}

/// Any number of letters.
fn filler() -> Hir {
    let letters = regex_syntax::hir::ClassUnicodeRange::new('a', 'z');
    let letter = Hir::class(Class::Unicode(regex_syntax::hir::ClassUnicode::new([letters])));
    Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(letter) })
}

/// Adds letters before and after it, unless it is anchored.
fn padded(hir: Hir) -> Hir {
    let begins = hir.properties().look_set_prefix_any().contains(Look::Start);
    let before = if begins { Hir::empty() } else { filler() };
    padded_after(Hir::concat(vec![before, hir]))
}

fn padded_after(hir: Hir) -> Hir {
    let ends = hir.properties().look_set_suffix_any().contains(Look::End);
    let after = if ends { Hir::empty() } else { filler() };
    Hir::concat(vec![hir, after])
}

/// How alternatives and repetitions are chosen.
enum Choice<'c> {
    /// By index over all combinations; and the extra repetitions.
    Turn { left: &'c mut usize, extra: usize },
    /// At random.
    Rng(&'c mut Rng),
}

impl Choice<'_> {
    /// Index of the choice among `choices`; the remainder of the index goes to the next choice.
    fn of(&mut self, choices: usize) -> usize {
        match self {
            Self::Turn { left, .. } => {
                let turn = **left % choices.max(1);
                **left /= choices.max(1);
                turn
            }
            Self::Rng(rng) => rng.below(choices),
        }
    }

    /// Number of extra repetitions, up to `most`.
    fn more(&mut self, most: usize) -> usize {
        match self {
            Self::Turn { extra, .. } => most.min(*extra),
            Self::Rng(rng) => rng.below(most.min(MORE).saturating_add(1)),
        }
    }
}

/// A string being written.
struct Writer<'c> {
    length: (usize, usize),
    choice: Choice<'c>,
    /// Characters so far.
    count: usize,
    text: String,
}

impl Writer<'_> {
    fn whole(mut self, hir: &Hir) -> Option<String> {
        self.write(hir, (0, 0))?;
        Some(self.text).filter(|_| self.count >= self.length.0)
    }

    /// Appends a string that `hir` matches; `rest` is the length of what follows, at least and at most.
    fn write(&mut self, hir: &Hir, rest: (usize, usize)) -> Option<()> {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                self.count += text.chars().count();
                self.text.push_str(text);
            }
            HirKind::Class(class) => {
                let character = self.character(class)?;
                self.count += 1;
                self.text.push(character);
            }
            HirKind::Capture(capture) => self.write(&capture.sub, rest)?,
            HirKind::Concat(parts) => {
                let spans: Vec<_> = parts.iter().map(span).collect();
                for (index, part) in parts.iter().enumerate() {
                    let after = spans.iter().skip(index + 1).fold(rest, |sum, span| plus(sum, *span));
                    self.write(part, after)?;
                }
            }
            HirKind::Alternation(branches) => {
                let fitting: Vec<_> = branches.iter().filter(|branch| self.has_room(span(branch), rest)).collect();
                let taken = self.choice.of(fitting.len());
                self.write(fitting.get(taken)?, rest)?;
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, rest)?,
        }
        (self.count <= self.length.1).then_some(())
    }

    /// Appends repetitions such that the length can still be met.
    fn repeat(&mut self, repetition: &Repetition, rest: (usize, usize)) -> Option<()> {
        let each = span(&repetition.sub);
        let (least, most) = self.room(rest);
        let written_most = repetition.max.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        let written_least = usize::try_from(repetition.min).ok()?;
        let least = if each.1 == 0 { 0 } else { least.div_ceil(each.1) }.max(written_least);
        // Repeating the empty string changes nothing.
        let most = most.checked_div(each.0).unwrap_or_else(|| least.max(1)).min(written_most);
        let times = least.saturating_add(self.choice.more(most.checked_sub(least)?));
        for left in (0..times).rev() {
            let before = self.count;
            self.write(&repetition.sub, plus(rest, (each.0.saturating_mul(left), each.1.saturating_mul(left))))?;
            if self.count == before && self.room(rest).0 == 0 {
                break;
            }
        }
        Some(())
    }

    /// Remaining length, at least and at most, before `rest`.
    fn room(&self, rest: (usize, usize)) -> (usize, usize) {
        let (least, most) = self.length;
        let least = least.saturating_sub(self.count).saturating_sub(rest.1);
        (least, most.saturating_sub(self.count).saturating_sub(rest.0))
    }

    fn has_room(&self, span: (usize, usize), rest: (usize, usize)) -> bool {
        let (least, most) = self.room(rest);
        span.1 >= least && span.0 <= most
    }

    fn character(&mut self, class: &Class) -> Option<char> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
            Class::Bytes(class) => {
                class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
            }
        };
        let has = |wanted: &char| ranges.iter().any(|(start, end)| (start..=end).contains(&wanted));
        let mut usual: Vec<char> = match self.choice {
            Choice::Turn { .. } => PLAIN.chars().filter(has).collect(),
            Choice::Rng(_) => ('!'..='~').filter(char::is_ascii_alphanumeric).filter(has).collect(),
        };
        // Some punctuation, which another pattern may require.
        let is_odd = matches!(self.choice, Choice::Rng(_)) && self.choice.of(MORE) == 0;
        if usual.is_empty() || is_odd {
            usual.extend((' '..='~').filter(has));
        }
        let taken = self.choice.of(usual.len());
        usual.get(taken).or(ranges.first().map(|(start, _)| start)).copied()
    }
}

/// Minimum and maximum length of the strings that `hir` matches.
fn span(hir: &Hir) -> (usize, usize) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, 0),
        HirKind::Literal(literal) => {
            let count = String::from_utf8_lossy(&literal.0).chars().count();
            (count, count)
        }
        HirKind::Class(_) => (1, 1),
        HirKind::Capture(capture) => span(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(span).fold((0, 0), plus),
        HirKind::Alternation(branches) => {
            let spans = || branches.iter().map(span);
            (spans().map(|span| span.0).min().unwrap_or(0), spans().map(|span| span.1).max().unwrap_or(0))
        }
        HirKind::Repetition(repetition) => {
            let each = span(&repetition.sub);
            let times = |times: u32| usize::try_from(times).unwrap_or(usize::MAX);
            let most = repetition.max.map_or(usize::MAX, times);
            (each.0.saturating_mul(times(repetition.min)), each.1.saturating_mul(most))
        }
    }
}

fn plus(one: (usize, usize), other: (usize, usize)) -> (usize, usize) {
    (one.0.saturating_add(other.0), one.1.saturating_add(other.1))
}

#[cfg(test)]
mod tests;
