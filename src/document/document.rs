//! One parsed file: its value and the locations of its nodes.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use crate::place::{Place, Snippet};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::changes::Changes;
use super::compose;
use super::decimal::Decimal;
use super::end::End;
use super::json::{self, JsonError};
use super::number_literals::NumberLiterals;
use super::source::Source;
use super::source_map::SourceMap;

/// Length of a line in bytes from which a snippet names its node.
const MAX_LINE: usize = 400;

/// One parsed file.
#[derive(Debug)]
pub struct Document {
    map: Arc<SourceMap>,
    value: Value,
    changes: Option<Box<Changes>>,
}

impl Document {
    /// Parses `text` as YAML 1.2 (core schema), or as JSON if `name` ends in `.json` or the text starts with `{` or `[`
    /// and is JSON. Refuses duplicate keys (showing both locations), depth over [`super::limits::MAX_DEPTH`], and aliases that
    /// repeat more than [`super::copies`] allows. Every problem has a location.
    pub fn parse(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Result<Self, Vec<Problem>> {
        let source = Source::new(name.into(), text.into());
        let is_json = source.name.to_ascii_lowercase().ends_with(".json");
        match as_json(&source, is_json) {
            Some(Ok(value)) => Ok(Self { map: Arc::new(SourceMap::json(source)), value, changes: None }),
            Some(Err(error)) if is_json => Err(json_problems(&source, &error)),
            _ => {
                let root = compose::compose(&source)?;
                let map = Arc::new(SourceMap::yaml(source, &root));
                Ok(Self { map, value: root.into_value(), changes: None })
            }
        }
    }

    /// The file's name as shown to the user.
    pub fn name(&self) -> &Arc<str> {
        &self.map.source.name
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.map.source.text
    }

    /// The value; properties keep their order.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The file's locations, for documents into which nodes of this file are copied.
    pub fn source_map(&self) -> Arc<SourceMap> {
        Arc::clone(&self.map)
    }

    /// Replaces the value. `changes` maps its nodes to where they were read.
    #[must_use]
    pub fn changed(self, value: Value, changes: Changes) -> Self {
        Self { value, changes: Some(Box::new(changes)), ..self }
    }

    /// Whether the node at `pointer` was read from another file.
    pub fn is_added(&self, pointer: &Pointer) -> bool {
        self.changes.as_ref().is_some_and(|changes| changes.origin(pointer).0.is_some())
    }

    /// Outermost nodes that were read from other files, in no particular order.
    pub fn added(&self) -> impl Iterator<Item = &Pointer> {
        self.changes.iter().flat_map(|changes| changes.added())
    }

    /// Returns the location of the node at `pointer`, or of its nearest existing ancestor.
    pub fn locate(&self, pointer: &Pointer, end: End) -> Place {
        let (map, pointer) = self.origin(pointer);
        map.source.place(map.find(&pointer, end).start)
    }

    /// Returns the source line of the node at `pointer`, to be shown with a problem.
    pub fn snippet(&self, pointer: &Pointer, end: End) -> Snippet {
        let (map, pointer) = self.origin(pointer);
        pointed(map.source.snippet(map.find(&pointer, end)), &pointer)
    }

    /// Returns the snippet of a byte range within the string at `pointer`, for problems in an expression; of the whole
    /// scalar if the string is not in the file verbatim.
    pub fn snippet_within(&self, pointer: &Pointer, range: Range<usize>) -> Snippet {
        let text = pointer.of(&self.value).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (map, pointer) = self.origin(pointer);
        let whole = map.find(&pointer, End::Value);
        let inner = text.and_then(|text| map.source.slice(whole.clone()).find(text)).map(|offset| {
            let start = whole.start + offset;
            start + range.start..start + range.end
        });
        pointed(map.source.snippet(inner.unwrap_or(whole)), &pointer)
    }

    /// Returns numbers that are read differently from their text, each with its pointer and its text: plain YAML scalars such as
    /// `+14155552671`, `2.10`, `0b101`, `1_000` or `012`; in JSON at most two that are not represented exactly.
    pub fn misread_numbers(&self) -> Vec<(Pointer, String)> {
        if !self.map.is_json() {
            return self.map.misread_scalars();
        }
        let literals = NumberLiterals::parse(self.text());
        literals.inexact().listed.into_iter().take(2).map(|(at, text)| (at, text.into_owned())).collect()
    }

    /// Returns the text of the number at `pointer` where it was not read exactly, such as `12345678901234567890123`.
    pub fn inexact_number(&self, pointer: &Pointer) -> Option<String> {
        let number = pointer.of(&self.value)?.as_number()?;
        let (map, pointer) = self.origin(pointer);
        if !map.may_misread() {
            return None;
        }
        let text = map.source.slice(map.find(&pointer, End::Value));
        let text = text.strip_prefix('+').unwrap_or(text);
        // An alias is not a number.
        let is_same = text.parse::<f64>().ok().is_some_and(|read| Some(read) == number.as_f64());
        (is_same && Decimal::parse(text) != Decimal::parse(&number.to_string())).then(|| text.to_owned())
    }

    /// The file that the node at `pointer` was read from, and its pointer there.
    fn origin<'a>(&'a self, pointer: &'a Pointer) -> (&'a SourceMap, Cow<'a, Pointer>) {
        let Some(changes) = &self.changes else { return (&self.map, Cow::Borrowed(pointer)) };
        let (map, pointer) = changes.origin(pointer);
        (map.unwrap_or(&self.map), Cow::Owned(pointer))
    }
}

fn as_json(source: &Source, by_name: bool) -> Option<Result<Value, JsonError>> {
    (by_name || source.text.starts_with(['{', '['])).then(|| json::parse_own(source.text.as_bytes()))
}

/// The first syntax error; for duplicate keys all of them, each with its first location, as the composer reports them.
fn json_problems(source: &Source, error: &JsonError) -> Vec<Problem> {
    let offset = source.offset(error.line, error.column);
    let fault =
        Problem::new(format!("not JSON: {}", error.message)).rule(rules::SYNTAX).at(source.snippet(offset..offset));
    let duplicates = error.is_duplicate.then(|| compose::compose(source).err());
    duplicates.flatten().unwrap_or_else(|| vec![fault])
}

/// Adds the pointer to a snippet whose line is longer than people read.
fn pointed(snippet: Snippet, pointer: &Pointer) -> Snippet {
    let is_long = snippet.line.len() > MAX_LINE;
    Snippet { pointer: is_long.then(|| pointer.clone()), ..snippet }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_located_where_they_were_read() {
        let parse = |name: &str, text: &str| Document::parse(name, text).expect("YAML");
        let at = |text| Pointer::parse(text).expect("a pointer");
        let base = parse("base.yaml", "list:\n  - a\n  - b: 1\nkeep: 1\n");
        let mut changes = Changes::default();
        let other = changes.add_file(parse("other.yaml", "new:\n  deep: 2\n").source_map());
        changes.copied(&at("/list/1/c"), other, at("/new"));
        changes.removed(&at("/list/0"));
        changes.moved(&at("/list/1"), &at("/list/0"));
        let value = serde_json::json!({ "list": [{ "b": 1, "c": { "deep": 2 } }], "keep": 1 });
        let changed = base.changed(value, changes);
        let places = ["/list/0", "/list/0/b", "/list/0/c", "/list/0/c/deep", "/keep", "/list"]
            .map(|pointer| changed.locate(&at(pointer), End::Key).to_string());
        let expect =
            ["base.yaml:3:5", "base.yaml:3:5", "other.yaml:1:1", "other.yaml:2:3", "base.yaml:4:1", "base.yaml:1:1"];
        assert_eq!(places, expect);
        assert!(changed.is_added(&at("/list/0/c/deep")) && !changed.is_added(&at("/list/0/b")));
    }
}
