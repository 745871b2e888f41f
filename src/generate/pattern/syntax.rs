//! Translates regular expressions of ECMA-262 to the syntax of the regex library.

/// The pattern without look-around and back-references, with the classes and escapes of ECMA-262.
pub(super) fn translated(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let (mut in_class, mut is_counted) = (false, false);
    while let Some(next) = rest.chars().next() {
        if !in_class && ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|open| rest.starts_with(open)) {
            rest = after_group(rest);
            continue;
        }
        let whole = ["[^]", "[]"].into_iter().find(|class| !in_class && rest.starts_with(class));
        if let Some(class) = whole {
            // Any character, and no character.
            plain.push_str(if class == "[^]" { "(?s:.)" } else { "[^\\x00-\\u{10FFFF}]" });
            rest = &rest[class.len()..];
            continue;
        }
        let taken = if next == '\\' { escape(rest) } else { next.len_utf8() };
        let (taken, after) = rest.split_at(taken);
        match next {
            '\\' => escaped(taken, in_class, &mut plain),
            '[' if in_class => plain.push_str("\\["),
            '&' | '~' if in_class => plain.extend(['\\', next]),
            '{' if !in_class && !is_count(after) => plain.push_str("\\{"),
            '}' if !in_class && !is_counted => plain.push_str("\\}"),
            _ => plain.push_str(taken),
        }
        is_counted = (is_counted && next != '}') || (next == '{' && is_count(after));
        in_class = (in_class || next == '[') && next != ']';
        rest = after;
    }
    plain
}

/// Length in bytes of the escape at the start of `text`.
fn escape(text: &str) -> usize {
    let in_braces = ["\\p{", "\\P{", "\\u{"].iter().any(|begin| text.starts_with(begin));
    let end = text.find('}').filter(|_| in_braces).map(|at| at + 1);
    let letters = if text.starts_with("\\c") { 3 } else { 2 };
    end.unwrap_or_else(|| text.chars().take(letters).map(char::len_utf8).sum())
}

/// Writes an escape in the library's syntax.
fn escaped(escape: &str, in_class: bool, plain: &mut String) {
    let mut characters = escape.chars().skip(1);
    match (characters.next(), characters.next()) {
        (Some('d'), _) => plain.push_str(if in_class { "0-9" } else { "[0-9]" }),
        (Some('w'), _) => plain.push_str(if in_class { "a-zA-Z0-9_" } else { "[a-zA-Z0-9_]" }),
        (Some('b'), _) if in_class => plain.push_str("\\x08"),
        (Some('0'), _) => plain.push_str("\\x00"),
        // A control character, numbered by its letter.
        (Some('c'), Some(letter)) => plain.push_str(&format!("\\x{:02X}", u32::from(letter) % 32)),
        (Some('1'..='9'), _) if !in_class => {}
        (Some('k'), _) => {}
        (Some(other), _) if !other.is_ascii_alphanumeric() && !regex_syntax::is_meta_character(other) => {
            plain.push(other)
        }
        _ => plain.push_str(escape),
    }
}

/// Whether a brace begins a repetition count; otherwise ECMA-262 treats it as a literal (Annex B.1.2).
fn is_count(after: &str) -> bool {
    let count = after.split_once('}').map(|(count, _)| count).unwrap_or_default();
    count.starts_with(|first: char| first.is_ascii_digit())
        && count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

/// The text after the group at the start of `text`.
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
