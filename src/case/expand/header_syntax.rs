//! Syntax of methods and header lines (RFC 9110 §5.5 and §5.6.2).

use crate::http::Headers;

/// Whether `text` is a token: what a method or a header's name is (RFC 9110 §5.6.2).
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Refuses names that are no tokens and values with control characters, which could end a line. Values are not shown: they
/// may be secrets.
pub fn check(headers: &Headers) -> Result<(), String> {
    for (name, value) in headers.iter() {
        if !is_token(name) {
            return Err(format!("expected the name of a header, found `{}`", name.escape_debug()));
        }
        if let Some(control) = value.chars().find(|c| c.is_control() && *c != '\t') {
            return Err(format!(
                "expected no control character in the header `{name}`, found {}",
                control.escape_debug()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cannot_be_ended_by_a_value() {
        let verdict = |name: &str, value: &str| check(&[(name, value)].into_iter().collect());
        assert_eq!(verdict("x-one", "a\tb é"), Ok(()));
        let message = "expected no control character in the header `x-one`, found \\r";
        assert_eq!(verdict("x-one", "a\r\nhost: evil"), Err(message.to_owned()));
        assert_eq!(verdict("x one", "a"), Err("expected the name of a header, found `x one`".to_owned()));
    }
}
