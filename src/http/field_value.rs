//! Tokens, quoted strings, parameters and lists of field values (RFC 9110 §5.6).

/// A syntax error in a field value, with its position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at character {}", .at + 1)]
pub struct SyntaxError {
    /// Offset of the error in characters.
    pub at: usize,
    /// What the grammar allows there.
    pub expected: &'static str,
}

/// Parameters in order: names in lower case, values unquoted.
pub type Parameters = Vec<(String, String)>;

/// Reads a field value from left to right.
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// Offset in bytes.
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Starts behind the white space that may surround a field value (§5.5).
    pub(super) fn new(text: &'t str) -> Self {
        let mut cursor = Self { text: text.trim_end_matches(is_space), at: 0 };
        cursor.skip_space();
        cursor
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Skips `OWS`.
    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    pub(super) fn expect(&mut self, wanted: char, name: &'static str) -> Result<(), SyntaxError> {
        if self.eat(wanted) { Ok(()) } else { Err(self.error(name)) }
    }

    pub(super) fn error(&self, expected: &'static str) -> SyntaxError {
        SyntaxError { at: self.text[..self.at].chars().count(), expected }
    }

    /// `1*tchar`.
    pub(super) fn token(&mut self, name: &'static str) -> Result<&'t str, SyntaxError> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !is_token_char(c)).unwrap_or(rest.len());
        if length == 0 {
            return Err(self.error(name));
        }
        self.at += length;
        Ok(&rest[..length])
    }

    /// Skips white space. Whether parameters or the end of the text follow.
    pub(super) fn is_before_parameters(&mut self) -> bool {
        self.skip_space();
        self.is_at_end() || self.peek() == Some(';')
    }

    /// `*( OWS ";" OWS [ parameter ] )` up to the end of the text (§5.6.6), or up to an error, which is returned too.
    pub(super) fn valid_parameters(&mut self) -> (Parameters, Option<SyntaxError>) {
        let mut parameters = Vec::new();
        loop {
            match self.parameter() {
                Ok(Some(parameter)) => parameters.push(parameter),
                Ok(None) => return (parameters, None),
                Err(error) => return (parameters, Some(error)),
            }
        }
    }

    /// The next parameter, which ends at `;` or at the end of the text. `None` at the end.
    fn parameter(&mut self) -> Result<Option<(String, String)>, SyntaxError> {
        self.skip_space();
        while !self.is_at_end() {
            self.expect(';', "`;` or the end")?;
            self.skip_space();
            if self.is_at_end() || self.peek() == Some(';') {
                continue;
            }
            let name = self.token("the name of a parameter")?.to_ascii_lowercase();
            self.expect('=', "`=` right after the name of the parameter")?;
            let value = if self.peek() == Some('"') {
                self.quoted()?
            } else {
                self.token("the value of the parameter, a token or a quoted string")?.to_owned()
            };
            if !self.is_before_parameters() {
                return Err(self.error("`;` or the end"));
            }
            return Ok(Some((name, value)));
        }
        Ok(None)
    }

    /// `quoted-string` (§5.6.4), unescaped.
    fn quoted(&mut self) -> Result<String, SyntaxError> {
        let mut value = String::new();
        self.expect('"', "`\"`")?;
        loop {
            if self.eat('"') {
                return Ok(value);
            }
            self.eat('\\');
            match self.peek() {
                Some(c) if is_text(c) => {
                    value.push(c);
                    self.at += c.len_utf8();
                }
                Some(_) => return Err(self.error("no control character")),
                None => return Err(self.error("the closing `\"`")),
            }
        }
    }
}

/// Parses `*( OWS ";" OWS [ parameter ] )`, which follows the first word of a `Content-Disposition` too.
pub fn parse_parameters(text: &str) -> Result<Parameters, SyntaxError> {
    match Cursor::new(text).valid_parameters() {
        (parameters, None) => Ok(parameters),
        (_, Some(error)) => Err(error),
    }
}

/// Elements of a comma-separated list (§5.6.1), without those that are empty. Commas in quoted strings do not separate.
pub fn list_elements(text: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let elements = text.split(|c| {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ => return c == ',' && !quoted,
        }
        false
    });
    elements.map(|element| element.trim_matches(is_space)).filter(|element| !element.is_empty()).collect()
}

/// `text` as a token if it is one, else as a quoted string.
pub(super) fn token_or_quoted(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_token_char) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn is_space(c: char) -> bool {
    c == ' ' || c == '\t'
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// `HTAB / SP / VCHAR / obs-text`.
fn is_text(c: char) -> bool {
    c == '\t' || c >= ' ' && c != '\u{7f}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quoted_strings_do_not_separate() {
        assert_eq!(list_elements(r#"a/b;x="1,2\",", c/d ,, e/f"#), [r#"a/b;x="1,2\",""#, "c/d", "e/f"]);
        assert_eq!(list_elements(r#"a\,b"#), [r"a\", "b"]);
        assert_eq!(list_elements(" , "), [""; 0]);
    }
}
