//! The sensitive values of one exchange, numbered within a story so that equal ones stay comparable.

use std::cell::OnceCell;
use std::collections::HashMap;

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

/// The numbers given so far, by scope (a story, or a case of independent ones) and the hash of the value, so that long values are
/// not held for the whole run.
#[derive(Default)]
pub struct Numbers {
    scopes: HashMap<String, HashMap<[u8; 32], usize>>,
}

impl Numbers {
    /// The number of `value` in `scope`, from 1.
    fn of(&mut self, scope: &str, value: &str) -> Option<usize> {
        if !self.scopes.contains_key(scope) {
            self.scopes.insert(scope.to_owned(), HashMap::new());
        }
        let held = self.scopes.get_mut(scope)?;
        let hash = Sha256::digest(value).into();
        let (next, known) = (held.len() + 1, held.get(&hash).copied());
        if known.is_none() && next <= MAX_NUMBERED {
            held.insert(hash, next);
            return Some(next);
        }
        known
    }
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
    fn word(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// The sensitive values that one exchange holds.
#[derive(Default)]
pub struct Values {
    labels: Vec<String>,
    by_value: HashMap<String, usize>,
    /// The values that are looked for wherever they occur, with their place in `labels`.
    anywhere: Vec<(usize, String)>,
    /// Bytes of those.
    size: usize,
    needles: OnceCell<Needles>,
}

impl Values {
    /// Takes up one value; an empty one has nothing to hide.
    pub fn learn(&mut self, numbers: &mut Numbers, scope: &str, plain: &str, kind: Kind) {
        if plain.is_empty() || self.by_value.contains_key(plain) {
            return;
        }
        let Some(number) = numbers.of(scope, plain) else { return };
        let held = self.labels.len();
        self.labels.push(format!("«redacted:{number} {}»", kind.word()));
        self.by_value.insert(plain.to_owned(), held);
        let is_long = kind != Kind::Boolean && plain.chars().nth(MIN_ANYWHERE - 1).is_some();
        if is_long && self.size + plain.len() <= MAX_LOOKED_FOR {
            self.size += plain.len();
            self.anywhere.push((held, plain.to_owned()));
            self.needles = OnceCell::new();
        }
    }

    /// What is shown instead of `plain`, when it is one of the values.
    pub fn label(&self, plain: &str) -> Option<String> {
        self.by_value.get(plain).and_then(|held| self.labels.get(*held)).cloned()
    }

    /// Every value in `text`.
    pub fn cuts(&self, text: &str) -> Vec<Cut> {
        let found = self.needles().find(text).into_iter();
        found.filter_map(|(of, range)| Some(Cut { range, label: self.labels.get(of)?.clone() })).collect()
    }

    /// Bytes that the longest value may take in a text.
    pub fn reach(&self) -> usize {
        self.needles().reach()
    }

    fn needles(&self) -> &Needles {
        let values = || self.anywhere.iter().map(|(held, plain)| (*held, plain.as_str()));
        self.needles.get_or_init(|| Needles::new(values(), false))
    }
}
