//! Secrets of a command line, as variables of the shell: `-H "authorization: Bearer $IMPRINT_API_KEY"`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http;

use super::redact::ExchangeRedactor;
use super::shell_word::{WordPart, quoted, with_variables};

/// The request as it was sent, to check what the words of a command expand to.
pub(super) struct Sent<'a> {
    /// The whole URL.
    pub(super) url: String,
    /// The request.
    pub(super) request: &'a http::Request,
    /// Knows the secrets.
    pub(super) redactor: &'a ExchangeRedactor<'a>,
}

/// Puts variables in the place of secrets where the word then expands to what was sent; none without a request.
#[derive(Default)]
pub(crate) struct Variables<'a>(pub(super) Option<Sent<'a>>);

impl Variables<'_> {
    /// The word that shows `text`. Only names of secrets that expand to `sent` become variables: a target could send text that
    /// looks like the name of another variable.
    pub(super) fn word(&self, text: &str, sent: impl Fn(&Sent<'_>) -> Option<String>) -> String {
        let expanded = self.0.as_ref().and_then(|held| expandable(text, &sent(held)?, held.redactor));
        expanded.unwrap_or_else(|| quoted(text))
    }

    /// The option `-u` for Basic credentials in the header line with that index (RFC 7617 §2).
    pub(super) fn user(&self, index: usize) -> Option<[String; 2]> {
        let held = self.0.as_ref()?;
        let (name, value) = held.request.headers.iter().nth(index)?;
        let (scheme, encoded) = value.split_once(' ')?;
        if !name.eq_ignore_ascii_case("authorization") || !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let plain = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let shown = held.redactor.text(&plain);
        Some(["-u".to_owned(), expandable(&shown, &plain, held.redactor)?])
    }
}

/// `text` with variables in the place of labels such as `«secret:KEY»`; `None` if it has none or does not expand to `sent`.
fn expandable(text: &str, sent: &str, redactor: &ExchangeRedactor<'_>) -> Option<String> {
    const LABEL: &str = "«secret:";
    let (mut parts, mut value, mut rest) = (Vec::new(), String::new(), text);
    while let Some((before, after)) = rest.split_once(LABEL) {
        let (name, after) = after.split_once('»')?;
        let secret = redactor.secret_value(name).filter(|_| is_variable(name))?;
        parts.extend([WordPart::Text(before), WordPart::Variable(name)]);
        value.extend([before, secret]);
        rest = after;
    }
    value.push_str(rest);
    parts.push(WordPart::Text(rest));
    if parts.len() > 1 && value == sent { with_variables(&parts) } else { None }
}

/// Whether a shell takes `name` as that of a variable.
fn is_variable(name: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_first) && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
}
