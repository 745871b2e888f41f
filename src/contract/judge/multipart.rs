//! Splits multipart content into its parts (RFC 2046 §5.1, RFC 7578).

use crate::document::{LONG_NAME, MAX_NAME};
use crate::http::{Headers, MediaType, parse_parameters};

use super::converted::Converted;

/// Maximum number of parts: each is searched among all.
const MAX_PARTS: usize = 2_000;

/// Maximum size of the header lines of all parts, in bytes: each line takes ten times the memory of its text.
const MAX_HEADS: usize = 512_000;

const NAMELESS: &str = "has no name";

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

/// Returns the parts of `multipart/form-data`; an error says what is malformed, or beyond a limit.
pub(super) fn parts<'b>(actual: &MediaType, bytes: &'b [u8]) -> Result<Vec<Part<'b>>, Converted> {
    let malformed = |why| Converted::Malformed("multipart", why);
    let (mut parts, mut heads) = (Vec::new(), 0);
    for part in split(actual, bytes).map_err(malformed)? {
        let number = parts.len() + 1;
        if number > MAX_PARTS {
            return Err(Converted::BeyondLimits(format!("more than {MAX_PARTS} parts")));
        }
        let (head, content) = sections(part.map_err(malformed)?).ok_or_else(|| malformed(nameless(number)))?;
        heads += head.len();
        if heads > MAX_HEADS {
            return Err(Converted::BeyondLimits(format!("more than {} kB of part headers", MAX_HEADS / 1_000)));
        }
        let part = named(head, content).map_err(|why| malformed(format!("part {number} {why}")))?;
        if part.name.len() > MAX_NAME {
            return Err(Converted::BeyondLimits(LONG_NAME.to_owned()));
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Whether the bytes are parts between boundaries; an error says what is malformed.
pub(super) fn check(actual: &MediaType, bytes: &[u8]) -> Result<(), String> {
    split(actual, bytes)?.try_for_each(|part| part.map(drop))
}

/// Returns the bytes between the boundaries (RFC 2046 §5.1.1), lazily: there may be millions.
fn split<'b>(actual: &MediaType, bytes: &'b [u8]) -> Result<impl Iterator<Item = Result<&'b [u8], String>>, String> {
    let boundary =
        actual.parameter("boundary").filter(|boundary| !boundary.is_empty()).ok_or("its media type has no boundary")?;
    let delimiter = format!("\r\n--{boundary}");
    let rest = match bytes.strip_prefix(format!("--{boundary}").as_bytes()) {
        Some(rest) => rest,
        None => cut(bytes, delimiter.as_bytes()).ok_or("it does not contain its boundary")?.1,
    };
    let mut open = Some(rest).filter(|rest| !rest.starts_with(b"--"));
    Ok(std::iter::from_fn(move || {
        let next = next_part(open.take()?, delimiter.as_bytes());
        Some(next.map(|(part, after)| {
            open = Some(after).filter(|after| !after.starts_with(b"--"));
            part
        }))
    }))
}

/// The part after a boundary, and the bytes after the next boundary.
fn next_part<'b>(rest: &'b [u8], delimiter: &[u8]) -> Result<(&'b [u8], &'b [u8]), String> {
    let (blank, start) = cut(rest, b"\r\n").ok_or("it ends after a boundary")?;
    if !blank.iter().all(|byte| b" \t".contains(byte)) {
        return Err("text follows a boundary".to_owned());
    }
    // A part without header lines starts with the empty line after them.
    cut(start, delimiter).ok_or_else(|| "its last boundary is missing".to_owned())
}

/// Returns the bytes before and after the first `mark`.
fn cut<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

/// The header lines and the content of a part; none where it has no header line.
fn sections(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    cut(bytes, b"\r\n\r\n").or_else(|| Some((bytes.strip_suffix(b"\r\n")?, &b""[..])))
}

fn nameless(number: usize) -> String {
    format!("part {number} {NAMELESS}")
}

fn named<'b>(head: &[u8], content: &'b [u8]) -> Result<Part<'b>, &'static str> {
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
    let name = parameters.into_iter().find(|(name, _)| name == "name").map(|(_, name)| name);
    name.map(|name| unescaped(&name))
}

/// The name with the quotes and line ends that clients write percent-encoded, and nothing else (WHATWG HTML §4.10.21.8).
fn unescaped(name: &str) -> String {
    let escapes = [("%22", "\""), ("%0D", "\r"), ("%0d", "\r"), ("%0A", "\n"), ("%0a", "\n")];
    escapes.iter().fold(name.to_owned(), |name, (escape, character)| name.replace(escape, character))
}
