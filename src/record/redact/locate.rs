//! Finds what stands under a sensitive name in each part of a message.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::json::{self, Token, unquote};
use super::names::Names;
use super::values::Kind;

/// A sensitive value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Bytes of the text it was found in.
    pub range: Range<usize>,
    /// The value, every encoding undone.
    pub plain: String,
    /// What it was.
    pub kind: Kind,
    /// Whether quotes must stand around what replaces it.
    pub quoted: bool,
}

impl Named {
    fn text(range: Range<usize>, plain: impl Into<String>) -> Self {
        Self { range, plain: plain.into(), kind: Kind::Text, quoted: false }
    }
}

/// The sensitive scalars among the tokens of a JSON text; `null` has nothing to hide.
pub fn in_json(text: &str, tokens: &[Token]) -> Vec<Named> {
    let named = tokens.iter().filter(|token| token.named);
    named
        .filter_map(|token| {
            let raw = text.get(token.range.clone())?;
            let (plain, kind) = match (token.kind, raw) {
                (_, "null") => return None,
                (json::Kind::Bare, "true" | "false") => (raw.to_owned(), Kind::Boolean),
                (json::Kind::Bare, _) => (raw.to_owned(), Kind::Number),
                _ => (unquote(raw).into_owned(), Kind::Text),
            };
            (!plain.is_empty()).then(|| Named { range: token.range.clone(), plain, kind, quoted: true })
        })
        .collect()
}

/// In the value of a header: the credentials behind an `Authorization` scheme, the values of cookies, or all of it.
pub fn in_header(name: &str, value: &str, names: &Names) -> Vec<Named> {
    if !names.has_header(name) || value.is_empty() {
        return Vec::new();
    }
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "authorization" | "proxy-authorization" => {
            let start = value.find(' ').map_or(0, |blank| blank + 1);
            let credentials = value.get(start..).unwrap_or_default();
            vec![Named::text(start..value.len(), credentials)]
        }
        "cookie" => in_pairs(value, ';', &|_| true),
        "set-cookie" => in_pairs(value, ';', &|_| true).into_iter().take(1).collect(),
        _ => vec![Named::text(0..value.len(), value)],
    }
}

/// In a URL: query parameters by name, and whole path segments that `template` gives a sensitive name.
pub fn in_url(url: &str, template: &str, names: &Names) -> Vec<Named> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut start = 0;
    let mut found = Vec::new();
    for (segment, pattern) in path.split('/').zip(template.split('/')) {
        let parameter = pattern.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if parameter.is_some_and(|name| names.has(name)) {
            found.push(Named::text(start..start + segment.len(), percent_decode_str(segment).decode_utf8_lossy()));
        }
        start += segment.len() + 1;
    }
    let shift = path.len() + 1;
    found.extend(
        in_form(query, names)
            .into_iter()
            .map(|named| Named { range: named.range.start + shift..named.range.end + shift, ..named }),
    );
    found
}

/// In `application/x-www-form-urlencoded` text.
pub fn in_form(form: &str, names: &Names) -> Vec<Named> {
    in_pairs(form, '&', &|name| names.has_query(name))
}

/// In `multipart/form-data`: the content of parts by name (RFC 7578 §4.2).
pub fn in_multipart(text: &str, names: &Names) -> Vec<Named> {
    const NAME: &str = " name=\"";
    let part = |at: usize| {
        let start = at + NAME.len();
        let name = text.get(start..)?.split('"').next()?;
        let content = start + text.get(start..)?.find("\r\n\r\n")? + 4;
        let length = text.get(content..)?.find("\r\n--")?;
        names
            .has(name)
            .then(|| Named::text(content..content + length, text.get(content..content + length).unwrap_or_default()))
    };
    text.match_indices(NAME).filter_map(|(at, _)| part(at)).filter(|named| !named.plain.is_empty()).collect()
}

/// The values of `name=value` pairs whose decoded name is sensitive.
fn in_pairs(text: &str, separator: char, is_sensitive: &dyn Fn(&str) -> bool) -> Vec<Named> {
    let mut start = 0;
    let mut found = Vec::new();
    for pair in text.split(separator) {
        if let Some((name, value)) = pair.split_once('=').filter(|(_, value)| !value.is_empty()) {
            let at = start + name.len() + 1;
            if is_sensitive(decoded(name).trim()) {
                found.push(Named::text(at..at + value.len(), decoded(value)));
            }
        }
        start += pair.len() + separator.len_utf8();
    }
    found
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
