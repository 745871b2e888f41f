//! Structured field values (RFC 9651): parsing of dictionaries and items, and their exact serialisation.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;

/// A value without parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BareItem {
    Integer(i64),
    /// In thousandths.
    Decimal(i64),
    String(String),
    Token(String),
    Bytes(Vec<u8>),
    Boolean(bool),
    Date(i64),
    DisplayString(String),
}

/// Parameters in their order.
pub(super) type Parameters = Vec<(String, BareItem)>;

/// A value with parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) value: BareItem,
    pub(super) parameters: Parameters,
}

/// A member of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Member {
    Item(Item),
    InnerList(Vec<Item>, Parameters),
}

/// The members of a dictionary (§4.2.2); none if the text is not one.
pub(super) fn dictionary(text: &str) -> Option<Vec<(String, Member)>> {
    let mut parser = Parser::new(text)?;
    let mut members = Vec::new();
    while !parser.rest.is_empty() {
        let key = parser.key()?;
        let member = match parser.eat(b'=') {
            true => parser.member()?,
            false => Member::Item(Item { value: BareItem::Boolean(true), parameters: parser.parameters()? }),
        };
        put(&mut members, key, member);
        parser.skip(b" \t");
        if parser.rest.is_empty() {
            break;
        }
        parser.expect(b',')?;
        parser.skip(b" \t");
        if parser.rest.is_empty() {
            return None;
        }
    }
    Some(members)
}

/// An item (§4.2.3); none if the text is not one.
pub(super) fn item(text: &str) -> Option<Item> {
    let mut parser = Parser::new(text)?;
    parser.item().filter(|_| parser.rest.is_empty())
}

/// Parameters alone (`;name="x"`); none if the text is not that.
pub(super) fn parameters(text: &str) -> Option<Parameters> {
    let mut parser = Parser::new(text)?;
    parser.parameters().filter(|_| parser.rest.is_empty())
}

/// Refuses what cannot be the key of a dictionary (§3.1.2), such as the label of a signature.
pub(crate) fn check_label(text: &str) -> Result<(), String> {
    let parsed = Parser::new(text).and_then(|mut parser| parser.key().filter(|_| parser.rest.is_empty()));
    let invalid = || format!("`{}` is not a label: lower-case letters, digits and `_-.*`", text.escape_debug());
    parsed.filter(|key| key == text).map(drop).ok_or_else(invalid)
}

/// Refuses what cannot be a string (§3.3.3). The message does not contain it.
pub(crate) fn check_string(text: &str) -> Result<(), String> {
    match text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        true => Ok(()),
        false => Err("expected printable ASCII characters, as in every string of a structured field".to_owned()),
    }
}

/// A later value replaces an earlier one at its place.
fn put<T>(members: &mut Vec<(String, T)>, key: String, value: T) {
    match members.iter_mut().find(|(held, _)| *held == key) {
        Some((_, held)) => *held = value,
        None => members.push((key, value)),
    }
}

struct Parser<'t> {
    rest: &'t [u8],
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Option<Self> {
        text.is_ascii().then(|| Self { rest: text.trim_matches(' ').as_bytes() })
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        self.eat(wanted).then_some(())
    }

    fn skip(&mut self, set: &[u8]) {
        while self.peek().is_some_and(|byte| set.contains(&byte)) {
            self.next();
        }
    }

    /// The longest prefix of bytes that are allowed.
    fn take(&mut self, is_allowed: impl Fn(u8) -> bool) -> String {
        let length = self.rest.iter().position(|byte| !is_allowed(*byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        String::from_utf8_lossy(taken).into_owned()
    }

    fn key(&mut self) -> Option<String> {
        self.peek().filter(|first| first.is_ascii_lowercase() || *first == b'*')?;
        Some(self.take(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)))
    }

    fn member(&mut self) -> Option<Member> {
        if !self.eat(b'(') {
            return self.item().map(Member::Item);
        }
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.eat(b')') {
                return Some(Member::InnerList(items, self.parameters()?));
            }
            items.push(self.item()?);
            self.peek().filter(|next| matches!(next, b' ' | b')'))?;
        }
    }

    fn item(&mut self) -> Option<Item> {
        Some(Item { value: self.bare_item()?, parameters: self.parameters()? })
    }

    fn parameters(&mut self) -> Option<Parameters> {
        let mut parameters = Vec::new();
        while self.eat(b';') {
            self.skip(b" ");
            let key = self.key()?;
            let value = if self.eat(b'=') { self.bare_item()? } else { BareItem::Boolean(true) };
            put(&mut parameters, key, value);
        }
        Some(parameters)
    }

    fn bare_item(&mut self) -> Option<BareItem> {
        match self.peek()? {
            b'"' => self.string().map(BareItem::String),
            b':' => {
                self.next();
                let text = self.take(|byte| byte != b':');
                self.expect(b':')?;
                let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
                GeneralPurpose::new(&STANDARD, config).decode(text).ok().map(BareItem::Bytes)
            }
            b'?' => {
                self.next();
                let digit = self.next().filter(|digit| matches!(digit, b'0' | b'1'))?;
                Some(BareItem::Boolean(digit == b'1'))
            }
            b'@' => {
                self.next();
                self.number().filter(|number| matches!(number, BareItem::Integer(_))).map(|number| match number {
                    BareItem::Integer(seconds) => BareItem::Date(seconds),
                    other => other,
                })
            }
            b'%' => self.display_string().map(BareItem::DisplayString),
            b'-' | b'0'..=b'9' => self.number(),
            first if first.is_ascii_alphabetic() || first == b'*' => {
                let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b":/!#$%&'*+-.^_`|~".contains(&byte);
                Some(BareItem::Token(self.take(is_allowed)))
            }
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            match self.next()? {
                b'"' => return Some(text),
                b'\\' => text.push(self.next().filter(|next| matches!(next, b'"' | b'\\'))?.into()),
                byte @ 0x20..=0x7e => text.push(byte.into()),
                _ => return None,
            }
        }
    }

    fn display_string(&mut self) -> Option<String> {
        self.expect(b'%')?;
        self.expect(b'"')?;
        let mut bytes = Vec::new();
        loop {
            bytes.push(match self.next()? {
                b'"' => return String::from_utf8(bytes).ok(),
                b'%' => {
                    let mut digit = || match self.next()? {
                        digit @ b'0'..=b'9' => Some(digit - b'0'),
                        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
                        _ => None,
                    };
                    digit()? << 4 | digit()?
                }
                byte @ 0x20..=0x7e => byte,
                _ => return None,
            });
        }
    }

    fn number(&mut self) -> Option<BareItem> {
        let sign = if self.eat(b'-') { -1 } else { 1 };
        let whole = self.take(|byte| byte.is_ascii_digit());
        if !self.eat(b'.') {
            return (1..=15)
                .contains(&whole.len())
                .then(|| whole.parse().ok().map(|n: i64| BareItem::Integer(sign * n)))?;
        }
        let fraction = self.take(|byte| byte.is_ascii_digit());
        let is_valid = (1..=12).contains(&whole.len()) && (1..=3).contains(&fraction.len());
        let thousandths = is_valid.then(|| format!("{whole}{fraction:0<3}").parse::<i64>().ok())??;
        Some(BareItem::Decimal(sign * thousandths))
    }
}

impl fmt::Display for BareItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Decimal(thousandths) => {
                let fraction = format!("{:03}", thousandths.unsigned_abs() % 1_000);
                let fraction = fraction.trim_end_matches('0');
                let sign = if *thousandths < 0 { "-" } else { "" };
                let fraction = if fraction.is_empty() { "0" } else { fraction };
                write!(f, "{sign}{}.{fraction}", thousandths.unsigned_abs() / 1_000)
            }
            Self::String(text) => write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Self::Token(token) => f.write_str(token),
            Self::Bytes(bytes) => write!(f, ":{}:", BASE64_STANDARD.encode(bytes)),
            Self::Boolean(value) => write!(f, "?{}", u8::from(*value)),
            Self::Date(seconds) => write!(f, "@{seconds}"),
            Self::DisplayString(text) => {
                f.write_str("%\"")?;
                for byte in text.bytes() {
                    match byte {
                        b'%' | b'"' | 0..0x20 | 0x7f.. => write!(f, "%{byte:02x}")?,
                        _ => write!(f, "{}", char::from(byte))?,
                    }
                }
                f.write_str("\"")
            }
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.value, serialized(&self.parameters))
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => write!(f, "{item}"),
            Self::InnerList(items, parameters) => {
                let items: Vec<_> = items.iter().map(Item::to_string).collect();
                write!(f, "({}){}", items.join(" "), serialized(parameters))
            }
        }
    }
}

/// Serialises a dictionary (§4.1.2).
pub(super) fn serialized_dictionary(members: &[(String, Member)]) -> String {
    let members = members.iter().map(|(key, member)| match member {
        Member::Item(Item { value: BareItem::Boolean(true), parameters }) => format!("{key}{}", serialized(parameters)),
        other => format!("{key}={other}"),
    });
    members.collect::<Vec<_>>().join(", ")
}

/// Serialises parameters (§4.1.1.2).
pub(super) fn serialized(parameters: &Parameters) -> String {
    let each = |(key, value): &(String, BareItem)| match value {
        BareItem::Boolean(true) => format!(";{key}"),
        value => format!(";{key}={value}"),
    };
    parameters.iter().map(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_serialised_canonically() {
        let checks = [
            (
                "a=1,b=2.50;x ,c=?1;y=?0,d=(\"e\"  tok:en/x :AQI:);q=\"a\\\"b\\\\\"",
                r#"a=1, b=2.5;x, c;y=?0, d=("e" tok:en/x :AQI=:);q="a\"b\\""#,
            ),
            ("a=1, b, a=-007", "a=-7, b"),
            ("  sig=();created=1  ", "sig=();created=1"),
            ("a=@1659578233, b=%\"f%c3%bc %22\", c=-0.0", "a=@1659578233, b=%\"f%c3%bc %22\", c=0.0"),
            ("", ""),
        ];
        for (text, expected) in checks {
            assert_eq!(
                dictionary(text).map(|members| serialized_dictionary(&members)).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn other_texts_are_no_structured_fields() {
        let texts = [
            "a=1,",
            "A=1",
            "a=(1",
            "a=(1\"x\")",
            "a=\"x",
            "a=\"\\x\"",
            "a=\"ü\"",
            "a=:!:",
            "a=?2",
            "a=1.",
            "a=1.2345",
            "a=1234567890123456",
            "a=%\"%C3\"",
            "a=%\"%ff\"",
            "a=@1.5",
            "a b",
            "=1",
            "a=",
            "a=1;=2",
            "a\u{0}",
        ];
        for text in texts {
            assert_eq!(dictionary(text), None, "{text}");
        }
        assert_eq!(item("\"a\", b"), None);
        assert_eq!(item("\"a\";b").map(|item| item.to_string()).as_deref(), Some("\"a\";b"));
    }
}
