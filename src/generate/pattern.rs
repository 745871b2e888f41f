//! A text that a regular expression of ECMA-262 matches, read off its syntax: the first alternative, the plainest character.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Characters that are taken where a class has them.
const PLAIN: &str = "a1A0b2B_- xz9Z";
/// The same where look-around asks for a bit of everything.
const MIXED: &str = "aA1!bB2-cC3_";
/// More characters than a text is composed of.
const LONGEST: usize = 10_000;
/// Repetitions beyond what is needed where look-around may ask for more.
const MIXED_LENGTH: usize = 8;

/// A text of at least `least` characters that `pattern` matches, look-around and word boundaries aside; another one for another
/// `nth`, as far as there are any. None where the pattern is not understood (back-references) or nothing that long fits.
pub(super) fn matching(pattern: &str, least: usize, nth: usize) -> Option<String> {
    let (plain, is_mixed) = translated(pattern);
    let hir = regex_syntax::parse(&plain).ok()?;
    let mut extra = if is_mixed { MIXED_LENGTH } else { 0 };
    let mut is_turned = false;
    loop {
        let mut writer = Writer { extra, nth, is_mixed, text: String::new() };
        writer.write(&hir)?;
        let length = writer.text.chars().count();
        if length >= least && (writer.nth == 0 || is_turned) {
            return Some(writer.text);
        }
        // Choices that are left ask for more characters to be made in; else every repetition grows at once, so that this ends.
        extra = if length >= least { extra.saturating_add(writer.nth) } else { extra * 2 + 1 };
        is_turned = length >= least;
        if extra > LONGEST {
            return is_turned.then_some(writer.text);
        }
    }
}

/// Whether `text` matches, as far as that can be told without look-around.
pub(super) fn is_match(pattern: &str, text: &str) -> bool {
    let (plain, is_mixed) = translated(pattern);
    is_mixed || regex::Regex::new(&plain).is_ok_and(|regex| regex.is_match(text))
}

/// The pattern as this engine reads it: without look-around, classes without the operators that ECMA-262 does not have. And
/// whether there was look-around.
fn translated(pattern: &str) -> (String, bool) {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let (mut in_class, mut is_mixed, mut is_counted) = (false, false, false);
    while let Some(next) = rest.chars().next() {
        let around = ["(?=", "(?!", "(?<=", "(?<!"].iter().find(|open| !in_class && rest.starts_with(**open));
        if around.is_some() {
            is_mixed = true;
            rest = after_group(rest);
            continue;
        }
        let taken = if next == '\\' { rest.chars().take(2).map(char::len_utf8).sum() } else { next.len_utf8() };
        let (taken, after) = rest.split_at(taken);
        match next {
            '[' if in_class => plain.push_str("\\["),
            '&' | '~' if in_class => plain.extend(['\\', next]),
            '{' if !in_class && !is_count(taken, after) => plain.push_str("\\{"),
            '}' if !in_class && !is_counted => plain.push_str("\\}"),
            _ if taken == "\\/" => plain.push('/'),
            _ if taken == "\\d" => plain.push_str(if in_class { "0-9" } else { "[0-9]" }),
            _ if taken == "\\w" => plain.push_str(if in_class { "a-zA-Z0-9_" } else { "[a-zA-Z0-9_]" }),
            _ => plain.push_str(taken),
        }
        is_counted = (is_counted && next != '}') || (next == '{' && is_count(taken, after));
        in_class = (in_class || next == '[') && next != ']';
        rest = after;
    }
    (plain, is_mixed)
}

/// Whether a brace begins a count of repetitions, and does not stand for itself as ECMA-262 lets it (Annex B.1.2).
fn is_count(taken: &str, after: &str) -> bool {
    let count = after.split_once('}').map(|(count, _)| count).unwrap_or_default();
    taken == "{"
        && count.starts_with(|first: char| first.is_ascii_digit())
        && count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

/// What follows the group that `text` begins with.
fn after_group(text: &str) -> &str {
    let (mut depth, mut is_escaped, mut in_class) = (0_usize, false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + character.len_utf8()..];
        }
    }
    ""
}

/// A text being written.
struct Writer {
    /// Repetitions beyond what is needed, where they are allowed.
    extra: usize,
    /// Choices that are still to be made otherwise.
    nth: usize,
    is_mixed: bool,
    text: String,
}

impl Writer {
    /// Appends a text that `hir` matches.
    fn write(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(class) => {
                let character = self.character(class)?;
                self.text.push(character);
            }
            HirKind::Capture(capture) => self.write(&capture.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part))?,
            HirKind::Alternation(branches) => {
                let taken = self.turn(branches.len());
                self.write(branches.get(taken)?)?;
            }
            HirKind::Repetition(repetition) => {
                let least = usize::try_from(repetition.min).ok()?;
                let most = repetition.max.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
                for _ in 0..least.saturating_add(self.extra).min(most) {
                    let before = self.text.len();
                    self.write(&repetition.sub)?;
                    if self.text.len() == before {
                        break;
                    }
                }
            }
        }
        (self.text.len() <= LONGEST).then_some(())
    }

    /// The number of the choice, of so many; what is left of `nth` goes to the next.
    fn turn(&mut self, choices: usize) -> usize {
        let choices = choices.max(1);
        let turn = self.nth % choices;
        self.nth /= choices;
        turn
    }

    fn character(&mut self, class: &Class) -> Option<char> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
            Class::Bytes(class) => {
                class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
            }
        };
        let has = |wanted: &char| ranges.iter().any(|(start, end)| (start..=end).contains(&wanted));
        let plain: Vec<_> = (if self.is_mixed { MIXED } else { PLAIN }).chars().filter(has).collect();
        if plain.is_empty() {
            return Some(ranges.first()?.0);
        }
        let turn = self.turn(plain.len());
        let position = if self.is_mixed { self.text.chars().count() } else { 0 };
        plain.get((position + turn) % plain.len()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, least: usize, expect: Option<&str>) {
        assert_eq!(matching(pattern, least, 0).as_deref(), expect, "{pattern}");
    }

    #[test]
    fn texts_are_read_off_the_pattern() {
        check(r"^[A-Z]{3}$", 0, Some("AAA"));
        check(r"^\+[1-9][0-9]{1,14}$", 0, Some("+11"));
        check(r"^(a|b)(?:c|d)*-\d+$", 0, Some("a-1"));
        check(r"^x+$", 5, Some("xxxxxxxx"));
        check(r"^[é]$", 0, Some("é"));
        check(r"^a\/[[&]$", 0, Some("a/&"));
        check(r"^(?:{[0-9]{2}}|x)$", 0, Some("{11}"));
        check(r"^x{2}$", 3, None);
        check(r"^(a)\1", 0, None);
        check(r"((x{1000}){1000}){1000}", 0, None);
        check(r"((){1000000}){1000000}$", 0, Some(""));
        check("(", 0, None);
        check("(?=", 0, Some(""));
        check(r"^(?=.*[A-Z])(?=.*\d)[\w!]{6,}$", 0, Some("aA1!bB2cC3_aA1"));
    }

    #[test]
    fn every_turn_has_another_text() {
        let texts = |pattern: &str| {
            (0..40).filter_map(|nth| matching(pattern, 0, nth)).collect::<std::collections::HashSet<_>>()
        };
        assert_eq!(texts("^[A-Z]{3}-(red|blue)$").len(), 40);
        assert_eq!(texts("^[a-z]+$").len(), 40);
        assert_eq!(texts("^x*$").len(), 40);
        assert_eq!(texts("^(a|b)$").len(), 2);
    }

    #[test]
    fn look_around_is_left_to_the_judge() {
        assert!(is_match("^(?!x)", "x"));
        assert!(is_match("^[[]$", "[") && !is_match("^[a&&b]$", "c"));
    }
}
