//! Words of a POSIX shell.

use std::borrow::Cow;

use crate::diff::visible;

/// In single quotes where that is all it takes; a NUL, which no shell word can hold, is shown as U+2400. What reports would not show as it
/// is, as the line ends of multipart, is spelt out between `$'` and `'`, as bash, zsh and POSIX of 2024 read it.
pub(super) fn quoted(word: &str) -> String {
    let word = word.replace('\0', "\u{2400}");
    if word.chars().any(|c| is_unseen(c) && c != '\n') {
        return format!("$'{}'", word.chars().map(spelt).collect::<String>());
    }
    if !word.contains('\'') {
        return if is_plain(&word) { word } else { format!("'{word}'") };
    }
    shlex::try_quote(&word).map_or_else(|_| "''".to_owned(), Cow::into_owned)
}

fn is_unseen(c: char) -> bool {
    let mut bytes = [0; 4];
    let own = &*c.encode_utf8(&mut bytes);
    visible(own) != own
}

fn spelt(c: char) -> String {
    match c {
        '\'' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        _ if is_unseen(c) => c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
        _ => c.to_string(),
    }
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// In double quotes, in which `$` begins the name of a variable; `None` if a character has no form there.
pub(super) fn with_variables(parts: &[WordPart<'_>]) -> Option<String> {
    let mut word = String::from("\"");
    for (index, part) in parts.iter().enumerate() {
        match part {
            // An interactive shell expands `!` in double quotes.
            WordPart::Text(text) if text.chars().any(|c| c == '!' || (is_unseen(c) && c != '\n')) => return None,
            WordPart::Text(text) => text.chars().for_each(|c| {
                word.extend(matches!(c, '"' | '\\' | '$' | '`').then_some('\\'));
                word.push(c);
            }),
            WordPart::Variable(name) => match parts.get(index + 1) {
                Some(WordPart::Text(text)) if text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') => {
                    word.extend(["${", name, "}"]);
                }
                _ => word.extend(["$", name]),
            },
        }
    }
    Some(word + "\"")
}

/// A part of a word in double quotes.
pub(super) enum WordPart<'a> {
    /// Verbatim text.
    Text(&'a str),
    /// The value of a variable.
    Variable(&'a str),
}
