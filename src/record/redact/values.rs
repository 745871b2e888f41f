//! The sensitive values of one exchange, numbered within a story so that equal ones stay comparable.

use std::collections::HashMap;

use super::mask::Cut;
use super::spelling::spellings;

/// The fewest characters of a value that is replaced wherever it occurs; shorter ones are replaced only where they stand under
/// a sensitive name, because they would shred every text.
const MIN_ANYWHERE: usize = 4;

/// The numbers given so far, by scope (a story, or a case of independent ones) and value.
#[derive(Default)]
pub struct Numbers {
    scopes: HashMap<String, HashMap<String, usize>>,
}

impl Numbers {
    /// The number of `value` in `scope`, from 1.
    fn of(&mut self, scope: &str, value: &str) -> usize {
        let held = self.scopes.entry(scope.to_owned()).or_default();
        let next = held.len() + 1;
        *held.entry(value.to_owned()).or_insert(next)
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
    held: Vec<Held>,
}

struct Held {
    plain: String,
    number: usize,
    kind: Kind,
    /// Every form in which it is looked for; none for short values.
    spellings: Vec<String>,
}

impl Values {
    /// Takes up one value; an empty one has nothing to hide.
    pub fn learn(&mut self, numbers: &mut Numbers, scope: &str, plain: &str, kind: Kind) {
        if plain.is_empty() || self.find(plain).is_some() {
            return;
        }
        let anywhere = kind != Kind::Boolean && plain.chars().count() >= MIN_ANYWHERE;
        let spellings = if anywhere { spellings(plain) } else { Vec::new() };
        self.held.push(Held { plain: plain.to_owned(), number: numbers.of(scope, plain), kind, spellings });
    }

    /// What is shown instead of `plain`, when it is one of the values.
    pub fn label(&self, plain: &str) -> Option<String> {
        self.find(plain).map(Held::label)
    }

    /// Every value in `text`.
    pub fn cuts(&self, text: &str) -> Vec<Cut> {
        let places = |held: &Held, spelling: &String| -> Vec<Cut> {
            let found = text.match_indices(spelling.as_str());
            found.map(|(at, found)| Cut { range: at..at + found.len(), label: held.label() }).collect()
        };
        self.held
            .iter()
            .flat_map(|held| held.spellings.iter().flat_map(move |spelling| places(held, spelling)))
            .collect()
    }

    fn find(&self, plain: &str) -> Option<&Held> {
        self.held.iter().find(|held| held.plain == plain)
    }
}

impl Held {
    fn label(&self) -> String {
        format!("«redacted:{} {}»", self.number, self.kind.word())
    }
}
