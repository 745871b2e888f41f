//! Text by the charset of its media type.

use crate::contract::value_summary;
use crate::http::MediaType;

use super::converted::Converted;

/// Charsets, or their first letters, whose first 128 characters are those of ASCII.
const LIKE_ASCII: [&str; 8] = ["iso-8859-", "latin", "windows-125", "koi8-", "euc-", "gbk", "gb18030", "big5"];

/// The bytes as text, in UTF-8 or a subset of it.
pub(super) fn text<'a>(bytes: &'a [u8], actual: &MediaType) -> Result<&'a str, Converted> {
    let charset = actual.parameter("charset").map(str::to_ascii_lowercase);
    let is_like_ascii = |charset: &str| LIKE_ASCII.iter().any(|start| charset.starts_with(start));
    let text = std::str::from_utf8(bytes);
    match (charset.as_deref(), text) {
        (Some("utf-8" | "us-ascii") | None, Ok(text)) => Ok(text),
        (Some("utf-8" | "us-ascii"), Err(_)) => Err(Converted::Malformed("text", "it is not UTF-8".to_owned())),
        (None, Err(_)) => Err(Converted::Unsupported("it is not UTF-8 and declares no charset".to_owned())),
        (Some(other), Ok(text)) if text.is_ascii() && is_like_ascii(other) => Ok(text),
        (Some(other), _) => {
            Err(Converted::Unsupported(format!("the charset {} is not supported", value_summary::name(other))))
        }
    }
}
