//! Original spelling of JSON numbers that would print differently after parsing.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use crate::pointer::Pointer;

use super::decimal::Decimal;
use super::inexact_numbers::InexactNumbers;
use super::json_spans::Cursor;

/// Maximum number of literals, and of those among them that are exact: a hostile text has millions.
const MOST: usize = 20_000;
const MOST_EXACT: usize = 10_000;

/// Maximum size of a literal that is shown as it is spelled.
const MAX_SHOWN: usize = 1_000;

/// Maximum size of the pointers to all numbers that are not represented exactly, in bytes.
const MAX_POINTERS: usize = 2_000_000;

/// Maximum nesting depth; strict JSON has no more.
const DEPTH: usize = 128;

/// Literals of the numbers in a value that print differently, such as `1.00e2` (100.0), or that are not represented exactly, such
/// as `12345678901234567890123`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberLiterals<'t> {
    here: Option<NumberLiteral<'t>>,
    /// By property name or index.
    below: BTreeMap<String, NumberLiterals<'t>>,
    /// Whether numbers below that may not be represented exactly are left out.
    is_cut: bool,
}

/// A number literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NumberLiteral<'t> {
    text: &'t str,
    /// Whether the parsed number is the same number.
    is_exact: bool,
}

impl<'t> NumberLiterals<'t> {
    /// Parses a text that is JSON.
    pub fn parse(text: &'t str) -> Self {
        let mut reader = Reader { cursor: Cursor::new(text), noted: 0, is_cut: false };
        let literals = reader.value(DEPTH).unwrap_or_default();
        Self { is_cut: reader.is_cut, ..literals }
    }

    /// Literals of the property or element `token`.
    pub fn below(&self, token: &str) -> Option<&Self> {
        self.below.get(token)
    }

    /// Literals at `pointer` and below.
    pub fn at(&self, pointer: &Pointer) -> Option<&Self> {
        pointer.tokens().try_fold(self, |digits, token| digits.below(&token))
    }

    /// Whether a number of `value`, which is at `pointer`, is not represented exactly, or may not be because its literal is left out.
    pub fn may_be_inexact(&self, pointer: &Pointer, value: &Value) -> bool {
        let has_listed = || self.at(pointer).is_some_and(|digits| !digits.inexact().listed.is_empty());
        (self.is_cut && has_floats(value)) || has_listed()
    }

    /// The literal of this value itself; `None` if it is very long, so that the number is shown as it was parsed.
    pub fn literal(&self) -> Option<&'t str> {
        self.here.map(|written| written.text).filter(|text| text.len() <= MAX_SHOWN)
    }

    /// Whether this value itself is not represented exactly.
    pub fn is_inexact(&self) -> bool {
        self.here.is_some_and(|written| !written.is_exact)
    }

    /// Whether numbers are left out that may not be represented exactly. Only the literals of a whole text know.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The numbers that are not represented exactly.
    pub fn inexact(&self) -> InexactNumbers<'t> {
        let mut found = InexactNumbers { is_cut: self.is_cut, ..InexactNumbers::default() };
        let mut room = MAX_POINTERS;
        self.collect(&Pointer::root(), &mut found, &mut room);
        found
    }

    fn collect(&self, at: &Pointer, found: &mut InexactNumbers<'t>, room: &mut usize) {
        if let Some(here) = self.here.filter(|here| !here.is_exact) {
            match *room {
                0 => found.is_cut = true,
                _ => found.listed.push((at.clone(), here.text.into())),
            }
            *room = room.saturating_sub(at.as_str().len());
        }
        for (token, digits) in &self.below {
            digits.collect(&at.join(token), found, room);
        }
    }
}

/// Walks a text. Allocates only for literals that are kept.
struct Reader<'t> {
    cursor: Cursor<'t>,
    noted: usize,
    is_cut: bool,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Option<NumberLiterals<'t>> {
        let depth = depth.checked_sub(1)?;
        match self.cursor.next() {
            Some(b'{') => {
                let mut below = BTreeMap::new();
                while self.cursor.enter(b'}') {
                    let name = self.cursor.string();
                    self.cursor.colon();
                    if let Some(digits) = self.value(depth) {
                        below.insert(self.cursor.name(&name), digits);
                    }
                }
                NumberLiterals::around(below)
            }
            Some(b'[') => {
                let mut below = BTreeMap::new();
                let mut index = 0;
                while self.cursor.enter(b']') {
                    if let Some(digits) = self.value(depth) {
                        below.insert(index.to_string(), digits);
                    }
                    index += 1;
                }
                NumberLiterals::around(below)
            }
            Some(b'"') => {
                self.cursor.string();
                None
            }
            _ => {
                let span = self.cursor.bare();
                let here = self.note(self.cursor.slice(&span))?;
                Some(NumberLiterals { here: Some(here), ..NumberLiterals::default() })
            }
        }
    }

    fn note(&mut self, text: &'t str) -> Option<NumberLiteral<'t>> {
        if self.noted >= MOST_EXACT && is_short(text) || self.is_cut {
            return None;
        }
        let is_exact = reprinted(text)?;
        if self.noted >= MOST {
            self.is_cut |= !is_exact;
            return None;
        }
        (!is_exact || self.noted < MOST_EXACT).then(|| {
            self.noted += 1;
            NumberLiteral { text, is_exact }
        })
    }
}

impl NumberLiterals<'_> {
    fn around(below: BTreeMap<String, Self>) -> Option<Self> {
        (!below.is_empty()).then_some(Self { below, ..Self::default() })
    }
}

/// Whether the value has numbers that may not be represented exactly.
pub(crate) fn has_floats(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_floats),
        Value::Object(members) => members.values().any(has_floats),
        _ => false,
    }
}

/// For a literal that prints differently: whether the parsed number is the same number.
fn reprinted(text: &str) -> Option<bool> {
    if is_plain(text) || !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return None;
    }
    let printed = text.parse::<Number>().ok()?.to_string();
    (printed != text).then(|| Decimal::parse(&printed) == Decimal::parse(text))
}

/// Whether the literal is a decimal number that JSON has too, and that is read exactly: `19.90`.
pub(crate) fn is_decimal(text: &str) -> bool {
    !text.contains(['e', 'E']) && reprinted(text) == Some(true)
}

impl InexactNumbers<'static> {
    /// Adds the number that is the whole `text` at that location, where it is a number of JSON that is not represented exactly.
    pub fn add_text(&mut self, at: &Pointer, text: &str) {
        if reprinted(text) == Some(false) {
            self.listed.push((at.clone(), text.to_owned().into()));
        }
    }
}

/// Whether a number is certainly represented exactly: at most 15 digits (IEEE 754 §5.12.2), neither very large nor very small.
fn is_short(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    mantissa.bytes().filter(u8::is_ascii_digit).count() <= 15 && exponent.trim_start_matches(['+', '-']).len() <= 2
}

/// Whether a number certainly prints as its literal: few digits, no exponent, no redundant zeros.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let are_few = |digits: &str| digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.split_once('.') {
        None => are_few(digits) && text != "-0",
        Some((whole, fraction)) => {
            let is_shortest = fraction == "0" || !fraction.ends_with('0');
            is_shortest
                && are_few(whole)
                && whole.len() + fraction.len() <= 15
                && are_few(fraction)
                && !digits.starts_with("0.0000")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literals_that_print_differently_are_kept() {
        let check = |text: &str, expect: Option<bool>| assert_eq!(reprinted(text), expect, "{text}");
        for plain in ["0", "-1", "12", "0.5", "-0.0", "100.0", "18446744073709551615", "1e300", "0.30000000000000004"] {
            // A printed number is never kept, even if the fast path would keep it.
            let printed = plain.parse::<Number>().expect("a number").to_string();
            check(&printed, None);
        }
        check("1.00e2", Some(true));
        check("2.50", Some(true));
        check("-0", Some(true));
        check("1E400000000000000000000", None);
        check("0e99999999999999999999", Some(true));
        check("9007199254740993.0", Some(false));
        check("12345678901234567890123", Some(false));
        check("100000000000000000000000", Some(true));
        check("0.1000000000000000055", Some(false));
        check("0.10000000000000001", Some(false));
        check("1e-400", Some(false));
        check("true", None);
    }

    #[test]
    fn literals_are_found_by_pointer() {
        let text = r#" { "a" : [ 1, 2.50, {"b":[]}, "3.00" ], "é\"/" : 12345678901234567890123, "c": {"d": 1e400, "e": -0} } "#;
        let digits = NumberLiterals::parse(text);
        let at =
            |pointer: &str| digits.at(&Pointer::parse(pointer).expect("a pointer")).and_then(NumberLiterals::literal);
        assert_eq!(at("/a/1"), Some("2.50"));
        assert_eq!(at("/é\"~1"), Some("12345678901234567890123"));
        assert_eq!(at("/c/e"), Some("-0"));
        assert_eq!((at("/a/0"), at("/a"), at("/c/d")), (None, None, None));
        assert_eq!(digits.inexact().listed.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/é\"~1"]);
        assert_eq!(NumberLiterals::parse("1.0e1").literal(), Some("1.0e1"));
    }

    #[test]
    fn the_number_of_literals_is_limited() {
        let many = format!("[{}2.50,12345678901234567890123]", "1.50,".repeat(100_000));
        let digits = NumberLiterals::parse(&many);
        assert_eq!(digits.below.len(), MOST_EXACT + 1);
        assert_eq!((digits.inexact().listed.len(), digits.is_cut()), (1, false));
    }

    #[test]
    fn numbers_beyond_the_limit_are_reported() {
        let numbers = |count: usize| format!("[{}1.5]", "0.12345678901234567891,".repeat(count));
        for (count, listed, is_cut) in [(MOST, MOST, false), (MOST + 1, MOST, true)] {
            let text = numbers(count);
            let found = NumberLiterals::parse(&text).inexact();
            assert_eq!((found.listed.len(), found.is_cut), (listed, is_cut), "{count}");
        }
        // Long locations.
        let text = format!("{{\"{}\": {}}}", "n".repeat(MAX_POINTERS / 100), numbers(200));
        let found = NumberLiterals::parse(&text).inexact();
        assert!(found.is_cut && found.listed.len() < 200, "{}", found.listed.len());
    }

    proptest! {
        #[test]
        fn plain_numbers_print_as_their_literal(text in "-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,9})?") {
            let printed = text.parse::<Number>().expect("a number").to_string();
            prop_assert!(!is_plain(&text) || printed == text, "{} is printed as {}", text, printed);
        }

        #[test]
        fn printed_floats_are_exact(float in any::<f64>().prop_filter("JSON has no others", |f| f.is_finite())) {
            let printed = Value::from(float).to_string();
            prop_assert_eq!(reprinted(&printed), None);
        }

        #[test]
        fn short_numbers_are_exact(text in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,9})?(e[-+]?[0-9]{1,3})?") {
            prop_assert!(!is_short(&text) || reprinted(&text) != Some(false), "{}", text);
        }

        #[test]
        fn arbitrary_text_does_not_panic(text in "[\\[\\]{}:,\"\\\\ 0-9a.e-]{0,40}") {
            let digits = NumberLiterals::parse(&text);
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                for (pointer, _) in digits.inexact().listed {
                    prop_assert!(value.pointer(pointer.as_str()).is_some_and(Value::is_number));
                }
            }
        }
    }
}
