//! JSONPath (RFC 9535) within limits: the library panics on unfinished escapes, and takes exponential time for deep filters.

use serde_json_path::JsonPath;

/// Maximum length of a path in bytes.
const MAX_LENGTH: usize = 2000;

/// Maximum nesting of brackets and parentheses: the library tries some of them several times per level.
const MAX_DEPTH: usize = 6;

/// Maximum number of descendant segments: each multiplies the visited nodes by the depth of the document.
const MAX_DESCENDANTS: usize = 2;

/// Maximum number of selectors after the first in their brackets: each multiplies the selected nodes.
const MAX_UNION: usize = 16;

/// Parses a path, or returns why it is refused.
pub(super) fn parse(text: &str) -> Result<JsonPath, String> {
    if !text.starts_with('$') {
        return Err(not_a_path("it must start with $"));
    }
    within_limits(text)?;
    JsonPath::parse(text).map_err(|error| not_a_path(&format!("{} at character {}", error.message(), error.position())))
}

fn not_a_path(why: &str) -> String {
    format!("not a JSONPath (RFC 9535): {why}")
}

fn too_complex(why: &str) -> String {
    format!("a JSONPath that is too complex: {why}")
}

/// Refuses paths that take the library too long, and escapes that it panics on.
fn within_limits(text: &str) -> Result<(), String> {
    if text.len() > MAX_LENGTH {
        return Err(too_complex(&format!("it is longer than {MAX_LENGTH} bytes")));
    }
    let (mut depth, mut descendants, mut selectors) = (0_usize, 0_usize, 0_usize);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '"' | '\'' => {
                rest = after_string(rest, first)
                    .ok_or_else(|| not_a_path("a string without end, or with an invalid escape"))?;
                continue;
            }
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ',' => selectors += 1,
            '.' if rest.starts_with("..") => descendants += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(too_complex(&format!("brackets nested deeper than {MAX_DEPTH} levels")));
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    if descendants > MAX_DESCENDANTS {
        return Err(too_complex(&format!("more than {MAX_DESCENDANTS} descendant segments (`..`)")));
    }
    if selectors > MAX_UNION {
        return Err(too_complex(&format!("more than {MAX_UNION} commas")));
    }
    Ok(())
}

/// Returns what follows the string at the start of `text`; `None` if it has no end or an escape outside of RFC 9535 §2.3.1.1.
fn after_string(text: &str, quote: char) -> Option<&str> {
    let mut rest = text.get(1..)?;
    loop {
        let first = rest.chars().next()?;
        rest = rest.get(first.len_utf8()..)?;
        match first {
            '\\' => rest = after_escape(rest, quote)?,
            _ if first == quote => return Some(rest),
            _ => {}
        }
    }
}

/// Returns what follows the escape whose backslash is before `text`.
fn after_escape(text: &str, quote: char) -> Option<&str> {
    let unit = |text: &str| u16::from_str_radix(text.get(..4).filter(|digits| is_hex(digits))?, 16).ok();
    let Some(digits) = text.strip_prefix('u') else {
        return text.strip_prefix(|c| c == quote || "bfnrt/\\".contains(c));
    };
    match unit(digits)? {
        0xd800..=0xdbff => {
            let low = digits.get(4..)?.strip_prefix("\\u")?;
            unit(low).filter(|low| (0xdc00..=0xdfff).contains(low))?;
            low.get(4..)
        }
        0xdc00..=0xdfff => None,
        _ => digits.get(4..),
    }
}

fn is_hex(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, expect: &str) {
        assert_eq!(parse(text).err().as_deref(), Some(expect), "{text}");
    }

    #[test]
    fn unfinished_escapes_are_refused() {
        let message = "not a JSONPath (RFC 9535): a string without end, or with an invalid escape";
        for text in
            [r#"$["\ud83d\u"#, r#"$["\ud83d\u"]"#, r#"$["\u"]"#, r#"$["\uD8"]"#, r#"$["\udc00"]"#, r#"$['\"']"#, "$['"]
        {
            refused(text, message);
        }
        for text in [r#"$["\uD83D\uDE00\u00e9\n\"'"]"#, r"$['\'']", "$[?@.a == 'x']"] {
            parse(text).expect(text);
        }
    }

    #[test]
    fn paths_that_take_long_are_refused() {
        let complex = |text: &str, why| refused(text, &too_complex(why));
        complex(&format!("$[{}1{}]", "?(".repeat(6), ")".repeat(6)), "brackets nested deeper than 6 levels");
        complex("$..a..b..c", "more than 2 descendant segments (`..`)");
        complex(&format!("$[{}*]", "*,".repeat(17)), "more than 16 commas");
        complex(&format!("${}", ".a".repeat(1000)), "it is longer than 2000 bytes");
        refused("a.b", &not_a_path("it must start with $"));
        parse("$.paths['/a,b,c..((((((((']..get[?@.x == 'a..b..c']").expect("only strings are long");
    }
}
