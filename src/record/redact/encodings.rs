//! The forms of a value that are searched for. Character encodings are decoded in the text instead.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE};

/// Minimum length of base64 that is taken for a value; shorter matches are coincidences.
const MIN_BASE64: usize = 8;

/// Returns `value`, and `value` with `+` for spaces as in forms.
pub(super) fn plain_forms(value: &str) -> Vec<String> {
    let form = value.contains(' ').then(|| value.replace(' ', "+"));
    [value.to_owned()].into_iter().chain(form).collect()
}

/// Returns the base64 forms of `value`: alone, and inside other encoded text such as the `user:password` of Basic credentials
/// (RFC 7617 §2). There are three alignments in two alphabets.
pub(super) fn base64_forms(value: &str) -> Vec<String> {
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
        assert_eq!(plain_forms("PARTNER_1.x-y"), ["PARTNER_1.x-y"]);
        assert_eq!(plain_forms("a b c"), ["a b c", "a+b+c"]);
    }

    #[test]
    fn base64_is_found_at_every_alignment() {
        for prefix in ["", "u", "us", "user:"] {
            let encoded = STANDARD.encode(format!("{prefix}correct-horse?>tail"));
            assert!(base64_forms("correct-horse?>").iter().any(|form| encoded.contains(form)), "{prefix}");
        }
    }
}
