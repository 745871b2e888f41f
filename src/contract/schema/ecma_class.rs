//! Sets of characters in regular expressions of ECMA-262 (§22.2.2.7 and §22.2.2.9), and how the regex engine writes them.

use std::fmt;

/// Ranges of code points, both ends included.
type Ranges = [(u32, u32)];

pub(super) const DIGITS: [(u32, u32); 1] = [(0x30, 0x39)];
pub(super) const WORD: [(u32, u32); 4] = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];
/// LineTerminator (ECMA-262 §12.3).
pub(super) const LINE_ENDS: [(u32, u32); 3] = [(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)];
/// WhiteSpace and LineTerminator (ECMA-262 §12.2).
pub(super) const SPACES: [(u32, u32); 10] = [
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
];

const LAST: u32 = 0x10_FFFF;
const HIGH: (u32, u32) = (0xD800, 0xDBFF);
const LOW: (u32, u32) = (0xDC00, 0xDFFF);

/// A set of characters.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    /// Ranges of code points, in any order.
    pub ranges: Vec<(u32, u32)>,
    /// Unicode properties (`\p{…}`), verbatim.
    pub properties: String,
    /// Whether it is all characters but these.
    pub is_negated: bool,
}

impl Class {
    /// The characters in these ranges.
    pub(super) fn from_ranges(ranges: &Ranges) -> Self {
        Self { ranges: ranges.to_vec(), ..Self::default() }
    }

    /// All characters but those in these sorted ranges.
    pub(super) fn except(ranges: &Ranges) -> Self {
        let mut next = 0;
        let mut rest = Vec::new();
        for (least, most) in ranges {
            rest.extend((next < *least).then(|| (next, least - 1)));
            next = most + 1;
        }
        rest.push((next, LAST));
        Self { ranges: rest, ..Self::default() }
    }

    /// The code points from `least` to `most`.
    pub(super) fn range(least: u32, most: u32) -> Self {
        Self::from_ranges(&[(least, most)])
    }

    /// One code point, which may be a surrogate.
    pub(super) fn code(code: u32) -> Self {
        Self::range(code, code)
    }

    /// One character.
    pub(super) fn single(c: char) -> Self {
        Self::code(c.into())
    }

    /// The characters with a Unicode property, written as the engine does.
    pub(super) fn property(text: &str) -> Self {
        Self { properties: text.to_owned(), ..Self::default() }
    }

    /// The only code point; none where there are more.
    pub(super) fn only(&self) -> Option<u32> {
        match self.ranges[..] {
            [(least, most)] if least == most && self.properties.is_empty() && !self.is_negated => Some(least),
            _ => None,
        }
    }

    /// Adds the characters of `other`, which is not negated.
    pub(super) fn add(&mut self, other: Self) {
        self.ranges.extend(other.ranges);
        self.properties.push_str(&other.properties);
    }

    fn is_within(&self, (least, most): (u32, u32)) -> bool {
        let within = |range: &(u32, u32)| range.0 >= least && range.1 <= most;
        !self.is_negated && self.properties.is_empty() && !self.ranges.is_empty() && self.ranges.iter().all(within)
    }
}

/// Whether all of them are high surrogates.
pub(super) fn is_high(class: &Class) -> bool {
    class.is_within(HIGH)
}

/// Whether all of them are low surrogates.
pub(super) fn is_low(class: &Class) -> bool {
    class.is_within(LOW)
}

/// The characters that pairs of these surrogates encode.
pub(super) fn joined(high: &Class, low: &Class) -> Class {
    let code = |high: u32, low: u32| 0x1_0000 + ((high - HIGH.0) << 10) + (low - LOW.0);
    let mut ranges = Vec::new();
    for (first, last) in high.ranges.iter().copied() {
        for (least, most) in low.ranges.iter().copied() {
            match (least, most) == LOW {
                true => ranges.push((code(first, least), code(last, most))),
                false => ranges.extend((first..=last).map(|high| (code(high, least), code(high, most)))),
            }
        }
    }
    Class::from_ranges(&ranges)
}

impl fmt::Display for Class {
    /// Writes the set as the engine does, without surrogates.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(only) = self.only().and_then(char::from_u32) {
            return f.write_str(&regex::escape(only.encode_utf8(&mut [0; 4])));
        }
        let below = |(least, most): (u32, u32)| (least, most.min(HIGH.0 - 1));
        let above = |(least, most): (u32, u32)| (least.max(LOW.1 + 1), most);
        let ranges = self.ranges.iter().flat_map(|range| [below(*range), above(*range)]);
        let ranges: Vec<_> = ranges.filter(|(least, most)| least <= most && *most <= LAST).collect();
        if ranges.is_empty() && self.properties.is_empty() {
            return f.write_str(if self.is_negated { r"[\x{0}-\x{10FFFF}]" } else { r"[^\x{0}-\x{10FFFF}]" });
        }
        f.write_str(if self.is_negated { "[^" } else { "[" })?;
        for (least, most) in ranges {
            end(f, least)?;
            if least < most {
                f.write_str("-")?;
                end(f, most)?;
            }
        }
        write!(f, "{}]", self.properties)
    }
}

fn end(f: &mut fmt::Formatter<'_>, code: u32) -> fmt::Result {
    match char::from_u32(code).filter(char::is_ascii_alphanumeric) {
        Some(c) => write!(f, "{c}"),
        None => write!(f, "\\x{{{code:X}}}"),
    }
}
