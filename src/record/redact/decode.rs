//! Decodes the encodings that may hide a value, byte by byte, so that matches can be replaced in the original text.
//!
//! An echoed value may have any of its characters encoded (`\u0041`, `%41`, `&#65;`), so no list of encoded forms is complete.

use quick_xml::escape::resolve_html5_entity;

/// An encoding of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Escapes of JSON strings (RFC 8259 §7), `\u{…}` as Rust and our own reports write it, `\x41`, `\101` and `\U00000041` as
    /// languages do.
    Escape,
    /// `%XX` (RFC 3986 §2.1), and `%uXXXX` as JavaScript's `escape` writes it.
    Percent,
    /// `&amp;`, `&eacute;`, `&#38;`, `&#x26;`, as pages and XML write it; browsers need no `;` behind a number.
    Entity,
    /// `~0` and `~1` of a JSON Pointer (RFC 6901 §3).
    Pointer,
    /// `=XX` and soft line breaks of quoted-printable (RFC 2045 §6.7).
    QuotedPrintable,
    /// Line breaks inside base64 (RFC 2045 §6.8).
    Wrapped,
    /// The zero bytes of ASCII text in UTF-16.
    Wide,
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
    pub(super) const ALL: [Self; 7] =
        [Self::Escape, Self::Percent, Self::Entity, Self::Pointer, Self::QuotedPrintable, Self::Wrapped, Self::Wide];

    /// Below how many other encodings this one is decoded.
    pub(super) fn max_layers(self) -> usize {
        match self {
            Self::Escape | Self::Percent | Self::Entity | Self::Pointer => 3,
            Self::QuotedPrintable | Self::Wrapped => 2,
            Self::Wide => 1,
        }
    }

    /// Decodes every unit of this encoding; `None` if there is none.
    pub(super) fn undo(self, text: &[u8]) -> Option<Decoded> {
        let first = self.first(text)?;
        let mut decoded = Decoded { bytes: text[..first].to_vec(), from: (0..offset(first)).collect() };
        self.each(text, first, &mut |said, at| {
            decoded.bytes.extend_from_slice(said);
            decoded.from.extend(said.iter().map(|_| offset(at)));
        });
        decoded.from.push(offset(text.len()));
        Some(decoded)
    }

    /// Like [`Self::undo`], without the offsets, which take four times as much memory as the bytes.
    pub(super) fn undo_bytes(self, text: &[u8]) -> Option<Vec<u8>> {
        let first = self.first(text)?;
        let mut bytes = Vec::with_capacity(text.len());
        bytes.extend_from_slice(&text[..first]);
        self.each(text, first, &mut |said, _| bytes.extend_from_slice(said));
        Some(bytes)
    }

    /// The offset of the first unit.
    fn first(self, text: &[u8]) -> Option<usize> {
        let leads = self.leads();
        // Most texts have no unit at all; this search takes many bytes at a time.
        if !leads.iter().any(|lead| text.contains(lead)) {
            return None;
        }
        let mut found = text.iter().enumerate().filter(|(_, byte)| leads.contains(byte));
        found.find(|(at, _)| self.unit(text, *at).is_some()).map(|(at, _)| at)
    }

    /// Calls `add` with the bytes from `first` on, decoded, and with the offset of each unit.
    fn each(self, text: &[u8], first: usize, add: &mut impl FnMut(&[u8], usize)) {
        let leads = self.leads();
        let mut at = first;
        while let Some(byte) = text.get(at) {
            let unit = if leads.contains(byte) { self.unit(text, at) } else { None };
            let mut buffer = [0; 4];
            let (said, length): (&[u8], usize) = match unit {
                Some((Unit::Byte(byte), length)) => {
                    buffer[0] = byte;
                    (&buffer[..1], length)
                }
                Some((Unit::Nothing, length)) => (&[], length),
                Some((Unit::Char(c), length)) => (c.encode_utf8(&mut buffer).as_bytes(), length),
                Some((Unit::Text(text), length)) => (text.as_bytes(), length),
                None => (&text[at..=at], 1),
            };
            add(said, at);
            at += length;
        }
    }

    /// The bytes that a unit begins with.
    fn leads(self) -> &'static [u8] {
        match self {
            Self::Escape => b"\\",
            Self::Percent => b"%",
            Self::Entity => b"&",
            Self::Pointer => b"~",
            Self::QuotedPrintable => b"=",
            Self::Wrapped => b"\r\n",
            Self::Wide => b"\0",
        }
    }

    /// Decodes the unit at `at`; returns also its length.
    fn unit(self, whole: &[u8], at: usize) -> Option<(Unit, usize)> {
        let text = whole.get(at..)?;
        match self {
            Self::Escape => escape(text),
            Self::Percent if text.get(1).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'u')) => {
                Some((Unit::Char(char::from_u32(hex(text.get(2..6)?)?)?), 6))
            }
            Self::Percent => Some((byte(hex(text.get(1..3)?)?)?, 3)),
            Self::Entity => entity(text),
            Self::Pointer => match text.get(1)? {
                b'0' => Some((Unit::Byte(b'~'), 2)),
                b'1' => Some((Unit::Byte(b'/'), 2)),
                _ => None,
            },
            Self::QuotedPrintable => match text {
                [_, b'\n', ..] => Some((Unit::Nothing, 2)),
                [_, b'\r', b'\n', ..] => Some((Unit::Nothing, 3)),
                _ => Some((byte(hex(text.get(1..3)?)?)?, 3)),
            },
            Self::Wrapped => wrap(whole, at),
            Self::Wide => Some((Unit::Nothing, 1)),
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
    Text(&'static str),
    /// It encodes nothing.
    Nothing,
}

fn byte(value: u32) -> Option<Unit> {
    u8::try_from(value).ok().map(Unit::Byte)
}

/// Length of a line of base64 from which a line break is taken to be inside of it: one group of digits.
const MIN_LINE: usize = 4;

/// The line break at `at`, with the blanks behind it, between two lines of base64.
fn wrap(text: &[u8], at: usize) -> Option<(Unit, usize)> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let line = text.get(at.checked_sub(MIN_LINE)?..at)?;
    let end = if text.get(at..at + 2) == Some(b"\r\n") { 2 } else { 1 };
    let blanks = text.get(at + end..)?.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let goes_on = line.iter().all(is_base64) && text.get(at + end + blanks).is_some_and(is_base64);
    goes_on.then_some((Unit::Nothing, end + blanks))
}

fn escape(text: &[u8]) -> Option<(Unit, usize)> {
    match text.get(1)? {
        b'x' => Some((byte(hex(text.get(2..4)?)?)?, 4)),
        b'U' => Some((Unit::Char(char::from_u32(hex(text.get(2..10)?)?)?), 10)),
        b'0'..=b'3' => Some((byte(octal(text.get(1..4)?)?)?, 4)),
        _ => json_escape(text).map(|(c, length)| (Unit::Char(c), length)),
    }
}

fn json_escape(text: &[u8]) -> Option<(char, usize)> {
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

/// The longest number that is decoded: `&#x10ffff;`.
const MAX_NUMERIC_ENTITY: usize = 10;

/// The longest name that is decoded: `&CounterClockwiseContourIntegral;`.
const MAX_ENTITY: usize = 33;

fn entity(text: &[u8]) -> Option<(Unit, usize)> {
    if let Some(b"#") = text.get(1..2) {
        return numeric_entity(text).map(|(c, length)| (Unit::Char(c), length));
    }
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric();
    let end = 1 + text.iter().skip(1).take(MAX_ENTITY).take_while(is_name).count();
    let name = text.get(1..end).filter(|name| !name.is_empty() && text.get(end) == Some(&b';'))?;
    Some((Unit::Text(resolve_html5_entity(std::str::from_utf8(name).ok()?)?), end + 1))
}

/// `&#65;` or `&#x41;`, also without `;`.
fn numeric_entity(text: &[u8]) -> Option<(char, usize)> {
    let is_hex = matches!(text.get(2)?, b'x' | b'X');
    let start = if is_hex { 3 } else { 2 };
    let is_digit = |byte: &&u8| if is_hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() };
    let digits = text.get(start..)?.iter().take(MAX_NUMERIC_ENTITY - start).take_while(is_digit).count();
    let digits = text.get(start..start + digits)?;
    let code = if is_hex { hex(digits)? } else { std::str::from_utf8(digits).ok()?.parse().ok()? };
    let end = start + digits.len();
    Some((char::from_u32(code)?, end + usize::from(text.get(end) == Some(&b';'))))
}

fn octal(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?, 8).ok()
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
        check(Coding::Escape, r"\x41\101\u0041\'", Some("AAA'"));
        check(Coding::Escape, r"\U00000041\U0001f600\U0000000", Some(r"A😀\U0000000"));
        check(Coding::Percent, "%u0041%u20ac%41", Some("A€A"));
        check(Coding::Entity, "&lt;&#65;&#x41;&amp;amp;", Some("<AA&amp;"));
        check(Coding::Entity, "&#65&#x41&#65 1&#x41;1", Some("AAA 1A1"));
        check(Coding::QuotedPrintable, "=41=\r\nb=\nc=", Some("Abc="));
        check(Coding::Wrapped, "0123456789abcdef\n  0123", Some("0123456789abcdef0123"));
        check(Coding::Wrapped, "0123\n 4567", Some("01234567"));
        check(Coding::Wrapped, "0123456789,bcd\n0123", None);
        check(Coding::Entity, "&eacute;&commat;&lpar;&nbsp;", Some("é@(\u{a0}"));
        check(Coding::Wide, "a\0b\0", Some("ab"));
        check(Coding::Pointer, "a~1b~01~2", Some("a/b~1~2"));
    }

    #[test]
    fn what_only_looks_like_a_unit_stays() {
        check(Coding::Escape, r"\ud83d \x \u00g0 \u{} \", None);
        check(Coding::Percent, "100% %+1 %é", None);
        check(Coding::Entity, "& &; &nosuch; &amp &#; &#x110000;", None);
        check(Coding::Percent, "%é%41", Some("%éA"));
    }

    #[test]
    fn every_byte_knows_where_it_came_from() {
        let decoded = Coding::Escape.undo(br"a\u00e9b").expect("an escape");
        assert_eq!((0..5).map(|at| decoded.origin(at)).collect::<Vec<_>>(), [0, 1, 1, 7, 8]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "[\\\\%&#~=ux0-9a-f{};\r\n\0é]{0,30}") {
            for coding in Coding::ALL {
                if let Some(decoded) = coding.undo(text.as_bytes()) {
                    proptest::prop_assert_eq!(decoded.from.len(), decoded.bytes.len() + 1);
                }
            }
        }
    }
}
