//! `pattern`, and the content keywords, which restrict nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use fancy_regex::{Regex, RegexBuilder};
use jsonschema::{FancyRegex, Keyword, PatternOptions, ValidationError};
use serde_json::Value;

use super::custom::{not_checked, note_undecided, violated};
use super::ecma;
use super::judged::{Instance, Judged};

/// Steps after which matching a pattern is aborted and the value not checked against it.
const BACKTRACK_LIMIT: usize = 100_000;

/// Maximum size of a string that is matched with backtracking, in bytes: the engine keeps its steps, which take many times as much.
const MAX_BACKTRACKED: usize = 256 * 1024;

/// Why a pattern is not matched.
const LONG_TEXT: &str = "a pattern with look-around or back-references is not matched against more than 256 KiB";

/// The regex engine for patterns.
pub(super) fn patterns() -> PatternOptions<FancyRegex> {
    PatternOptions::<FancyRegex>::fancy_regex().backtrack_limit(BACKTRACK_LIMIT)
}

/// Compiled patterns by their source: each is compiled once. An error says why a pattern is not supported.
#[derive(Debug, Default, Clone)]
pub(super) struct Patterns(Arc<Mutex<HashMap<String, Compiled>>>);

/// The pattern for the engine, or why it is not supported.
pub(super) type Compiled = Result<Arc<Regex>, Arc<str>>;

impl Patterns {
    /// Why the pattern is not supported; none where it is.
    pub(super) fn unmatched(&self, pattern: &str) -> Option<String> {
        self.get(pattern).err().map(|why| why.to_string())
    }

    /// Whether `text` matches the pattern; true for patterns that are not supported.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        is_match(&self.get(pattern), text)
    }

    /// The pattern for the engine.
    pub(super) fn get(&self, pattern: &str) -> Compiled {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(pattern.to_owned()).or_insert_with(|| compiled(pattern)).clone()
    }
}

/// `pattern`: a regular expression of ECMA-262 (JSON Schema 2020-12 Core §6.4), as far as the engine supports it.
pub(super) struct Pattern {
    compiled: Compiled,
    /// Whether the engine matches it with backtracking, as it does for everything that the crate regex does not support.
    is_backtracking: bool,
}

impl Pattern {
    /// The pattern `value` of a schema.
    pub(super) fn new(value: &Value, known: &Patterns) -> Result<Self, ValidationError<'static>> {
        let text = value.as_str().ok_or_else(|| ValidationError::schema("pattern is not a string"))?;
        let compiled = known.get(text);
        let is_plain = |regex: &Arc<Regex>| regex_syntax::parse(regex.as_str()).is_ok();
        let is_backtracking = !compiled.as_ref().is_ok_and(is_plain);
        Ok(Self { compiled, is_backtracking })
    }

    fn is_too_long(&self, text: &str) -> bool {
        self.is_backtracking && self.compiled.is_ok() && text.len() > MAX_BACKTRACKED
    }
}

/// Why the pattern is not supported; none where it is.
pub(in crate::contract) fn pattern_error(pattern: &str) -> Option<String> {
    compiled(pattern).err().map(|why| why.to_string())
}

/// Whether `text` matches the pattern; true for patterns that are not supported.
pub(crate) fn pattern_matches(pattern: &str, text: &str) -> bool {
    Patterns::default().matches(pattern, text)
}

/// A pattern of the names of properties, compiled.
#[derive(Debug, Clone)]
pub(in crate::contract) struct NamePattern {
    source: String,
    compiled: Compiled,
}

impl NamePattern {
    pub(in crate::contract) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), compiled: compiled(source) }
    }

    /// The pattern as written.
    pub(in crate::contract) fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is supported.
    pub(in crate::contract) fn is_supported(&self) -> bool {
        self.compiled.is_ok()
    }

    /// Whether `name` matches it; true for patterns that are not supported.
    pub(in crate::contract) fn matches(&self, name: &str) -> bool {
        is_match(&self.compiled, name)
    }
}

impl PartialEq for NamePattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for NamePattern {}

fn is_match(compiled: &Compiled, text: &str) -> bool {
    compiled.as_ref().map_or(true, |regex| regex.is_match(text).unwrap_or(true))
}

fn compiled(pattern: &str) -> Compiled {
    let built = ecma::translate(pattern)
        .and_then(|pattern| RegexBuilder::new(&pattern).backtrack_limit(BACKTRACK_LIMIT).build().ok());
    built.map(Arc::new).ok_or_else(|| Arc::from(format!("the pattern {pattern} is not supported")))
}

impl<'i> Keyword<'i, Judged> for Pattern {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        let Some(text) = instance.text() else { return Ok(()) };
        if self.is_too_long(text) {
            return Err(not_checked(LONG_TEXT));
        }
        match self.compiled.as_ref().map(|regex| regex.is_match(text)) {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(violated()),
            Ok(Err(_)) => Err(not_checked("matching the pattern takes too long")),
            Err(why) => Err(not_checked(why)),
        }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        let is_match = |text: &str| {
            if self.is_too_long(text) {
                note_undecided(LONG_TEXT);
                return false;
            }
            let matched = self.compiled.as_ref().map(|regex| regex.is_match(text));
            if matches!(matched, Ok(Err(_))) {
                note_undecided("matching a pattern takes too long");
            }
            matches!(matched, Ok(Ok(true)))
        };
        instance.text().is_none_or(is_match)
    }
}

/// `contentEncoding` and `contentMediaType`, which the library asserts in Draft 7 and earlier. They are annotations: since 2019-09 they
/// must not be asserted (JSON Schema 2020-12 Validation §8.2), and Draft 7 leaves it to the implementation (Draft 7 Validation §8.2).
pub(super) struct Content;

impl<'i> Keyword<'i, Judged> for Content {
    fn validate(&self, _: Instance<'i>) -> Result<(), ValidationError<'i>> {
        Ok(())
    }

    fn is_valid(&self, _: Instance<'i>) -> bool {
        true
    }
}
