//! Texts that regular expressions of ECMA-262 match, of a length that is asked for: read off the syntax of one of them, the first
//! alternative and the plainest characters first, and held against all.
//!
//! Look-around and back-references are not read. What they ask for is met by trying, since the contract engine tells what matches.

mod syntax;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use crate::contract::Contract;
use crate::pointer::Pointer;

use super::dice::Dice;
use syntax::translated;

/// Characters that are taken where a class has them.
const PLAIN: &str = "a1A0b2B_- xz9Z";
/// The longest text that is composed, in characters.
const LONGEST: usize = 10_000;
/// Texts that are tried at random.
const MOST_TRIES: usize = 64;
/// How often something is repeated beyond what is needed, at random.
const MORE: usize = 8;
/// Alternatives that are looked at apart.
const MOST_BRANCHES: usize = 16;

/// What a text has to be.
pub(super) struct Wanted<'p> {
    pub(super) contract: &'p Contract,
    pub(super) patterns: Vec<&'p str>,
    /// Patterns that it must not match.
    pub(super) refused: Vec<&'p str>,
    /// Characters that it has at least and at most.
    pub(super) length: (usize, usize),
}

impl Wanted<'_> {
    /// Whether `text` is wanted, as far as that can be told here.
    pub(super) fn fits(&self, text: &str) -> bool {
        let (least, most) = self.length;
        let matches = |pattern: &&str| self.contract.schemas.matches(pattern, text);
        (least..=most).contains(&text.chars().count())
            && self.patterns.iter().all(matches)
            && !self.refused.iter().any(matches)
    }

    /// Such a text: the `nth` of the plainest ones, or one at random. None where none was found.
    pub(super) fn text(&self, nth: usize, random: Option<Dice>) -> Option<String> {
        let shapes = self.shapes();
        let plainest = || shapes.iter().filter_map(|shape| self.written(shape, nth)).find(|text| self.fits(text));
        let plain = random.is_none().then(plainest).flatten();
        let mut dice = random.unwrap_or_else(|| Dice::of(0, &Pointer::root(), nth));
        plain.or_else(|| {
            (0..MOST_TRIES).find_map(|_| {
                let written = shapes.iter().filter_map(|shape| self.writer(Choice::Dice(&mut dice)).whole(shape));
                written.into_iter().find(|text| self.fits(text))
            })
        })
    }

    /// What the patterns match: each by itself, with something around it where it leaves that open, all of them one after another.
    fn shapes(&self) -> Vec<Hir> {
        let read = self.patterns.iter().filter_map(|pattern| regex_syntax::parse(&translated(pattern)).ok());
        let read: Vec<Hir> = read.collect();
        let branches: Vec<&Hir> = read.iter().flat_map(branches).collect();
        let joined =
            (read.len() > 1).then(|| Hir::concat(read.iter().flat_map(|hir| [filler(), hir.clone()]).collect()));
        let padded = branches.iter().map(|hir| padded((*hir).clone()));
        read.iter().cloned().chain(padded).chain(joined.map(padded_after)).collect()
    }

    /// The `nth` text of that shape; none where it has fewer.
    fn written(&self, shape: &Hir, nth: usize) -> Option<String> {
        let mut left = nth;
        let first = self.writer(Choice::Turn { left: &mut left, extra: 0 }).whole(shape)?;
        if left == 0 {
            return Some(first);
        }
        // Choices that are left ask for more characters to be made in.
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

/// With letters before and after it, unless it says that there are none.
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

/// Which of several ways a text takes.
enum Choice<'c> {
    /// The number of the way, counted through all of them; and repetitions beyond what is needed.
    Turn { left: &'c mut usize, extra: usize },
    /// Any.
    Dice(&'c mut Dice),
}

impl Choice<'_> {
    /// The number of the choice, of so many; what is left of a number goes to the next.
    fn of(&mut self, choices: usize) -> usize {
        match self {
            Self::Turn { left, .. } => {
                let turn = **left % choices.max(1);
                **left /= choices.max(1);
                turn
            }
            Self::Dice(dice) => dice.below(choices),
        }
    }

    /// How often to repeat something beyond what is needed, `most` at most.
    fn more(&mut self, most: usize) -> usize {
        match self {
            Self::Turn { extra, .. } => most.min(*extra),
            Self::Dice(dice) => dice.below(most.min(MORE).saturating_add(1)),
        }
    }
}

/// A text being written.
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

    /// Appends a text that `hir` matches, before others of so many characters at least and at most.
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

    /// Appends so many texts that the length can still be met.
    fn repeat(&mut self, repetition: &Repetition, rest: (usize, usize)) -> Option<()> {
        let each = span(&repetition.sub);
        let (least, most) = self.room(rest);
        let written_most = repetition.max.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        let written_least = usize::try_from(repetition.min).ok()?;
        let least = if each.1 == 0 { 0 } else { least.div_ceil(each.1) }.max(written_least);
        // What may be empty need not be repeated.
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

    /// How many characters are missing at least and at most, with so many after them.
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
            Choice::Dice(_) => ('!'..='~').filter(char::is_ascii_alphanumeric).filter(has).collect(),
        };
        // Some of what is neither letter nor digit, which may be asked for elsewhere.
        let is_odd = matches!(self.choice, Choice::Dice(_)) && self.choice.of(MORE) == 0;
        if usual.is_empty() || is_odd {
            usual.extend((' '..='~').filter(has));
        }
        let taken = self.choice.of(usual.len());
        usual.get(taken).or(ranges.first().map(|(start, _)| start)).copied()
    }
}

/// The characters of a text that `hir` matches, at least and at most.
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
