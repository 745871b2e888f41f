//! Tokens of the notation of clauses: written verbatim, or as a JSON string where they would be misread or not be visible.

use std::fmt;

/// Characters with a meaning of their own in locations.
const SPECIAL: [char; 5] = ['*', '[', ']', '=', '"'];

/// A property or parameter name in a location.
pub(super) struct Name<'t>(pub &'t str);

impl fmt::Display for Name<'_> {
    /// Escapes `~` and `/` as in a JSON Pointer, unless it is a JSON string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if needs_quotes(self.0, &SPECIAL) {
            return write_string(f, self.0);
        }
        for part in self.0.split_inclusive(['~', '/']) {
            let plain = part.trim_end_matches(['~', '/']);
            f.write_str(plain)?;
            match &part[plain.len()..] {
                "~" => f.write_str("~0")?,
                "/" => f.write_str("~1")?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The name of a branch, between brackets.
pub(super) struct BranchName<'t>(pub &'t str);

impl fmt::Display for BranchName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        verbatim_unless(f, self.0, needs_quotes(self.0, &SPECIAL))
    }
}

/// A word between spaces: a security scheme, an example, a media type, a header or a path.
pub(super) struct Word<'t>(pub &'t str);

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        verbatim_unless(f, self.0, needs_quotes(self.0, &['"']) || self.0 == "+")
    }
}

fn verbatim_unless(f: &mut fmt::Formatter<'_>, text: &str, quoted: bool) -> fmt::Result {
    if quoted { write_string(f, text) } else { f.write_str(text) }
}

/// Whether `text` is written as a JSON string: it is empty, or has white space, invisible or `special` characters.
fn needs_quotes(text: &str, special: &[char]) -> bool {
    text.is_empty() || text.chars().any(|c| c.is_whitespace() || is_invisible(c) || special.contains(&c))
}

/// Whether it is not seen, or changes how others are seen: controls, line separators, directions of text.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || c.is_whitespace() && c != ' '
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Writes a JSON string in which invisible characters are escaped.
pub(super) fn write_string(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            // All of them are in the basic multilingual plane.
            c if is_invisible(c) => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

/// The JSON string at the beginning of `text`, and the rest; none where there is no string.
pub(super) fn read_string(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = inner.find(|c| match (c, std::mem::take(&mut is_escaped)) {
        ('"', false) => true,
        ('\\', false) => {
            is_escaped = true;
            false
        }
        _ => false,
    })?;
    let (string, rest) = text.split_at(end + 2);
    Some((serde_json::from_str(string).ok()?, rest))
}
