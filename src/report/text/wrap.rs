//! Wraps text at spaces.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Wraps `text` to `width` columns and indents continuation lines by `hanging`. A longer word is broken.
pub(crate) fn wrapped(text: &str, width: usize, hanging: usize) -> Vec<String> {
    let width = width.max(hanging + 16);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.width());
        let fresh = line == 0 || (lines.len() > 1 && line == hanging);
        if !fresh && line + 1 + word.width() > width {
            lines.push(" ".repeat(hanging));
        } else if !fresh {
            push(&mut lines, ' ', width, hanging);
        }
        word.chars().for_each(|c| push(&mut lines, c, width, hanging));
    }
    lines
}

/// Separator of parts on one line.
pub(crate) const SEPARATOR: &str = " · ";

/// Wraps the parts of `text` to `width` columns; line breaks are only between parts.
pub(crate) fn whole(text: &str, width: usize) -> Vec<String> {
    let parts: Vec<_> = text.split(SEPARATOR).map(|part| part.replace(' ', "\u{a0}")).collect();
    let lines = wrapped(&parts.join(" ·\u{a0}"), width, 2);
    lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

fn push(lines: &mut Vec<String>, c: char, width: usize, hanging: usize) {
    if lines.last().is_some_and(|line| line.width() + c.width().unwrap_or(0) > width) {
        lines.push(" ".repeat(hanging));
    }
    if let Some(line) = lines.last_mut() {
        line.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(wrapped(text, 20, 2), expect);
    }

    #[test]
    fn lines_break_at_blanks() {
        check("", &[""]);
        check("one two three four five", &["one two three four", "  five"]);
    }

    #[test]
    fn a_word_that_is_too_wide_is_broken() {
        check("a 0123456789012345678901234", &["a", "  012345678901234567", "  8901234"]);
        check("漢字漢字漢字漢字漢字漢字", &["漢字漢字漢字漢字漢字", "  漢字"]);
    }
}
