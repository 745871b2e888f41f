//! Decodes XML: by its byte order mark, else by `charset`, else by its declaration (RFC 7303 §3.2, XML 1.0 §4.3.3 and Appendix F).

use std::borrow::Cow;

use crate::contract::value_summary;

use super::converted::Converted;

/// Bytes of a declaration that are searched for its encoding.
const MAX_DECLARATION: usize = 1_000;

/// Maximum size of text that is not UTF-8 once it is decoded, in bytes of UTF-8: it may have twice the size of its encoding.
const MAX_DECODED: usize = 10_000_000;

/// Decodes `bytes`, whose media type has the parameter `charset`.
pub(super) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, Converted> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf_8(rest, "begins with the byte order mark of UTF-8 but is not UTF-8");
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf_16(rest, u16::from_be_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf_16(rest, u16::from_le_bytes);
    }
    match (charset, declared(bytes)?) {
        (Some(charset), _) => named(bytes, charset, "charset"),
        (None, Some(encoding)) => named(bytes, &encoding, "encoding"),
        (None, None) => utf_8(bytes, "is not UTF-8 and declares no encoding"),
    }
}

fn named<'b>(bytes: &'b [u8], name: &str, kind: &str) -> Result<Cow<'b, str>, Converted> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" => utf_8(bytes, "is not UTF-8"),
        "us-ascii" | "ascii" => utf_8(bytes, "is not US-ASCII"),
        "iso-8859-1" | "latin1" => decoded(|| bytes.iter().map(|byte| Ok(char::from(*byte)))),
        "utf-16be" => utf_16(bytes, u16::from_be_bytes),
        "utf-16le" => utf_16(bytes, u16::from_le_bytes),
        _ => Err(Converted::Unsupported(format!("the {kind} {} is not supported", value_summary::name(name)))),
    }
}

fn utf_8<'b>(bytes: &'b [u8], otherwise: &str) -> Result<Cow<'b, str>, Converted> {
    let malformed = |_| Converted::Malformed("xml", format!("it {otherwise}"));
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(malformed)
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, Converted> {
    let malformed = || Converted::Malformed("xml", "it is not UTF-16".to_owned());
    if !bytes.len().is_multiple_of(2) {
        return Err(malformed());
    }
    let units = || bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    decoded(|| char::decode_utf16(units()).map(|decoded| decoded.map_err(|_| malformed())))
}

/// The text of the characters, whose memory is reserved at once.
fn decoded<C>(characters: impl Fn() -> C) -> Result<Cow<'static, str>, Converted>
where
    C: Iterator<Item = Result<char, Converted>>,
{
    let size = characters().try_fold(0, |size, character| Ok(size + character?.len_utf8()))?;
    if size > MAX_DECODED {
        return Err(Converted::BeyondLimits(format!("more than {} MB once it is UTF-8", MAX_DECODED / 1_000_000)));
    }
    let mut text = String::with_capacity(size);
    characters().flatten().for_each(|character| text.push(character));
    Ok(Cow::Owned(text))
}

/// The encoding that the declaration names, in an encoding that agrees with ASCII; an error says that it is no name.
fn declared(bytes: &[u8]) -> Result<Option<String>, Converted> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_DECLARATION)]);
    let declaration = start.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let Some((_, value)) = declaration.and_then(|(declaration, _)| declaration.split_once("encoding")) else {
        return Ok(None);
    };
    let value = value.trim_start().strip_prefix('=').unwrap_or_default().trim_start();
    // The parser reports other faults of the declaration.
    let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { return Ok(None) };
    let Some((name, _)) = value[1..].split_once(quote) else { return Ok(None) };
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    match is_name {
        true => Ok(Some(name.to_owned())),
        false => Err(Converted::Malformed("xml", format!("`{name}` is not the name of an encoding"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], charset: Option<&str>) -> String {
        match decode(bytes, charset) {
            Ok(text) => text.into_owned(),
            Err(Converted::Malformed(_, why)) => format!("malformed: {why}"),
            Err(Converted::Unsupported(why)) => format!("not checked: {why}"),
            Err(_) => "other".to_owned(),
        }
    }

    #[test]
    fn the_byte_order_mark_comes_first_then_charset_then_the_declaration() {
        let declared =
            |name: &str| [format!("<?xml version='1.0' encoding='{name}'?>").as_bytes(), b"<a>\xE4</a>"].concat();
        let latin = declared("ISO-8859-1");
        let utf_16: Vec<u8> = "\u{feff}<a>\u{1F432}</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(check(&latin, None).ends_with("<a>\u{e4}</a>"));
        assert_eq!(check(&latin, Some("utf-8")), "malformed: it is not UTF-8");
        assert!(check(&declared("UTF-8"), Some("ISO-8859-1")).ends_with("<a>\u{e4}</a>"));
        assert_eq!(check(&utf_16, Some("utf-8")), "<a>\u{1F432}</a>");
        assert_eq!(check(&utf_16[2..], Some("UTF-16LE")), "<a>\u{1F432}</a>");
        assert_eq!(check(&utf_16[..5], None), "malformed: it is not UTF-16");
        assert_eq!(check("\u{feff}<a/>".as_bytes(), Some("iso-8859-1")), "<a/>");
    }

    #[test]
    fn unknown_encodings_are_not_checked() {
        let declared = |name: &str| format!("<?xml version='1.0' encoding=\"{name}\"?><a/>");
        assert_eq!(check(declared("foo").as_bytes(), None), "not checked: the encoding foo is not supported");
        assert_eq!(
            check(declared("Shift_JIS").as_bytes(), None),
            "not checked: the encoding Shift_JIS is not supported"
        );
        assert_eq!(check(declared("").as_bytes(), None), "malformed: `` is not the name of an encoding");
        assert_eq!(check(declared("8859 1").as_bytes(), None), "malformed: `8859 1` is not the name of an encoding");
        assert_eq!(check(b"<a>\xE4</a>", None), "malformed: it is not UTF-8 and declares no encoding");
        assert_eq!(check(b"<a>\xE4</a>", Some("koi8-r")), "not checked: the charset koi8-r is not supported");
    }

    #[test]
    fn decoded_text_is_limited() {
        let latin = |length: usize| decode(&vec![0xE4; length], Some("iso-8859-1")).map(|text| text.len());
        assert!(matches!(latin(MAX_DECODED / 2), Ok(MAX_DECODED)));
        assert!(matches!(latin(MAX_DECODED / 2 + 1), Err(Converted::BeyondLimits(_))));
    }
}
