//! Decodes the encodings that may hide a value, byte by byte, so that matches can be replaced in the original text.
//!
//! An echoed value may have any of its characters encoded (`\u0041`, `%41`, `&#65;`), so no list of encoded forms is complete.

/// An encoding of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Escapes of JSON strings (RFC 8259 §7), and `\u{…}` as Rust and our own reports write it.
    Escape,
    /// `%XX` (RFC 3986 §2.1).
    Percent,
    /// `&amp;`, `&#38;`, `&#x26;`, as pages and XML write it.
    Entity,
    /// `~0` and `~1` of a JSON Pointer (RFC 6901 §3).
    Pointer,
}

/// A text after decoding one encoding.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The decoded bytes.
    pub bytes: Vec<u8>,
    /// Offset in the text of each decoded byte, and the end of the text; four bytes each, because texts may be large.
    from: Vec<u32>,
}

impl Coding {
    /// Every encoding.
    pub(super) const ALL: [Self; 4] = [Self::Escape, Self::Percent, Self::Entity, Self::Pointer];

    /// Decodes every unit of this encoding; `None` if there is none.
    pub(super) fn undo(self, text: &[u8]) -> Option<Decoded> {
        let lead = self.lead();
        let mut leads = text.iter().enumerate().filter(|(_, byte)| **byte == lead);
        let first = leads.find(|(at, _)| self.unit(&text[*at..]).is_some())?.0;
        let mut decoded = Decoded { bytes: text[..first].to_vec(), from: (0..offset(first)).collect() };
        let mut at = first;
        while let Some(byte) = text.get(at) {
            let unit = if *byte == lead { self.unit(&text[at..]) } else { None };
            let mut buffer = [0; 4];
            let (said, length): (&[u8], usize) = match unit {
                Some((Unit::Byte(byte), length)) => {
                    buffer[0] = byte;
                    (&buffer[..1], length)
                }
                Some((Unit::Char(c), length)) => (c.encode_utf8(&mut buffer).as_bytes(), length),
                None => (&text[at..=at], 1),
            };
            decoded.bytes.extend_from_slice(said);
            decoded.from.extend(said.iter().map(|_| offset(at)));
            at += length;
        }
        decoded.from.push(offset(text.len()));
        Some(decoded)
    }

    fn lead(self) -> u8 {
        match self {
            Self::Escape => b'\\',
            Self::Percent => b'%',
            Self::Entity => b'&',
            Self::Pointer => b'~',
        }
    }

    /// Decodes the unit at the start of `text`; returns also its length.
    fn unit(self, text: &[u8]) -> Option<(Unit, usize)> {
        match self {
            Self::Escape => escape(text).map(|(c, length)| (Unit::Char(c), length)),
            Self::Percent => Some((Unit::Byte(u8::try_from(hex(text.get(1..3)?)?).ok()?), 3)),
            Self::Entity => entity(text).map(|(c, length)| (Unit::Char(c), length)),
            Self::Pointer => match text.get(1)? {
                b'0' => Some((Unit::Byte(b'~'), 2)),
                b'1' => Some((Unit::Byte(b'/'), 2)),
                _ => None,
            },
        }
    }
}

impl Decoded {
    /// Returns the offset in the text of the decoded byte `at`.
    pub(super) fn origin(&self, at: usize) -> usize {
        self.from.get(at).or(self.from.last()).map_or(0, |from| *from as usize)
    }
}

/// Texts of 4 GB never get here: bodies are searched in pieces.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

enum Unit {
    Byte(u8),
    Char(char),
}

fn escape(text: &[u8]) -> Option<(char, usize)> {
    let simple = |c| Some((c, 2));
    match text.get(1)? {
        byte @ (b'"' | b'\\' | b'/' | b'\'') => simple(char::from(*byte)),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'u' if text.get(2) == Some(&b'{') => {
            let digits = text.get(3..)?.iter().take(7).position(|byte| *byte == b'}')?;
            Some((char::from_u32(hex(&text[3..3 + digits])?)?, digits + 4))
        }
        b'u' => utf16(text),
        _ => None,
    }
}

/// `\u0041`, or two of them for a character beyond the basic plane.
fn utf16(text: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| u16::try_from(hex(text.get(at + 2..at + 6)?)?).ok();
    let first = unit(0)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Some((c, 6));
    }
    let second = text.get(6..8).filter(|lead| lead == b"\\u").and_then(|_| unit(6))?;
    let c = char::decode_utf16([first, second]).next()?.ok()?;
    Some((c, 12))
}

/// The longest entity that is undone: `&#x10ffff;`.
const MAX_ENTITY: usize = 10;

fn entity(text: &[u8]) -> Option<(char, usize)> {
    let end = text.iter().take(MAX_ENTITY).position(|byte| *byte == b';')?;
    let c = match text.get(1..end)? {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((c, end + 1))
}

fn hex(digits: &[u8]) -> Option<u32> {
    let is_hex = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(coding: Coding, text: &str, expect: Option<&str>) {
        let decoded = coding.undo(text.as_bytes());
        let said = decoded.as_ref().map(|decoded| String::from_utf8_lossy(&decoded.bytes).into_owned());
        assert_eq!(said.as_deref(), expect, "{text}");
        assert!(decoded.is_none_or(|decoded| decoded.origin(decoded.bytes.len()) == text.len()));
    }

    #[test]
    fn every_unit_is_undone() {
        check(Coding::Escape, r#"a\u0041\"\n\/\\u0041"#, Some("aA\"\n/\\u0041"));
        check(Coding::Escape, r"\ud83d\ude00\u{e9}", Some("😀é"));
        check(Coding::Percent, "a%2F%c3%a9+", Some("a/é+"));
        check(Coding::Entity, "&lt;&#65;&#x41;&amp;amp;", Some("<AA&amp;"));
        check(Coding::Pointer, "a~1b~01~2", Some("a/b~1~2"));
    }

    #[test]
    fn what_only_looks_like_a_unit_stays() {
        check(Coding::Escape, r"\ud83d \x \u00g0 \u{} \", None);
        check(Coding::Percent, "100% %+1 %é", None);
        check(Coding::Entity, "& &; &nbsp; &#; &#x110000;", None);
        check(Coding::Percent, "%é%41", Some("%éA"));
    }

    #[test]
    fn every_byte_knows_where_it_came_from() {
        let decoded = Coding::Escape.undo(br"a\u00e9b").expect("an escape");
        assert_eq!((0..5).map(|at| decoded.origin(at)).collect::<Vec<_>>(), [0, 1, 1, 7, 8]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "[\\\\%&#~u0-9a-f{};é]{0,20}") {
            for coding in Coding::ALL {
                if let Some(decoded) = coding.undo(text.as_bytes()) {
                    proptest::prop_assert_eq!(decoded.from.len(), decoded.bytes.len() + 1);
                }
            }
        }
    }
}
