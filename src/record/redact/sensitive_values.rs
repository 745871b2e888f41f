//! The sensitive values of one exchange, numbered per story so that equal values can be recognised.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::replace::Replacement;
use super::search::SearchPatterns;

/// Minimum length of a value that is replaced anywhere; shorter ones are replaced only under a sensitive name, because they occur
/// in every text.
const MIN_ANYWHERE: usize = 4;

/// Maximum number of numbered values per story; further ones of a hostile response are `«redacted»`.
const MAX_NUMBERED: usize = 10_000;

/// Maximum total size of the values of an exchange that are searched for anywhere; further ones of a hostile response are replaced
/// only under a sensitive name.
const MAX_LOOKED_FOR: usize = 64 * 1024;

/// Maximum total size of the values of a story that are searched for in its later cases, where a capture may have carried them.
const MAX_CARRIED: usize = 16 * 1024;

/// Values and counts of the run, per scope: a story, or an independent case.
#[derive(Default)]
pub(super) struct RunMemory {
    scopes: HashMap<String, Scope>,
    /// Number of replacements per rule.
    counts: RefCell<BTreeMap<Rc<str>, u64>>,
}

/// Assigned numbers by the hash of the value, so that long values are not held for the whole run, and the carried values.
#[derive(Default)]
struct Scope {
    numbers: HashMap<[u8; 32], usize>,
    carried: Vec<(String, Kind, Rc<str>)>,
    size: usize,
}

impl RunMemory {
    /// Counts one replacement.
    pub(super) fn count(&self, rule: &Rc<str>) {
        *self.counts.borrow_mut().entry(Rc::clone(rule)).or_default() += 1;
    }

    /// Number of replacements per rule.
    pub(super) fn counts(&self) -> Vec<(String, u64)> {
        self.counts.borrow().iter().map(|(rule, count)| (rule.to_string(), *count)).collect()
    }

    /// Forgets the values of a scope that has ended.
    pub(super) fn forget(&mut self, scope: &str) {
        self.scopes.remove(scope);
    }

    fn scope(&mut self, name: &str) -> &mut Scope {
        if !self.scopes.contains_key(name) {
            self.scopes.insert(name.to_owned(), Scope::default());
        }
        self.scopes.get_mut(name).expect("it was put in just now")
    }
}

impl Scope {
    /// Returns the number of `value`, from 1; assigns one on first use.
    fn number(&mut self, value: &str, kind: Kind, rule: &Rc<str>) -> Option<usize> {
        let hash = Sha256::digest(value).into();
        if let Some(known) = self.numbers.get(&hash) {
            return Some(*known);
        }
        let next = Some(self.numbers.len() + 1).filter(|next| *next <= MAX_NUMBERED)?;
        self.numbers.insert(hash, next);
        if is_searchable(value, kind) && self.size + value.len() <= MAX_CARRIED {
            self.size += value.len();
            self.carried.push((value.to_owned(), kind, Rc::clone(rule)));
        }
        Some(next)
    }
}

/// Whether a value may be searched for anywhere.
fn is_searchable(value: &str, kind: Kind) -> bool {
    kind != Kind::Boolean && value.chars().nth(MIN_ANYWHERE - 1).is_some()
}

/// Type of a sensitive value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// The name of a property: a map may have values as names.
    Name,
}

impl Kind {
    /// Returns the type of an unquoted JSON scalar; invalid ones are strings.
    pub(super) fn of_bare(raw: &str) -> Self {
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
            Self::Name => "name",
        }
    }
}

/// The sensitive values of one exchange, and those carried from earlier cases of its story.
#[derive(Default)]
pub(super) struct KnownValues {
    held: Vec<KnownValue>,
    by_value: HashMap<String, usize>,
    /// The values that are searched for anywhere, with their index in `held`.
    anywhere: Vec<(usize, String)>,
    /// Bytes of those.
    size: usize,
    patterns: OnceCell<Rc<SearchPatterns>>,
    last: Rc<LastSearch>,
}

/// The latest search. Its automaton takes longer to build than to run, and consecutive exchanges often have the same values.
#[derive(Default)]
pub(super) struct LastSearch(RefCell<Search>);

/// Numbered values, and the search for them.
#[derive(Default)]
struct Search {
    values: Vec<(usize, String)>,
    patterns: Rc<SearchPatterns>,
}

impl LastSearch {
    /// Returns the search for these numbered values.
    fn search(&self, values: &[(usize, String)]) -> Rc<SearchPatterns> {
        if values.is_empty() {
            return Rc::default();
        }
        let mut last = self.0.borrow_mut();
        if last.values != values {
            let numbered = values.iter().map(|(number, plain)| (*number, plain.as_str()));
            *last = Search { values: values.to_vec(), patterns: Rc::new(SearchPatterns::of_exchange(numbered)) };
        }
        Rc::clone(&last.patterns)
    }
}

/// One sensitive value.
pub(super) struct KnownValue {
    number: usize,
    /// Its type; `None` if the same characters were a string here and a number there.
    kind: Option<Kind>,
    /// The rule that redacts it.
    pub rule: Rc<str>,
}

impl KnownValue {
    /// Returns its label. Equal characters have the same number, so that they can be recognised.
    fn label(&self, kind: Option<Kind>) -> (String, Rc<str>) {
        let kind = kind.map(|kind| format!(" {}", kind.word())).unwrap_or_default();
        (format!("«redacted:{}{kind}»", self.number), Rc::clone(&self.rule))
    }
}

impl KnownValues {
    /// No values.
    pub(super) fn new(last: Rc<LastSearch>) -> Self {
        Self { last, ..Self::default() }
    }

    /// Starts with the values carried from earlier cases of the scope.
    pub(super) fn carried(memory: &mut RunMemory, scope: &str, last: Rc<LastSearch>) -> Self {
        let mut values = Self::new(last);
        for (plain, kind, rule) in memory.scope(scope).carried.clone() {
            values.learn(memory, scope, (&plain, kind), &rule);
        }
        values
    }

    /// Adds a value; empty ones are ignored.
    pub(super) fn learn(&mut self, memory: &mut RunMemory, scope: &str, (plain, kind): (&str, Kind), rule: &Rc<str>) {
        if plain.is_empty() {
            return;
        }
        if let Some(held) = self.by_value.get(plain).and_then(|held| self.held.get_mut(*held)) {
            held.kind = held.kind.filter(|known| *known == kind);
            return;
        }
        let Some(number) = memory.scope(scope).number(plain, kind, rule) else { return };
        let held = self.held.len();
        self.held.push(KnownValue { number, kind: Some(kind), rule: Rc::clone(rule) });
        self.by_value.insert(plain.to_owned(), held);
        if is_searchable(plain, kind) && self.size + plain.len() <= MAX_LOOKED_FOR {
            self.size += plain.len();
            self.anywhere.push((held, plain.to_owned()));
            self.patterns = OnceCell::new();
        }
    }

    /// Returns the values that are searched for anywhere, in the order in which they were learned.
    pub(super) fn anywhere(&self) -> impl Iterator<Item = (&str, Kind, &Rc<str>)> {
        self.anywhere.iter().filter_map(|(of, plain)| {
            let held = self.held.get(*of)?;
            Some((&**plain, held.kind.unwrap_or(Kind::Text), &held.rule))
        })
    }

    /// Whether `plain` is searched for anywhere.
    pub(super) fn is_anywhere(&self, plain: &str) -> bool {
        self.anywhere.iter().any(|(_, held)| held == plain)
    }

    /// Returns label and rule of `plain` if it is a known value.
    pub(super) fn label(&self, plain: &str, kind: Kind) -> Option<(String, Rc<str>)> {
        self.by_value.get(plain).and_then(|held| self.held.get(*held)).map(|held| held.label(Some(kind)))
    }

    /// Returns a replacement for every value in `text`.
    pub(super) fn replacements(&self, text: &str) -> Vec<Replacement> {
        let found = self.patterns().find(text).into_iter();
        let replacement = |held: &KnownValue, range| {
            let (label, rule) = held.label(held.kind);
            Replacement { range, label, rule, is_secret: false }
        };
        found.filter_map(|(of, range)| Some(replacement(self.held.get(of)?, range))).collect()
    }

    /// Returns the range of every value in `text`, its decoded form, and what is known of it.
    pub(super) fn find(&self, text: &str) -> Vec<(Range<usize>, &str, &KnownValue)> {
        let value = |(of, range): (usize, Range<usize>)| {
            let index = self.anywhere.binary_search_by_key(&of, |(held, _)| *held).ok()?;
            Some((range, &*self.anywhere.get(index)?.1, self.held.get(of)?))
        };
        self.patterns().find(text).into_iter().filter_map(value).collect()
    }

    /// Returns the maximum size in bytes of an encoded value.
    pub(super) fn max_length(&self) -> usize {
        self.patterns().max_length()
    }

    fn patterns(&self) -> &SearchPatterns {
        self.patterns.get_or_init(|| self.last.search(&self.anywhere))
    }
}
