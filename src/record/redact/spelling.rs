//! The forms of one value that are searched for; encodings character by character are undone in the text instead.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE};

/// The shortest stretch of base64 that is taken for a value; shorter ones turn up by chance.
const MIN_BASE64: usize = 8;

/// `value`, and with `+` for its blanks as forms write it.
pub fn spellings(value: &str) -> Vec<String> {
    let form = value.contains(' ').then(|| value.replace(' ', "+"));
    [value.to_owned()].into_iter().chain(form).collect()
}

/// The base64 of `value` alone, and the characters that are the same wherever it stands inside something encoded, such as the
/// `user:password` of Basic credentials (RFC 7617 §2): three alignments, in both alphabets, without repetition.
pub fn base64_forms(value: &str) -> Vec<String> {
    let inside = |engine: &GeneralPurpose, shift: usize| {
        let encoded = engine.encode([&[0; 2][..shift], value.as_bytes()].concat());
        let first = (shift * 8).div_ceil(6);
        let behind = (shift + value.len()) * 8 / 6;
        encoded.get(first..behind).unwrap_or_default().to_owned()
    };
    let engines = [STANDARD, URL_SAFE];
    let forms = engines.iter().flat_map(|engine| (0..3).map(move |shift| inside(engine, shift)));
    let mut forms: Vec<_> = forms.filter(|text| text.len() >= MIN_BASE64).collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_have_two_spellings() {
        assert_eq!(spellings("PARTNER_1.x-y"), ["PARTNER_1.x-y"]);
        assert_eq!(spellings("a b c"), ["a b c", "a+b+c"]);
    }

    #[test]
    fn base64_is_found_at_every_alignment() {
        for prefix in ["", "u", "us", "user:"] {
            let encoded = STANDARD.encode(format!("{prefix}correct-horse?>tail"));
            assert!(base64_forms("correct-horse?>").iter().any(|form| encoded.contains(form)), "{prefix}");
        }
    }
}
