//! The forms in which one value may stand in a URL, a form, a header or a JSON text.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 §2.3 lets stand unencoded is left alone.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The shortest stretch of base64 that is taken for a value; shorter ones turn up by chance.
const MIN_BASE64: usize = 8;

/// `value` plain, percent-encoded, form-encoded and inside a JSON string, without repetition.
pub fn spellings(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    if value.bytes().any(|byte| !byte.is_ascii_alphanumeric() && !b"-._".contains(&byte)) {
        let percent = utf8_percent_encode(value, RESERVED).to_string();
        let form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        forms.extend([lower_hex(&percent), percent, lower_hex(&form), form]);
        forms.extend(json_forms(value));
        forms.sort_unstable();
        forms.dedup();
    }
    forms
}

/// The base64 of `value` alone, and the characters that are the same wherever it stands inside something encoded, such as the
/// `user:password` of Basic credentials (RFC 7617 §2): three alignments, in both alphabets.
pub fn base64_forms(value: &str) -> Vec<String> {
    let inside = |engine: &GeneralPurpose, shift: usize| {
        let encoded = engine.encode([&[0; 2][..shift], value.as_bytes()].concat());
        let first = (shift * 8).div_ceil(6);
        let behind = (shift + value.len()) * 8 / 6;
        encoded.get(first..behind).unwrap_or_default().to_owned()
    };
    let engines = [STANDARD, URL_SAFE];
    let forms = engines.iter().flat_map(|engine| {
        let aligned = (0..3).map(move |shift| inside(engine, shift));
        aligned.chain([engine.encode(value)])
    });
    forms.filter(|text| text.len() >= MIN_BASE64).collect()
}

/// `%2F` as `%2f`; letters outside escapes stay.
fn lower_hex(encoded: &str) -> String {
    let mut inside = 0_u8;
    let lower = |c: char| {
        let escaped = inside > 0;
        inside = if c == '%' { 2 } else { inside.saturating_sub(1) };
        if escaped { c.to_ascii_lowercase() } else { c }
    };
    encoded.chars().map(lower).collect()
}

/// The inside of a JSON string: with what must be escaped, with `\/`, and with everything beyond ASCII escaped.
fn json_forms(value: &str) -> [String; 3] {
    let quoted = serde_json::Value::from(value).to_string();
    let inside = quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned();
    let slashes = inside.replace('/', "\\/");
    let ascii = inside.chars().map(ascii_only).collect();
    [inside, slashes, ascii]
}

fn ascii_only(c: char) -> String {
    let mut units = [0; 2];
    let escape = |unit: &u16| format!("\\u{unit:04x}");
    if c.is_ascii() { c.to_string() } else { c.encode_utf16(&mut units).iter().map(escape).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_have_one_spelling() {
        assert_eq!(spellings("PARTNER_1.x-y"), ["PARTNER_1.x-y"]);
    }

    #[test]
    fn every_encoding_is_a_spelling() {
        let found = spellings("a/b \"é");
        for wanted in ["a/b \"é", "a%2Fb%20%22%C3%A9", "a%2fb%20%22%c3%a9", "a%2Fb+%22%C3%A9", "a/b \\\"é"] {
            assert!(found.iter().any(|form| form == wanted), "{wanted} in {found:?}");
        }
        assert!(found.contains(&"a\\/b \\\"é".to_owned()) && found.contains(&"a/b \\\"\\u00e9".to_owned()));
    }

    #[test]
    fn base64_is_found_at_every_alignment() {
        for prefix in ["", "u", "us", "user:"] {
            let encoded = STANDARD.encode(format!("{prefix}correct-horse?>tail"));
            assert!(base64_forms("correct-horse?>").iter().any(|form| encoded.contains(form)), "{prefix}");
        }
    }
}
