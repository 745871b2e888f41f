//! Translates regular expressions of ECMA-262 (§22.2, with the flag `u`) to the syntax of the regex engine, for which `.`, `\b`, `\d`,
//! `\w`, `\s`, class syntax and escapes mean something else.
//!
//! JSON has no lone surrogates: `\ud800` matches nothing. A high surrogate before a low one is one character, also where both are
//! classes, which is how patterns without the flag `u` describe characters beyond U+FFFF.

use std::fmt::Write as _;

use super::ecma_class::{Class, DIGITS, LINE_ENDS, SPACES, WORD, is_high, is_low, joined};

/// An ASCII word boundary (ECMA-262 §22.2.2.4.2); that of the engine is Unicode's.
const BOUNDARY: &str = "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))";
const NO_BOUNDARY: &str = "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))";

/// Returns `pattern` in the syntax of the engine; none where it is malformed or has no equivalent.
pub(super) fn translate(pattern: &str) -> Option<String> {
    let chars: Vec<char> = pattern.chars().collect();
    let groups = groups(&chars);
    let mut translator =
        Translator { chars: &chars, at: 0, groups, open: Vec::new(), opened: 0, high: None, out: String::new() };
    while let Some(c) = translator.next() {
        translator.term(c)?;
    }
    translator.flush();
    // The library recognises by a look-around that the pattern is only for the extended engine.
    let is_extended = translator.out.contains("(?(");
    Some(if is_extended { format!("(?=){}", translator.out) } else { translator.out })
}

/// A capturing group.
#[derive(Default)]
struct Group {
    /// Its name, where it has one.
    name: Option<String>,
    /// Whether some text that the group is part of matches without it.
    is_skippable: bool,
    /// Whether it may be skipped in one repetition and not in another: ECMA-262 forgets what it captured before (§22.2.2.3.1), the
    /// engine does not.
    is_reset: bool,
}

/// A group that is not closed yet.
#[derive(Default)]
struct OpenGroup {
    /// Index of the first capturing group within it, or of itself.
    first: usize,
    is_capturing: bool,
    has_branches: bool,
}

/// The capturing groups, by the position of their opening bracket.
fn groups(chars: &[char]) -> Vec<Group> {
    let (mut groups, mut in_class, mut at) = (Vec::<Group>::new(), false, 0);
    let mut open = Vec::<OpenGroup>::new();
    while let Some(c) = chars.get(at) {
        let follows = |text: &str| text.chars().enumerate().all(|(by, c)| chars.get(at + 1 + by) == Some(&c));
        match c {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let is_named = follows("?<") && !follows("?<=") && !follows("?<!");
                let is_capturing = is_named || !follows("?");
                open.push(OpenGroup { first: groups.len(), is_capturing, has_branches: false });
                if is_capturing {
                    let name = is_named.then(|| chars[at + 3..].iter().take_while(|c| **c != '>').collect());
                    groups.push(Group { name, ..Group::default() });
                }
            }
            '|' if !in_class => open.iter_mut().last().into_iter().for_each(|open| open.has_branches = true),
            ')' if !in_class => {
                if let Some(closed) = open.pop() {
                    close(&closed, &mut groups, &chars[at + 1..]);
                }
            }
            _ => {}
        }
        at += 1;
    }
    groups
}

/// Updates the groups within a group by its branches and by the quantifier that follows it.
fn close(closed: &OpenGroup, groups: &mut [Group], rest: &[char]) {
    let counted = || {
        let inner: String = rest[1..].iter().take_while(|c| **c != '}').collect();
        let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
        (least.trim_start_matches('0').is_empty(), most != "1")
    };
    let (may_be_absent, may_repeat) = match rest.first() {
        Some('?') => (true, false),
        Some('*') => (true, true),
        Some('+') => (false, true),
        Some('{') => counted(),
        _ => (false, false),
    };
    for (index, group) in groups.iter_mut().enumerate().skip(closed.first) {
        let is_itself = closed.is_capturing && index == closed.first;
        if !is_itself {
            group.is_skippable |= closed.has_branches;
            group.is_reset |= may_repeat && group.is_skippable;
        }
        group.is_skippable |= may_be_absent;
    }
}

struct Translator<'p> {
    chars: &'p [char],
    at: usize,
    groups: Vec<Group>,
    /// The number of each group that is open, if it is capturing, and the number of capturing groups so far.
    open: Vec<Option<usize>>,
    opened: usize,
    /// High surrogates that are not written yet: a low one may follow.
    high: Option<Class>,
    out: String,
}

impl Translator<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn take(&mut self, text: &str) -> bool {
        let follows = text.chars().enumerate().all(|(by, c)| self.chars.get(self.at + by) == Some(&c));
        self.at += if follows { text.chars().count() } else { 0 };
        follows
    }

    fn term(&mut self, c: char) -> Option<()> {
        match c {
            '[' => {
                let class = self.class()?;
                self.atom(class);
            }
            '.' => self.atom(Class::except(&LINE_ENDS)),
            '\\' => self.escape()?,
            '(' => self.group()?,
            '*' | '+' | '?' => self.quantifier(&c.to_string())?,
            '{' => match self.counted() {
                Some(counted) => self.quantifier(&counted?)?,
                None => self.atom(Class::single('{')),
            },
            ')' => {
                self.open.pop();
                self.raw(")");
            }
            '|' | '^' | '$' => self.raw(c.encode_utf8(&mut [0; 4])),
            c => self.atom(Class::single(c)),
        }
        Some(())
    }

    /// Writes a set of characters as one atom.
    fn atom(&mut self, class: Class) {
        if is_high(&class) {
            self.flush();
            self.high = Some(class);
        } else if let Some(high) = self.high.take_if(|_| is_low(&class)) {
            self.out.push_str(&joined(&high, &class).to_string());
        } else {
            self.raw(&class.to_string());
        }
    }

    fn raw(&mut self, text: &str) {
        self.flush();
        self.out.push_str(text);
    }

    fn flush(&mut self) {
        if let Some(high) = self.high.take() {
            self.out.push_str(&high.to_string());
        }
    }

    fn quantifier(&mut self, text: &str) -> Option<()> {
        self.raw(text);
        if self.take("?") {
            self.out.push('?');
        }
        // The engine would read it as possessive.
        (!matches!(self.peek(), Some('*' | '+' | '?'))).then_some(())
    }

    /// The rest of `{n}`, `{n,}` or `{n,m}`, or nothing if the bounds are out of order (§22.2.1.1); none where the brace is a character.
    fn counted(&mut self) -> Option<Option<String>> {
        let length = self.chars[self.at..].iter().position(|c| *c == '}')?;
        let inner: String = self.chars[self.at..self.at + length].iter().collect();
        let (least, most) = inner.split_once(',').unwrap_or((&inner, ""));
        let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        (!least.is_empty() && is_number(least) && is_number(most)).then(|| {
            self.at += length + 1;
            let size = |digits: &str| (digits.trim_start_matches('0').len(), digits.trim_start_matches('0').to_owned());
            let is_in_order = !inner.contains(',') || most.is_empty() || size(least) <= size(most);
            is_in_order.then(|| format!("{{{inner}}}"))
        })
    }

    fn group(&mut self) -> Option<()> {
        for kind in ["?:", "?=", "?!", "?<=", "?<!"] {
            if self.take(kind) {
                self.open.push(None);
                self.raw(&format!("({kind}"));
                return Some(());
            }
        }
        if self.take("?<") {
            while self.next()? != '>' {}
        } else if self.peek() == Some('?') {
            return None;
        }
        self.opened += 1;
        self.open.push(Some(self.opened));
        self.raw("(");
        Some(())
    }

    fn escape(&mut self) -> Option<()> {
        match self.peek()? {
            'b' => {
                self.at += 1;
                self.raw(BOUNDARY);
            }
            'B' => {
                self.at += 1;
                self.raw(NO_BOUNDARY);
            }
            'k' => {
                self.at += 1;
                let start = self.at + 1;
                let name = self.take("<").then(|| self.chars[start..].iter().take_while(|c| **c != '>'))?;
                let name: String = name.collect();
                self.at += name.chars().count() + 1;
                let mut named = (1..).zip(&self.groups).filter(|(_, held)| held.name.as_deref() == Some(&name));
                let (number, _) = named.next().filter(|_| named.next().is_none())?;
                self.back_reference(number)?;
            }
            '1'..='9' => {
                let digits: String = self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
                self.at += digits.len();
                let number = digits.parse().ok().filter(|number| *number <= self.groups.len())?;
                self.back_reference(number)?;
            }
            _ => {
                let class = self.class_escape()?;
                self.atom(class);
            }
        }
        Some(())
    }

    /// A group that has not participated matches the empty string (ECMA-262 §22.2.2.7.2). None where the engine may remember a group of
    /// another repetition.
    fn back_reference(&mut self, number: usize) -> Option<()> {
        let is_complete = number <= self.opened && !self.open.contains(&Some(number));
        if !is_complete || self.groups.get(number - 1).is_none_or(|group| group.is_reset) {
            return None;
        }
        self.flush();
        let _ = write!(self.out, "(?({number})\\{number}|)");
        Some(())
    }

    /// An escape for a set of characters, inside or outside of a class.
    fn class_escape(&mut self) -> Option<Class> {
        let c = self.next()?;
        Some(match c {
            'd' => Class::from_ranges(&DIGITS),
            'D' => Class::except(&DIGITS),
            'w' => Class::from_ranges(&WORD),
            'W' => Class::except(&WORD),
            's' => Class::from_ranges(&SPACES),
            'S' => Class::except(&SPACES),
            'p' | 'P' => {
                let length = self.take("{").then(|| self.chars[self.at..].iter().position(|c| *c == '}'))??;
                let name: String = self.chars[self.at..self.at + length].iter().collect();
                self.at += length + 1;
                Class::property(&format!("\\{c}{{{name}}}"))
            }
            't' => Class::single('\t'),
            'n' => Class::single('\n'),
            'v' => Class::single('\u{b}'),
            'f' => Class::single('\u{c}'),
            'r' => Class::single('\r'),
            '0' if !self.peek().is_some_and(|c| c.is_ascii_digit()) => Class::single('\0'),
            'c' => Class::code(self.next().filter(char::is_ascii_alphabetic)? as u32 % 32),
            'x' => Class::code(self.hexadecimal(2)?),
            'u' if self.take("{") => {
                let length = self.chars[self.at..].iter().position(|c| *c == '}')?;
                let code = self.hexadecimal(length)?;
                self.at += 1;
                Class::code(code)
            }
            'u' => Class::code(self.hexadecimal(4)?),
            c if c.is_ascii_alphanumeric() => return None,
            c => Class::single(c),
        })
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.chars.get(self.at..self.at + digits)?.iter().collect();
        self.at += digits;
        text.chars().all(|c| c.is_ascii_hexdigit()).then(|| u32::from_str_radix(&text, 16).ok())?
    }

    /// The rest of a class, after its `[`.
    fn class(&mut self) -> Option<Class> {
        let mut class = Class { is_negated: self.take("^"), ..Class::default() };
        loop {
            if self.take("]") {
                return Some(class);
            }
            let first = self.class_atom()?;
            let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            match first.only().filter(|_| is_range) {
                None => class.add(first),
                Some(least) => {
                    self.at += 1;
                    let last = self.class_atom()?;
                    match last.only() {
                        Some(most) if least <= most => class.add(Class::range(least, most)),
                        Some(_) => return None,
                        None => [first, Class::single('-'), last].into_iter().for_each(|part| class.add(part)),
                    }
                }
            }
        }
    }

    fn class_atom(&mut self) -> Option<Class> {
        match self.next()? {
            '\\' if self.take("b") => Some(Class::single('\u{8}')),
            '\\' => {
                let class = self.class_escape()?;
                Some(self.pair(&class).unwrap_or(class))
            }
            c => Some(Class::single(c)),
        }
    }

    /// The character that a high surrogate and the escape of a low one after it describe (ECMA-262 §22.2.1, RegExpUnicodeEscapeSequence).
    fn pair(&mut self, high: &Class) -> Option<Class> {
        high.only().filter(|_| is_high(high))?;
        let before = self.at;
        let low = if self.take("\\u") { self.hexadecimal(4).map(Class::code) } else { None };
        let pair = low.filter(is_low).map(|low| joined(high, &low));
        if pair.is_none() {
            self.at = before;
        }
        pair
    }
}
