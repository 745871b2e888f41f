//! Credentials that are wrong but look right.

use ring::digest::{SHA256, digest};

/// A credential of the same length and alphabet that is not `credential`: its end is another one, so that a prefix that says what it is
/// and the claims of a JSON Web Token stay. It is always the same for a credential, from which it cannot be derived.
pub(crate) fn wrong(credential: &str) -> String {
    let digest = digest(&SHA256, credential.as_bytes());
    let is_hexadecimal = credential.bytes().filter(u8::is_ascii_alphabetic).all(|byte| byte.is_ascii_hexdigit());
    let letters = if is_hexadecimal { 6 } else { 26 };
    let start = altered_from(credential);
    let altered = credential.char_indices().map(|(index, c)| {
        let step = digest.as_ref()[index % 32];
        match c {
            _ if index < start => c,
            '0'..='9' => rotated(c, b'0', 10, step),
            'a'..='z' => rotated(c, b'a', letters, step),
            'A'..='Z' => rotated(c, b'A', letters, step),
            _ => c,
        }
    });
    let altered: String = altered.collect();
    match altered == credential {
        false => altered,
        // It has neither letters nor digits.
        true => credential.chars().skip(1).chain(['x']).collect(),
    }
}

/// The index of the first byte that may change: after the last dot if much follows, else in the middle.
fn altered_from(credential: &str) -> usize {
    let after_dot = credential.rfind('.').map(|dot| dot + 1).filter(|start| credential.len() - start >= 8);
    let start = after_dot.unwrap_or(credential.len() / 2);
    let has_any = credential.bytes().skip(start).any(|byte| byte.is_ascii_alphanumeric());
    if has_any { start } else { 0 }
}

/// Another one of the `count` characters from `first` on.
fn rotated(c: char, first: u8, count: u8, step: u8) -> char {
    let offset = u8::try_from(c).unwrap_or(first) - first;
    char::from(first + (offset + 1 + step % (count - 1)) % count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_differs_and_the_form_is_the_same() {
        let class = |c: char| match c {
            '0'..='9' => '0',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            other => other,
        };
        for text in
            ["sk_test_4eC39HqLyjWD", "a1b2-c3d4", "eyJhbGciOiJ.eyJzdWIiOiI.dozjgNryP4J3jVmN", "right", "7", "käse-ü"]
        {
            let other = wrong(text);
            assert_ne!(other, text);
            assert_eq!(other, wrong(text), "always the same");
            let classes = |text: &str| text.chars().map(class).collect::<String>();
            assert_eq!(classes(&other), classes(text));
        }
        assert!(wrong("sk_test_4eC39HqLyjWD").starts_with("sk_test_4e"));
        assert!(wrong("eyJhbGciOiJ.eyJzdWIiOiI.dozjgNryP4J3jVmN").starts_with("eyJhbGciOiJ.eyJzdWIiOiI."));
        let digits = "0123456789abcdef0123456789abcdef";
        assert!(wrong(digits).bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(wrong("--.--"), "-.--x");
    }
}
