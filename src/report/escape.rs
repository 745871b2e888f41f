//! Texts inside Markdown: nothing in them becomes markup, whoever wrote them.

use crate::diff::visible;

/// Text for a paragraph, a heading or a cell of a table, on one line.
pub fn inline(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '@' | ':' if is_markup(c, text) => {
                shown.push('\\');
                shown.push(c);
            }
            _ => shown.push(c),
        }
    }
    shown
}

/// `_`, `:`, `@` and the like are only markup in company; escaping them everywhere would make the source unreadable.
fn is_markup(c: char, text: &str) -> bool {
    match c {
        '_' => {
            text.contains("__")
                || text.starts_with('_')
                || text.contains(" _")
                || text.contains("_ ")
                || text.ends_with('_')
        }
        ':' => text.contains("://"),
        '#' => text.starts_with('#'),
        '!' => text.contains("!["),
        _ => true,
    }
}

/// Text as code on one line, in more backticks than any run in it (CommonMark §6.1); `|` is escaped for tables.
pub fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\\|");
    let ticks = "`".repeat(longest_run(&text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}

/// Lines as a fenced block of `language`, the fence longer than any run of backticks in it (CommonMark §4.5).
pub fn fenced(language: &str, text: &str) -> String {
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
    }

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(fenced("diff", "a\n```\n"), "````diff\na\n```\n````\n");
    }
}
