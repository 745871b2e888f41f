//! Splits multipart content into its parts (RFC 2046 §5.1, RFC 7578).

use crate::http::{Headers, MediaType, parse_parameters};

/// One part of a form.
pub(super) struct Part<'b> {
    /// The field's name.
    pub name: String,
    /// Its header lines.
    pub headers: Headers,
    /// Its content.
    pub content: &'b [u8],
}

impl Part<'_> {
    /// Its media type, when it has one.
    pub(super) fn media_type(&self) -> Option<MediaType> {
        self.headers.get("content-type").and_then(MediaType::of_line)
    }

    /// Whether its media type is JSON.
    pub(super) fn is_json(&self) -> bool {
        self.media_type().is_some_and(|actual| actual.is_json())
    }
}

/// Returns the parts of `multipart/form-data`, at most `most`; an error says what is malformed.
pub(super) fn parts<'b>(actual: &MediaType, bytes: &'b [u8], most: usize) -> Result<Vec<Part<'b>>, String> {
    let parts = split(actual, bytes)?.into_iter().take(most).enumerate();
    parts.map(|(index, part)| named(part).map_err(|why| format!("part {} {why}", index + 1))).collect()
}

/// Returns the bytes between the boundaries (RFC 2046 §5.1.1).
pub(super) fn split<'b>(actual: &MediaType, bytes: &'b [u8]) -> Result<Vec<&'b [u8]>, String> {
    let boundary =
        actual.parameter("boundary").filter(|boundary| !boundary.is_empty()).ok_or("its media type has no boundary")?;
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = match bytes.strip_prefix(format!("--{boundary}").as_bytes()) {
        Some(rest) => rest,
        None => cut(bytes, delimiter.as_bytes()).ok_or("it does not contain its boundary")?.1,
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let (blank, start) = cut(rest, b"\r\n").ok_or("it ends after a boundary")?;
        if !blank.iter().all(|byte| b" \t".contains(byte)) {
            return Err("text follows a boundary".to_owned());
        }
        // A part without header lines starts with the empty line after them.
        let (part, after) = cut(start, delimiter.as_bytes()).ok_or("its last boundary is missing")?;
        parts.push(part);
        rest = after;
    }
    Ok(parts)
}

/// Returns the bytes before and after the first `mark`.
fn cut<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

fn named(bytes: &[u8]) -> Result<Part<'_>, &'static str> {
    const NAMELESS: &str = "has no name";
    let head_only = || Some((bytes.strip_suffix(b"\r\n")?, &b""[..]));
    let (head, content) = cut(bytes, b"\r\n\r\n").or_else(head_only).ok_or(NAMELESS)?;
    let head = String::from_utf8_lossy(head);
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let headers: Headers = lines.map(|(name, value)| (name, value.trim())).collect();
    let name = headers.get("content-disposition").and_then(field_name).ok_or(NAMELESS)?;
    if headers.all("content-disposition").count() > 1 {
        return Err("has several Content-Disposition headers");
    }
    if headers.all("content-type").count() > 1 {
        return Err("has several Content-Type headers");
    }
    Ok(Part { name, headers, content })
}

/// The name in the value of a `Content-Disposition` (RFC 7578 §4.2).
fn field_name(disposition: &str) -> Option<String> {
    let (kind, parameters) = disposition.split_at_checked("form-data".len())?;
    let parameters = parse_parameters(parameters).ok().filter(|_| kind.eq_ignore_ascii_case("form-data"))?;
    parameters.into_iter().find(|(name, _)| name == "name").map(|(_, name)| name)
}
