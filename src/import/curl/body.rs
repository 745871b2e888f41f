//! Bodies: `-d` and its relatives, parts of `-F`, and the files that they name.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::lexer::Word;
use super::options::DataKind;

/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Media types that curl derives from the end of a file's name.
const TYPES: [(&str, &str); 10] = [
    (".gif", "image/gif"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    (".txt", "text/plain"),
    (".htm", "text/html"),
    (".html", "text/html"),
    (".pdf", "application/pdf"),
    (".xml", "application/xml"),
];

/// Reads a file that a command names, or standard input (`-`). The error says why it cannot be read.
pub(super) type Files<'f> = &'f dyn Fn(&str) -> Result<Vec<u8>, String>;

/// A part of a multipart body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FormPart {
    pub name: String,
    pub content: Vec<u8>,
    pub filename: Option<String>,
    pub media_type: Option<String>,
    pub headers: Vec<(String, String)>,
}

/// Joins the values of `-d`, `--data-raw`, `--data-binary`, `--data-urlencode` and `--json`.
pub(super) fn data(values: &[(DataKind, Word)], files: Files<'_>) -> Result<Vec<u8>, String> {
    let mut joined = Vec::new();
    for (index, (kind, word)) in values.iter().enumerate() {
        if index > 0 && *kind != DataKind::Json {
            joined.push(b'&');
        }
        joined.extend(one(*kind, &word.bytes, files)?);
    }
    Ok(joined)
}

fn one(kind: DataKind, value: &[u8], files: Files<'_>) -> Result<Vec<u8>, String> {
    let file = value.strip_prefix(b"@").map(|name| String::from_utf8_lossy(name).into_owned());
    match (kind, file) {
        (DataKind::Raw, _) | (DataKind::Ascii | DataKind::Binary | DataKind::Json, None) => Ok(value.to_vec()),
        (DataKind::Ascii, Some(name)) => {
            let is_kept = |byte: &u8| !matches!(byte, b'\r' | b'\n' | 0);
            Ok(files(&name)?.into_iter().filter(is_kept).collect())
        }
        (DataKind::Binary | DataKind::Json, Some(name)) => files(&name),
        (DataKind::UrlEncoded, _) => url_encoded(value, files),
    }
}

/// `CONTENT`, `=CONTENT`, `NAME=CONTENT`, `@FILE` and `NAME@FILE`, encoded as in a form.
pub(super) fn url_encoded(value: &[u8], files: Files<'_>) -> Result<Vec<u8>, String> {
    let position = |wanted: u8| value.iter().position(|byte| *byte == wanted);
    let (name, content) = match position(b'=').or_else(|| position(b'@')) {
        None => (&[][..], value.to_vec()),
        Some(at) if value[at] == b'@' => (&value[..at], files(&String::from_utf8_lossy(&value[at + 1..]))?),
        Some(at) => (&value[..at], value[at + 1..].to_vec()),
    };
    let content = percent_encode(&content, RESERVED).to_string().replace("%20", "+");
    let separator = if name.is_empty() { "" } else { "=" };
    Ok([name, separator.as_bytes(), content.as_bytes()].concat())
}

/// Reads one value of `-F`, or of `--form-string` if it is literal.
pub(super) fn form_part(value: &[u8], is_literal: bool, files: Files<'_>) -> Result<FormPart, String> {
    let value = String::from_utf8_lossy(value);
    let (name, content) = value.split_once('=').ok_or("expected `NAME=CONTENT`")?;
    let part = FormPart { name: name.to_owned(), ..FormPart::default() };
    if is_literal {
        return Ok(FormPart { content: content.as_bytes().to_vec(), ..part });
    }
    if content.starts_with('(') {
        return Err("parts within parts are not supported".to_owned());
    }
    let (source, content) = match content.strip_prefix(['@', '<']) {
        Some(rest) => (content.chars().next(), rest),
        None => (None, content),
    };
    let mut fields = fields(content).into_iter();
    let first = fields.next().unwrap_or_default();
    let mut part = match source {
        None => FormPart { content: first.into_bytes(), ..part },
        Some(_) if first.contains(',') => return Err("several files in one part are not supported".to_owned()),
        Some('<') => FormPart { content: files(&first)?, ..part },
        Some(_) => FormPart {
            content: files(&first)?,
            filename: Some(first.rsplit('/').next().unwrap_or_default().to_owned()),
            media_type: Some(type_of(&first).to_owned()),
            ..part
        },
    };
    for field in fields {
        match field.trim_start().split_once('=') {
            Some(("type", text)) => part.media_type = Some(text.to_owned()),
            Some(("filename", text)) => part.filename = Some(text.to_owned()),
            Some(("headers", text)) if !text.starts_with('@') => {
                part.headers.extend(text.split_once(':').map(|(name, text)| (name.to_owned(), text.trim().to_owned())));
            }
            Some(("headers", _)) => return Err("headers from a file are not supported".to_owned()),
            Some(("encoder", _)) => return Err("encoders of parts are not supported".to_owned()),
            _ => {}
        }
    }
    Ok(part)
}

/// Splits at semicolons outside quotes, and removes the quotes. Parameters of a media type stay with it.
fn fields(text: &str) -> Vec<String> {
    let (mut fields, mut current, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let is_at_value = current.is_empty() || current.ends_with('=');
        match c {
            '"' if is_quoted || is_at_value => is_quoted = !is_quoted,
            '\\' if is_quoted => current.extend(chars.next()),
            ';' if !is_quoted && is_field_end(&current, chars.as_str()) => fields.push(std::mem::take(&mut current)),
            _ => current.push(c),
        }
    }
    fields.push(current);
    fields
}

fn is_field_end(current: &str, rest: &str) -> bool {
    let is_known =
        ["type=", "filename=", "headers=", "encoder="].iter().any(|name| rest.trim_start().starts_with(name));
    is_known || !current.trim_start().starts_with("type=")
}

fn type_of(file: &str) -> &'static str {
    let name = file.to_ascii_lowercase();
    TYPES.iter().find(|(end, _)| name.ends_with(end)).map_or("application/octet-stream", |(_, media_type)| media_type)
}
