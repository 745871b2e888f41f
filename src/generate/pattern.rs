//! A text that a regular expression matches, read off its syntax: the first alternative, the plainest character.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Characters that are taken where a class has them.
const PLAIN: &str = "a1A0b2B_- xz9Z";
/// More characters than a text is composed of.
const LONGEST: usize = 10_000;

/// A text of at least `least` characters that `pattern` matches; none where the pattern is not understood (look-around,
/// back-references) or nothing that long fits.
pub(super) fn matching(pattern: &str, least: usize) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut extra = 0;
    loop {
        let mut text = String::new();
        write(&hir, extra, &mut text)?;
        let length = text.chars().count();
        if length >= least {
            return Some(text);
        }
        // Every repetition grows at once, so that this ends soon.
        extra = extra * 2 + 1;
        if extra > LONGEST {
            return None;
        }
    }
}

/// Appends a text that `hir` matches, with `extra` more repetitions than needed where more are allowed.
fn write(hir: &Hir, extra: usize, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(plainest(class)?),
        HirKind::Capture(capture) => write(&capture.sub, extra, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, extra, text))?,
        HirKind::Alternation(branches) => write(branches.first()?, extra, text)?,
        HirKind::Repetition(repetition) => {
            let least = usize::try_from(repetition.min).ok()?;
            let most = repetition.max.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
            for _ in 0..least.saturating_add(extra).min(most) {
                let before = text.len();
                write(&repetition.sub, extra, text)?;
                if text.len() == before {
                    break;
                }
            }
        }
    }
    (text.len() <= LONGEST).then_some(())
}

fn plainest(class: &Class) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let has = |wanted: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&wanted));
            PLAIN.chars().find(|plain| has(*plain)).or_else(|| Some(class.ranges().first()?.start()))
        }
        Class::Bytes(class) => Some(char::from(class.ranges().first()?.start())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, least: usize, expect: Option<&str>) {
        assert_eq!(matching(pattern, least).as_deref(), expect, "{pattern}");
    }

    #[test]
    fn texts_are_read_off_the_pattern() {
        check(r"^[A-Z]{3}$", 0, Some("AAA"));
        check(r"^\+[1-9][0-9]{1,14}$", 0, Some("+11"));
        check(r"^(a|b)(?:c|d)*-\d+$", 0, Some("a-1"));
        check(r"^x+$", 5, Some("xxxxxxxx"));
        check(r"^[é]$", 0, Some("é"));
        check(r"^x{2}$", 3, None);
        check(r"^(?=a)b", 0, None);
        check(r"((x{1000}){1000}){1000}", 0, None);
        check(r"((){1000000}){1000000}$", 0, Some(""));
        check("(", 0, None);
    }
}
