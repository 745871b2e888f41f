//! Decides whether what is written in place of the name of an environment variable may be shown: it may be the secret itself.

/// Maximum length of a name that is shown.
const MAX_NAME: usize = 64;

/// Maximum length of a word of such a name: identifiers of access keys are longer.
const MAX_WORD: usize = 15;

/// Maximum length of a word that may have digits anywhere: `K8S`, `OAUTH2`.
const MAX_MIXED: usize = 7;

/// Maximum number of digits at the end of a longer word.
const MAX_DIGITS: usize = 3;

/// Whether `name` looks like the conventional name of a variable: words of upper-case letters, joined by `_`, with few digits. Tokens
/// have lower-case letters, or digits between the letters of a long word.
pub(crate) fn is_conventional(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase());
    begins && name.len() <= MAX_NAME && name.split('_').all(is_word)
}

fn is_word(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_upper = |c: char| c.is_ascii_uppercase();
    match word.len() {
        0..=MAX_MIXED => word.chars().all(|c| is_upper(c) || c.is_ascii_digit()) && runs_of_digits(word) <= 1,
        length => length <= MAX_WORD && letters.chars().all(is_upper) && length - letters.len() <= MAX_DIGITS,
    }
}

fn runs_of_digits(word: &str) -> usize {
    word.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_from_tokens() {
        for name in
            ["API_KEY", "KEY", "K8S_TOKEN", "IMPRINT_API_KEY_2", "OAUTH2_CLIENT", "AUTHENTICATION2", "A__B", "S3"]
        {
            assert!(is_conventional(name), "{name}");
        }
        let tokens = [
            "",
            "_KEY",
            "2FA",
            "swordfish",
            "SK_LIVE_51HG7cz",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "AKIAIOSFODNN7EXAMPLE",
            "JBSWY3DPEHPK3PXP",
            "MNXXE4TFMN2C22DPOJZWKP6DVE",
            "A1B2C3D4",
            "DEADBEEF12345678",
            "ABCDEFGHIJKLMNOP",
            "tok-en",
            "K\u{c9}Y",
        ];
        for token in tokens {
            assert!(!is_conventional(token), "{token}");
        }
        assert!(!is_conventional(&["KEY"; 17].join("_")));
    }
}
