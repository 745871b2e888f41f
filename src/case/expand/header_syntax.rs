//! Syntax of methods and header lines (RFC 9110 §5.5 and §5.6.2).

use crate::http::Headers;

/// Whether `text` is a token, as methods and header names must be (RFC 9110 §5.6.2).
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Refuses names that are not tokens, and values with control characters, which could end a line. Messages do not contain
/// values: they may be secrets.
pub(super) fn check(headers: &Headers) -> Result<(), String> {
    for (name, value) in headers.iter() {
        if !is_token(name) {
            return Err(format!("`{}` is not a header name", name.escape_debug()));
        }
        if let Some(control) = value.chars().find(|c| c.is_control() && *c != '\t') {
            return Err(format!("the header `{name}` contains the control character {}", control.escape_debug()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_values_cannot_contain_line_ends() {
        let verdict = |name: &str, value: &str| check(&[(name, value)].into_iter().collect());
        assert_eq!(verdict("x-one", "a\tb é"), Ok(()));
        let message = "the header `x-one` contains the control character \\r";
        assert_eq!(verdict("x-one", "a\r\nhost: evil"), Err(message.to_owned()));
        assert_eq!(verdict("x one", "a"), Err("`x one` is not a header name".to_owned()));
    }
}
