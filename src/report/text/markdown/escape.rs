//! Escaping for Markdown: no string becomes markup.

use crate::diff::visible;

/// First line of every Markdown report. Files without it are never removed.
pub(crate) const MARK: &str = "<!-- written by signoff -->";

/// Escapes a string for a paragraph, a heading or a table cell, on one line.
pub(crate) fn inline(text: &str) -> String {
    let text = visible(text);
    // Leading spaces would make it a code block.
    let text = text.trim();
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            _ if is_markup(c, &text[..at], &text[at + c.len_utf8()..]) => shown.extend(['\\', c]),
            _ => shown.push(c),
        }
    }
    shown
}

/// Returns whether a character is markup in its context. Escaping it everywhere would make the source unreadable.
fn is_markup(c: char, before: &str, after: &str) -> bool {
    let is_in_word = || before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
    let is_number = || (1..10).contains(&before.len()) && before.bytes().all(|byte| byte.is_ascii_digit());
    let ends = || after.is_empty() || after.starts_with(' ');
    let is_host = || before.get(before.len().saturating_sub(3)..).is_some_and(|www| www.eq_ignore_ascii_case("www"));
    match c {
        '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '@' => true,
        '_' => !is_in_word(),
        '!' => after.starts_with('['),
        ':' => after.starts_with("//"),
        // These are markup at the beginning of a line only.
        '#' => before.is_empty(),
        '-' | '+' | '=' => before.is_empty() && (ends() || after.starts_with(c)),
        '.' => is_host() || (is_number() && ends()),
        ')' => is_number() && ends(),
        _ => false,
    }
}

/// Escapes a sentence in which pairs of backticks mark code; without pairs like [`inline`].
pub(super) fn prose(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return inline(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (index, part) in text.trim().split('`').enumerate() {
        if index % 2 == 1 {
            shown += &code(part);
            continue;
        }
        // `inline` drops the spaces around a string, which separate the words here.
        shown += if part.starts_with(' ') { " " } else { "" };
        shown += &inline(part);
        shown += if part.trim() != "" && part.ends_with(' ') { " " } else { "" };
    }
    shown
}

/// Formats a string as inline code with more backticks than it contains in a row (CommonMark §6.1). `|` is escaped for
/// tables, which cannot hold one behind a backslash.
pub(crate) fn code(text: &str) -> String {
    let text = visible(text).replace("\\|", "\\\\u{7c}").replace('|', "\\|");
    let ticks = "`".repeat(longest_run(&text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}

/// Formats a fenced code block with a fence longer than any run of backticks in it (CommonMark §4.5).
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_texts_is_escaped() {
        let check = |text: &str, expect: &str| assert_eq!(inline(text), expect);
        check("links a customer_id", "links a customer_id");
        check("<script>a|b</script>", "&lt;script&gt;a\\|b&lt;/script&gt;");
        check("[x](javascript:1) *b* `c`", "\\[x\\](javascript:1) \\*b\\* \\`c\\`");
        check("a\n# b\u{202e}", r"a\\u{a}# b\\u{202e}");
        check("  # a", "\\# a");
        check("- a", "\\- a");
        check("-1 of a-b", "-1 of a-b");
        check("===", "\\===");
        check("12. a. 3.", "12\\. a. 3.");
        check("(_a_) a_b", "(\\_a\\_) a_b");
        check("www.a.b https://a.b a.b", "www\\.a.b https\\://a.b a.b");
    }

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a\\|b"), "`a\\\\u{7c}b`");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(fenced("diff", "a\n```\n"), "````diff\na\n```\n````\n");
    }
}
