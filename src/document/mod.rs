//! YAML or JSON text as a value, with the place of every node on demand.
//!
//! YAML goes through an event parser and a composer of our own, because places, duplicate keys and budgets are needed and no
//! `serde` front end has all three. The spanned tree lives only as long as the value is made from it; the places of its nodes are
//! read again when the first below the upper levels is asked for, which a run without findings never does.

mod changes;
mod compose;
mod digits;
mod json;
mod json_spans;
mod node;
mod places;
mod read;
mod scalar;
mod source;
mod syntax;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::place::{Place, Snippet};
use crate::pointer::Pointer;
use crate::problem::Problem;

pub use changes::Changes;
pub use digits::Digits;
pub use json::{JsonError, parse_json};
use places::Places;
pub use read::{read, salvage};
pub use scalar::is_number_in_yaml_1_1;
use source::Source;

/// Levels of nesting that a YAML document may have; JSON ends at 127.
pub const MAX_DEPTH: usize = 200;

/// Levels whose places are kept: every finished case is shown with its own, `/cases/12`.
const OUTLINED: usize = 2;

/// Which end of a member a place means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The member's name; for an element, the element itself.
    Key,
    /// The member's value.
    Value,
}

/// The notation that a file turned out to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Json,
    Yaml,
}

/// One parsed file.
#[derive(Debug)]
pub struct Document {
    source: Source,
    notation: Notation,
    value: Value,
    /// Where the nodes of the upper levels stand; JSON has none.
    outline: Option<Places>,
    /// Whether a plain scalar may be read as another number.
    is_misread: bool,
    places: OnceLock<Places>,
    changes: Option<Box<Changes>>,
}

impl Document {
    /// Reads `text` as YAML 1.2 (core schema), or as JSON when `name` ends in `.json` or the text opens with `{` or `[`
    /// and is JSON. Refuses duplicate keys (both places shown), depth over [`MAX_DEPTH`], and aliases that repeat more
    /// than a million nodes or 64 MB; every problem has a place.
    pub fn parse(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Result<Self, Vec<Problem>> {
        let source = Source::new(name.into(), text.into());
        let is_json = source.name.to_ascii_lowercase().ends_with(".json");
        match as_json(&source, is_json) {
            Some(Ok(value)) => Ok(Self {
                source,
                notation: Notation::Json,
                value,
                outline: None,
                is_misread: false,
                places: OnceLock::new(),
                changes: None,
            }),
            Some(Err(error)) if is_json => Err(json_problems(&source, &error)),
            _ => Self::yaml(source),
        }
    }

    fn yaml(source: Source) -> Result<Self, Vec<Problem>> {
        let root = compose::compose(&source)?;
        let is_misread = root.any_scalar(&|value, span| scalar::is_misread(value, source.slice(span.clone())));
        let outline = Some(Places::of(&root, OUTLINED));
        let value = root.into_value();
        let (notation, places) = (Notation::Yaml, OnceLock::new());
        Ok(Self { source, notation, value, outline, is_misread, places, changes: None })
    }

    /// The file's name as shown to the user.
    pub fn name(&self) -> &Arc<str> {
        &self.source.name
    }

    /// The text as it was read.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// The value; object members keep their order.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The same document with another value; `changes` say which nodes of it stand elsewhere than their pointers say.
    #[must_use]
    pub fn changed(self, value: Value, changes: Changes) -> Self {
        Self { value, changes: Some(Box::new(changes)), ..self }
    }

    /// Whether the node at `pointer` was read from another file than this one.
    pub fn is_added(&self, pointer: &Pointer) -> bool {
        self.changes.as_ref().is_some_and(|changes| changes.standing(pointer).0.is_some())
    }

    /// The outermost nodes that were read from other files than this one, in no particular order.
    pub fn added(&self) -> impl Iterator<Item = &Pointer> {
        self.changes.iter().flat_map(|changes| changes.added())
    }

    /// Where the node at `pointer` stands; when there is none, its nearest existing ancestor. Composed on first use.
    pub fn locate(&self, pointer: &Pointer, end: End) -> Place {
        let (file, pointer) = self.standing(pointer);
        file.source.place(file.find(&pointer, end).start)
    }

    /// The source line of the node at `pointer`, to be shown with a problem.
    pub fn snippet(&self, pointer: &Pointer, end: End) -> Snippet {
        let (file, pointer) = self.standing(pointer);
        file.source.snippet(file.find(&pointer, end))
    }

    /// The snippet at a byte range inside the scalar at `pointer` (0 is its first character), for problems within an
    /// expression; falls back to the whole scalar when the scalar's text does not stand verbatim in the file.
    pub fn snippet_within(&self, pointer: &Pointer, range: Range<usize>) -> Snippet {
        let text = pointer.of(&self.value).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (file, pointer) = self.standing(pointer);
        let whole = file.find(&pointer, End::Value);
        let inner = text.and_then(|text| file.source.slice(whole.clone()).find(text)).map(|offset| {
            let start = whole.start + offset;
            start + range.start..start + range.end
        });
        file.source.snippet(inner.unwrap_or(whole))
    }

    /// Plain scalars whose number reads differently from its text (`+14155552671`, `2.10`, `0b101`, `1_000`, `012`):
    /// the pointer and the text as written. In JSON, which is no guess, two at most whose number is not held as it is written.
    pub fn misread_numbers(&self) -> Vec<(Pointer, String)> {
        if self.notation == Notation::Json {
            let digits = Digits::of(self.text());
            let written = |at: &Pointer| digits.at(at).and_then(Digits::text).unwrap_or_default().to_owned();
            return digits.inexact().into_iter().map(|at| (at.clone(), written(&at))).collect();
        }
        let mut found = Vec::new();
        if self.is_misread
            && let Ok(root) = compose::compose(&self.source)
        {
            root.each_scalar(&Pointer::root(), &mut |at, value, span| {
                let written = self.source.slice(span.clone());
                if scalar::is_misread(value, written) {
                    found.push((at.clone(), written.to_owned()));
                }
            });
        }
        found
    }

    fn standing<'a>(&'a self, pointer: &'a Pointer) -> (&'a Self, Cow<'a, Pointer>) {
        let Some(changes) = &self.changes else { return (self, Cow::Borrowed(pointer)) };
        let (file, pointer) = changes.standing(pointer);
        (file.unwrap_or(self), Cow::Owned(pointer))
    }

    fn find(&self, pointer: &Pointer, end: End) -> Range<usize> {
        let outline = self.outline.as_ref().filter(|_| pointer.tokens().count() <= OUTLINED);
        outline.unwrap_or_else(|| self.places()).find(pointer, end)
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| match self.notation {
            Notation::Json => json_spans::places(&self.source.text),
            Notation::Yaml => {
                compose::compose(&self.source).map(|root| Places::of(&root, usize::MAX)).unwrap_or_default()
            }
        })
    }
}

fn as_json(source: &Source, by_name: bool) -> Option<Result<Value, JsonError>> {
    (by_name || source.text.starts_with(['{', '['])).then(|| json::parse_own(source.text.as_bytes()))
}

/// The fault that ends the reading; for duplicate keys all of them, each with its first place, as the composer tells them.
fn json_problems(source: &Source, error: &JsonError) -> Vec<Problem> {
    let offset = source.offset(error.line, error.column);
    let fault = Problem::new(format!("not JSON: {}", error.message)).rule("syntax").at(source.snippet(offset..offset));
    let duplicates = error.message.starts_with("duplicate key").then(|| compose::compose(source).err());
    duplicates.flatten().unwrap_or_else(|| vec![fault])
}

#[cfg(test)]
mod tests;
