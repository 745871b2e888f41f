//! `${…}` and assertions: the only module that names minijinja.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::location::Pointer;

/// What is wrong with an expression, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// Bytes of the text that are meant.
    pub range: std::ops::Range<usize>,
}

/// A name that an expression reads: `customer`, `env.KEY`, `state.links`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The dotted path as far as it is constant.
    pub path: String,
    /// Whether every use of it is inside `public(…)`.
    pub public: bool,
}

/// What an expression may see: variables, the run's start, and randomness of its own.
///
/// Functions: `uuid()`, `now()`, `today(offset_days)`, `random_int(a, b)`, `time(text)`, `public(x)`; the name `omit`.
#[derive(Debug, Clone)]
pub struct Scope {
    _private: (),
}

impl Scope {
    /// A scope without variables. `started` is the run's start in microseconds since 1970 (UTC); random values derive from
    /// (`seed`, `label`, index of the call).
    pub fn new(started: i64, seed: u64, label: &str) -> Self {
        let _ = (started, seed, label);
        todo!()
    }

    /// Sets a variable, replacing what had that name.
    pub fn set(&mut self, name: &str, value: &Value) {
        let _ = (name, value);
        todo!()
    }

    /// The same variables with randomness of another label, its call index at 0.
    #[must_use]
    pub fn relabelled(&self, label: &str) -> Self {
        let _ = label;
        todo!()
    }

    /// Whether a variable of that name is set.
    pub fn has(&self, name: &str) -> bool {
        let _ = name;
        todo!()
    }
}

/// The outcome of expanding a template: a value, or the member that holds it is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Expanded {
    /// The value.
    Value(Value),
    /// `${omit}`: the member is dropped.
    Omit,
}

/// A text with `${…}` in it; `$${` stands for a literal `${`.
#[derive(Debug, Clone)]
pub struct Template {
    _private: (),
}

impl Template {
    /// Compiles a template. The error's range is in `text`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let _ = text;
        todo!()
    }

    /// The names it reads, functions left out, sorted.
    pub fn names(&self) -> Vec<Name> {
        todo!()
    }

    /// One whole `${…}` keeps its value's type; anything else becomes a string. A missing name, a missing attribute and a
    /// comparison of different types are errors.
    pub fn expand(&self, scope: &Scope) -> Result<Expanded, Error> {
        let _ = scope;
        todo!()
    }

    /// Expands to text, for URLs, header values and names: scalars as JSON writes them, strings bare; `None` for `omit`.
    pub fn expand_text(&self, scope: &Scope) -> Result<Option<String>, Error> {
        let _ = scope;
        todo!()
    }
}

/// A bare expression (`assert`, `when`).
#[derive(Debug, Clone)]
pub struct Expression {
    _private: (),
}

impl Expression {
    /// Compiles an expression without `${}` around it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let _ = text;
        todo!()
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        todo!()
    }

    /// The names it reads, functions left out, sorted.
    pub fn names(&self) -> Vec<Name> {
        todo!()
    }

    /// Evaluates it; strict as [`Template::expand`] is.
    pub fn evaluate(&self, scope: &Scope) -> Result<Value, Error> {
        let _ = scope;
        todo!()
    }

    /// The values of the names and attribute paths that it reads, for showing why an assertion failed.
    pub fn operands(&self, scope: &Scope) -> BTreeMap<String, Value> {
        let _ = scope;
        todo!()
    }
}

/// A JSON value whose strings and keys may be templates, compiled once.
#[derive(Debug, Clone)]
pub struct Tree {
    _private: (),
}

impl Tree {
    /// Compiles every string and key; all errors at once, each with the pointer to its string.
    pub fn parse(value: &Value) -> Result<Self, Vec<(Pointer, Error)>> {
        let _ = value;
        todo!()
    }

    /// The names it reads, each with the pointer to the string that reads it.
    pub fn names(&self) -> Vec<(Pointer, Name)> {
        todo!()
    }

    /// Expands it; members that are `${omit}` are dropped, the root gives `None` then.
    pub fn expand(&self, scope: &Scope) -> Result<Option<Value>, (Pointer, Error)> {
        let _ = scope;
        todo!()
    }
}
