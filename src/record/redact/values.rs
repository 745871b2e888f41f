//! The sensitive values of one exchange, numbered within a story so that equal ones stay comparable.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::mask::Cut;
use super::needles::Needles;

/// The fewest characters of a value that is replaced wherever it occurs; shorter ones are replaced only where they stand under
/// a sensitive name, because they would shred every text.
const MIN_ANYWHERE: usize = 4;

/// Values of a story that get a number; what a hostile answer has beyond is `«redacted»`.
const MAX_NUMBERED: usize = 10_000;

/// Bytes of all values of an exchange that are looked for wherever they occur; what a hostile answer has beyond is replaced only
/// where it stands under a sensitive name.
const MAX_LOOKED_FOR: usize = 64 * 1024;

/// Bytes of the values of a story that are looked for in its later cases too, where a capture may have carried them.
const MAX_CARRIED: usize = 16 * 1024;

/// What is remembered of each scope: a story, or a case of independent ones.
#[derive(Default)]
pub struct Memory {
    scopes: HashMap<String, Scope>,
    /// How often something was replaced, by rule.
    counts: RefCell<BTreeMap<Rc<str>, u64>>,
}

/// The numbers given so far, by the hash of the value, so that long values are not held for the whole run; and the values carried.
#[derive(Default)]
struct Scope {
    numbers: HashMap<[u8; 32], usize>,
    carried: Vec<(String, Kind, Rc<str>)>,
    size: usize,
}

impl Memory {
    /// Counts one replacement.
    pub fn count(&self, rule: &Rc<str>) {
        *self.counts.borrow_mut().entry(Rc::clone(rule)).or_default() += 1;
    }

    /// How often something was replaced, by rule.
    pub fn counts(&self) -> Vec<(String, u64)> {
        self.counts.borrow().iter().map(|(rule, count)| (rule.to_string(), *count)).collect()
    }

    fn scope(&mut self, name: &str) -> &mut Scope {
        if !self.scopes.contains_key(name) {
            self.scopes.insert(name.to_owned(), Scope::default());
        }
        self.scopes.get_mut(name).expect("it was put in just now")
    }
}

impl Scope {
    /// The number of `value`, from 1; remembers it.
    fn number(&mut self, value: &str, kind: Kind, rule: &Rc<str>) -> Option<usize> {
        let hash = Sha256::digest(value).into();
        if let Some(known) = self.numbers.get(&hash) {
            return Some(*known);
        }
        let next = Some(self.numbers.len() + 1).filter(|next| *next <= MAX_NUMBERED)?;
        self.numbers.insert(hash, next);
        if is_telling(value, kind) && self.size + value.len() <= MAX_CARRIED {
            self.size += value.len();
            self.carried.push((value.to_owned(), kind, Rc::clone(rule)));
        }
        Some(next)
    }
}

/// Whether a value may be looked for wherever it occurs.
fn is_telling(value: &str, kind: Kind) -> bool {
    kind != Kind::Boolean && value.chars().nth(MIN_ANYWHERE - 1).is_some()
}

/// What a sensitive value was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl Kind {
    /// What a scalar of JSON is that is not in quotes; anything that JSON does not know counts as text.
    pub fn of_bare(raw: &str) -> Self {
        match raw {
            "true" | "false" => Self::Boolean,
            _ if raw.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Self::Number,
            _ => Self::Text,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// The sensitive values that one exchange holds, and those that its story met before.
#[derive(Default)]
pub struct Values {
    held: Vec<Held>,
    by_value: HashMap<String, usize>,
    /// The values that are looked for wherever they occur, with their place in `held`.
    anywhere: Vec<(usize, String)>,
    /// Bytes of those.
    size: usize,
    needles: OnceCell<Needles>,
}

/// One sensitive value.
struct Held {
    number: usize,
    /// What it was wherever it was learned; `None` where the same characters were a text here and a number there.
    kind: Option<Kind>,
    /// The rule by which it is hidden.
    rule: Rc<str>,
}

impl Held {
    /// What is shown instead of it where it is of `kind`. Equal characters have one number, so that they stay comparable.
    fn label(&self, kind: Option<Kind>) -> (String, Rc<str>) {
        let kind = kind.map(|kind| format!(" {}", kind.word())).unwrap_or_default();
        (format!("«redacted:{}{kind}»", self.number), Rc::clone(&self.rule))
    }
}

impl Values {
    /// The values that the scope met before.
    pub fn carried(memory: &mut Memory, scope: &str) -> Self {
        let mut values = Self::default();
        for (plain, kind, rule) in memory.scope(scope).carried.clone() {
            values.learn(memory, scope, (&plain, kind), &rule);
        }
        values
    }

    /// Takes up one value; an empty one has nothing to hide.
    pub fn learn(&mut self, memory: &mut Memory, scope: &str, (plain, kind): (&str, Kind), rule: &Rc<str>) {
        if plain.is_empty() {
            return;
        }
        if let Some(held) = self.by_value.get(plain).and_then(|held| self.held.get_mut(*held)) {
            held.kind = held.kind.filter(|known| *known == kind);
            return;
        }
        let Some(number) = memory.scope(scope).number(plain, kind, rule) else { return };
        let held = self.held.len();
        self.held.push(Held { number, kind: Some(kind), rule: Rc::clone(rule) });
        self.by_value.insert(plain.to_owned(), held);
        if is_telling(plain, kind) && self.size + plain.len() <= MAX_LOOKED_FOR {
            self.size += plain.len();
            self.anywhere.push((held, plain.to_owned()));
            self.needles = OnceCell::new();
        }
    }

    /// What is shown instead of `plain` where it is of `kind`, and by which rule, when it is one of the values.
    pub fn label(&self, plain: &str, kind: Kind) -> Option<(String, Rc<str>)> {
        self.by_value.get(plain).and_then(|held| self.held.get(*held)).map(|held| held.label(Some(kind)))
    }

    /// Every value in `text`.
    pub fn cuts(&self, text: &str) -> Vec<Cut> {
        let found = self.needles().find(text).into_iter();
        let cut = |held: &Held, range| {
            let (label, rule) = held.label(held.kind);
            Cut { range, label, rule }
        };
        found.filter_map(|(of, range)| Some(cut(self.held.get(of)?, range))).collect()
    }

    /// Bytes that the longest value may take in a text.
    pub fn reach(&self) -> usize {
        self.needles().reach()
    }

    fn needles(&self) -> &Needles {
        let values = || self.anywhere.iter().map(|(held, plain)| (*held, plain.as_str()));
        self.needles.get_or_init(|| Needles::of_exchange(values()))
    }
}
