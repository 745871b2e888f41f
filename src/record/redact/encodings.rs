//! The forms of a value that are searched for. Character encodings are decoded in the text instead.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Minimum length of base64 that is taken for a value; shorter matches are coincidences.
const MIN_BASE64: usize = 8;

/// Returns `value`, with `+` for spaces as in forms, and with doubled quotes as in CSV (RFC 4180 §2) and SQL.
pub(super) fn plain_forms(value: &str) -> Vec<String> {
    let written = [(" ", "+"), ("\"", "\"\""), ("'", "''")];
    let other = written.into_iter().filter(|(part, _)| value.contains(part)).map(|(part, by)| value.replace(part, by));
    [value.to_owned()].into_iter().chain(other).collect()
}

/// Returns `value` in upper and in lower case, where letters change that are not ASCII; the search ignores the case of the others.
pub(super) fn letter_case_forms(value: &str) -> Vec<String> {
    let other = [value.to_uppercase(), value.to_lowercase()];
    other.into_iter().filter(|other| !other.eq_ignore_ascii_case(value)).collect()
}

/// Returns `value` in ISO-8859-1, which some clients use for Basic credentials (RFC 7617 §2.1), if that differs from UTF-8.
pub(super) fn latin_1(value: &str) -> Option<Vec<u8>> {
    value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<_>>().filter(|_| !value.is_ascii())
}

/// Minimum length of a value that is searched for in lower case too; a shorter one may be an ordinary word.
const MIN_FIELD_NAME: usize = 8;

/// Returns `value` in lower case if it can be the name of a header (RFC 9110 §5.6.2) and changes: HTTP/2 and clients send names of
/// headers in lower case.
pub(super) fn field_name_form(value: &str) -> Option<String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let may_be_name = value.len() >= MIN_FIELD_NAME && value.bytes().all(is_token);
    Some(value.to_ascii_lowercase()).filter(|lower| may_be_name && lower != value)
}

/// Returns the base64 forms of `value`: alone, and inside other encoded text such as the `user:password` of Basic credentials
/// (RFC 7617 §2) or the JSON of a token. There are three alignments in two alphabets.
pub(super) fn base64_forms(value: &str) -> Vec<String> {
    let escaped = in_json_strings(value);
    without_short(
        [value].into_iter().chain(escaped.iter().map(String::as_str)).flat_map(|text| base64_of(text.as_bytes())),
    )
}

/// Returns the forms that `value` has in JSON strings, if they differ from it: libraries escape what they must, and some also
/// slashes, the characters of HTML, or all that is not ASCII.
fn in_json_strings(value: &str) -> Vec<String> {
    let Ok(quoted) = serde_json::to_string(value) else { return Vec::new() };
    let plain = quoted[1..quoted.len() - 1].to_owned();
    let html = |text: &str| text.replace('<', r"\u003c").replace('>', r"\u003e").replace('&', r"\u0026");
    let ascii = |text: &str| {
        let unit = |unit: u16| u8::try_from(unit).ok().filter(u8::is_ascii).map(char::from).ok_or(unit);
        let written = |unit: Result<char, u16>| unit.map_or_else(|unit| format!(r"\u{unit:04x}"), String::from);
        text.encode_utf16().map(|each| written(unit(each))).collect::<String>()
    };
    let slashes = ascii(&plain).replace('/', r"\/");
    let mut forms = vec![html(&plain), ascii(&plain), slashes, plain];
    forms.retain(|form| form != value);
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Everything but what `encodeURIComponent` leaves, and everything but what forms leave (URL Standard §1.3).
const COMPONENT: &AsciiSet = &UNRESERVED.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*');

/// Returns the percent-encoded forms of `value` that differ from it: with escapes in upper and in lower case.
fn percent_forms(value: &str) -> Vec<String> {
    let encoded = [COMPONENT, UNRESERVED, FORM].map(|set| utf8_percent_encode(value, set).to_string());
    let form = encoded[2].replace("%20", "+");
    let mut forms: Vec<_> = encoded.into_iter().chain([form]).flat_map(|text| [lower_escapes(&text), text]).collect();
    forms.retain(|form| form != value);
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn lower_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        format!("{done}%{}{rest}", digits.to_ascii_lowercase())
    })
}

/// Returns the forms of a secret of the run that one encoding inside base64 has: percent-encoded, in hexadecimal digits, which may be
/// those of its beginning, and ISO-8859-1.
fn base64_of_encoded(value: &str) -> Vec<String> {
    let start = &value.as_bytes()[..value.len().min(MAX_BYTES)];
    let hex: String = start.iter().map(|byte| format!("{byte:02x}")).collect();
    let texts = percent_forms(value).into_iter().chain([hex.to_uppercase(), hex]).map(String::into_bytes);
    texts.chain(latin_1(value)).flat_map(|bytes| base64_of(&bytes)).collect()
}

/// Returns the beginning of each base64 form of `value` in hexadecimal digits.
pub(super) fn hex_of_base64(value: &str) -> Vec<String> {
    let start = |form: String| form.bytes().take(MAX_BYTES).map(|byte| format!("{byte:02x}")).collect();
    let mut forms: Vec<String> = base64_forms(value).into_iter().map(start).collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Returns further forms of a secret of the run: base64 of what is encoded otherwise, twice base64, base64 of UTF-16 and base32, which
/// hold bits of their neighbours.
pub(super) fn nested_forms(value: &str) -> Vec<String> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
    let twice = base64_forms(value).iter().flat_map(|form| base64_of(form.as_bytes())).collect::<Vec<_>>();
    let wide = [utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)];
    let wide = wide.iter().flat_map(|bytes| base64_of(bytes));
    let base32 = (0..5).map(|shift| aligned(value.as_bytes(), shift, 5, &base32));
    without_short(twice.into_iter().chain(base64_of_encoded(value)).chain(wide).chain(base32))
}

/// What programs write between two bytes.
pub(super) type Separators = &'static [&'static str];

/// What programs write between the hexadecimal digits of bytes. The search decodes `\xde` and `%de`.
const HEX_SEPARATORS: [Separators; 13] =
    [&[""], &[":"], &["-"], &["."], &["_"], &[" "], &["\n"], &["\r\n"], &[","], &[", "], &[" 0x"], &[",0x"], &[", 0x"]];

/// What programs write between the decimal digits of bytes.
const DECIMAL_SEPARATORS: [Separators; 4] = [&[","], &[", "], &[" "], &["\n"]];

/// Number of bytes that identify a value in digits; a search for more takes longer to prepare.
const MAX_BYTES: usize = 8;

/// Returns the beginning of `value` in hexadecimal digits, and the separators between two bytes: `dead`, `de:ad`, `de, 0xad`, and
/// the groups of `xxd` (`dead beef`), `hexdump` (`adde efbe`) and `hexdump -C` (two blanks after eight bytes).
pub(super) fn hex_forms(value: &str) -> Vec<(String, Separators)> {
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    let start = &value.as_bytes()[..value.len().min(MAX_BYTES)];
    let bytes = digits(start);
    let mut forms: Vec<_> =
        HEX_SEPARATORS.into_iter().map(|separators| (bytes.join(separators[0]), separators)).collect();
    for (size, first) in [(2, 1), (2, 2), (4, 1), (4, 2), (4, 3), (4, 4)] {
        forms.push((grouped(&bytes, first, size, &|group| group.concat(), " "), &["", " "]));
    }
    // Little-endian words; a byte without the other one of its word would be too little.
    let words =
        |bytes: &[String]| bytes.chunks_exact(2).map(|pair| format!("{}{}", pair[1], pair[0])).collect::<Vec<_>>();
    let second = digits(value.as_bytes().get(1..value.len().min(MAX_BYTES + 1)).unwrap_or_default());
    forms.extend([words(&bytes), words(&second)].map(|words| (words.join(" "), &["", " "] as Separators)));
    for first in 1..MAX_BYTES {
        forms.push((grouped(&bytes, first, MAX_BYTES, &|group| group.join(" "), "  "), &[" ", "  "]));
    }
    for wide in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = value.encode_utf16().take(MAX_BYTES).flat_map(wide).collect();
        let bytes = digits(&bytes);
        forms.extend([(bytes.concat(), &[""] as Separators), (bytes.join(" "), &[" "])]);
    }
    forms
}

/// Joins groups of `size` bytes; the first has `first` bytes.
fn grouped(bytes: &[String], first: usize, size: usize, group: &dyn Fn(&[String]) -> String, between: &str) -> String {
    let (head, rest) = bytes.split_at(first.min(bytes.len()));
    [head].into_iter().chain(rest.chunks(size)).map(group).collect::<Vec<_>>().join(between)
}

/// Returns the beginning of `value` in decimal digits, and the separator between two bytes: `222, 173`, or `-34, -83` as Java writes
/// it.
pub(super) fn decimal_forms(value: &str) -> Vec<(String, Separators)> {
    let start = || value.bytes().take(MAX_BYTES);
    let unsigned: Vec<_> = start().map(|byte| byte.to_string()).collect();
    let signed: Vec<_> = start().map(|byte| byte.cast_signed().to_string()).collect();
    let mut lists = vec![unsigned, signed];
    lists.dedup();
    let forms = lists.iter().flat_map(|bytes| DECIMAL_SEPARATORS.map(|between| (bytes.join(between[0]), between)));
    forms.collect()
}

fn base64_of(value: &[u8]) -> Vec<String> {
    let inside = |engine: &GeneralPurpose, shift| aligned(value, shift, 6, &|bytes| engine.encode(bytes));
    let engines = [STANDARD, URL_SAFE];
    without_short(engines.iter().flat_map(|engine| (0..3).map(move |shift| inside(engine, shift))))
}

/// Encodes `value` behind `shift` other bytes, in digits of so many `bits`. Returns the digits that depend on the value alone.
fn aligned(value: &[u8], shift: usize, bits: usize, encode: &dyn Fn(&[u8]) -> String) -> String {
    let encoded = encode(&[&[0; 4][..shift], value].concat());
    let (first, behind) = ((shift * 8).div_ceil(bits), (shift + value.len()) * 8 / bits);
    encoded.get(first..behind).unwrap_or_default().to_owned()
}

fn without_short(forms: impl Iterator<Item = String>) -> Vec<String> {
    let mut forms: Vec<_> = forms.filter(|text| text.len() >= MIN_BASE64).collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Base32 (RFC 4648 §6) without padding.
fn base32(bytes: &[u8]) -> String {
    let digit = |at: usize| {
        let byte = |index: usize| u16::from(bytes.get(index).copied().unwrap_or_default());
        let window = byte(at / 8) << 8 | byte(at / 8 + 1);
        let value = usize::from(window >> (11 - at % 8) & 31);
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[value])
    };
    (0..bytes.len() * 8).step_by(5).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_have_two_spellings() {
        assert_eq!(plain_forms("PARTNER_1.x-y"), ["PARTNER_1.x-y"]);
        assert_eq!(plain_forms("a b c"), ["a b c", "a+b+c"]);
        assert_eq!(plain_forms("a\"b"), ["a\"b", "a\"\"b"]);
    }

    #[test]
    fn base32_follows_rfc_4648() {
        let encoded = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base32(text.as_bytes()));
        assert_eq!(encoded, ["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"]);
    }

    #[test]
    fn base64_is_found_at_every_alignment() {
        for prefix in ["", "u", "us", "user:"] {
            let encoded = STANDARD.encode(format!("{prefix}correct-horse?>tail"));
            assert!(base64_forms("correct-horse?>").iter().any(|form| encoded.contains(form)), "{prefix}");
        }
    }

    #[test]
    fn strings_of_json_have_several_spellings() {
        assert!(in_json_strings("PARTNER_1.x-y").is_empty());
        let expected = [r#"\"a/<\u00e9\""#, r#"\"a/<é\""#, r#"\"a/\u003cé\""#, r#"\"a\/<\u00e9\""#];
        assert_eq!(in_json_strings(r#""a/<é""#), expected);
    }
}
