//! Inserts a value into the text of a YAML file and leaves the rest of the file as it is: lines into a block, text into a flow
//! collection.

use serde_json::{Map, Value};

use crate::document::{Document, End, to_yaml};
use crate::pointer::Pointer;

/// The text of a file with a position in it.
struct Cursor<'t> {
    lines: Vec<&'t str>,
    /// Line end of the file.
    end: &'static str,
}

/// Adds what `more` has in addition to the object at `at`; none if the layout does not allow it.
pub(super) fn insert(document: &Document, at: &Pointer, more: &Map<String, Value>) -> Option<String> {
    let mut text = document.text().to_owned();
    for (name, value) in more {
        let current = Document::parse(document.name().to_string(), text).ok()?;
        text = insert_property(&current, at, name, value)?;
    }
    Some(text)
}

fn insert_property(document: &Document, at: &Pointer, name: &str, value: &Value) -> Option<String> {
    let below = at.join(name);
    match (below.of(document.value()), value) {
        (None, _) => add_key(document, at, name, value),
        (Some(Value::Object(_)), Value::Object(more)) => insert(document, &below, more),
        (Some(Value::Array(held)), Value::Array(more)) => {
            let new: Vec<&Value> = more.iter().filter(|item| !held.contains(item)).collect();
            new.into_iter().try_fold(document.text().to_owned(), |text, item| {
                add_item(&Document::parse(document.name().to_string(), text).ok()?, &below, item)
            })
        }
        (Some(Value::String(_)), Value::Array(more)) => list_from_scalar(document, &below, more),
        (Some(held), value) => (held == value).then(|| document.text().to_owned()),
    }
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Self { lines: text.split_inclusive('\n').collect(), end }
    }

    /// Line and column, from 0, of the node or its key.
    fn position(document: &Document, at: &Pointer, end: End) -> Option<(usize, usize)> {
        let place = document.locate(at, end);
        Some(((place.line as usize).checked_sub(1)?, (place.column as usize).checked_sub(1)?))
    }

    /// The line after the block that begins on line `line` and whose keys have `indent` columns before them: without the empty lines and
    /// comments at its end. `dash` accepts items of a list at the same indentation.
    fn block_end(&self, line: usize, indent: usize, dash: bool) -> usize {
        let belongs = |next: &&&str| {
            let text = next.trim();
            let width = next.len() - next.trim_start_matches(' ').len();
            text.is_empty() || width > indent || (width == indent && (dash || text.starts_with('#')))
        };
        let length = self.lines.get(line + 1..).into_iter().flatten().take_while(belongs).count() + 1;
        let is_filler = |line: &&&str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let filler = self.lines[line..line + length].iter().rev().take_while(is_filler).count();
        line + length - filler
    }

    /// The text with `block` before the line `line`.
    fn with_lines(&self, line: usize, block: &[String]) -> String {
        let mut text: String = self.lines[..line].concat();
        if !text.is_empty() && !text.ends_with('\n') {
            text += self.end;
        }
        for line in block {
            text += line;
            text += self.end;
        }
        text + &self.lines[line..].concat()
    }

    /// The text with `inserted` before the end of the flow collection that begins there.
    fn with_flow(&self, (line, column): (usize, usize), inserted: &str) -> Option<String> {
        let first = self.lines.get(line)?;
        let start = self.lines[..line].iter().map(|line| line.len()).sum::<usize>()
            + first.char_indices().nth(column).map(|(at, _)| at)?;
        let text = self.lines.concat();
        let close = closing(&text[start..])?;
        let inner = &text[start + 1..start + close];
        let kept = inner.trim_end();
        let separator = if kept.trim_start().is_empty() || kept.ends_with(',') { " " } else { ", " };
        let (before, after) = (&text[..start + 1 + kept.len()], &text[start + close..]);
        let space = if inner.ends_with(' ') || kept.is_empty() { " " } else { "" };
        Some(format!("{before}{separator}{inserted}{space}{after}"))
    }
}

/// Offset of the bracket that closes the flow collection at the start of `text`; none if it contains a comment or is not closed.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut before) = (0_usize, None, ' ');
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match (quote, c) {
            (Some('"'), '\\') => drop(characters.next()),
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            // A quote begins a scalar only after a separator.
            (None, '"' | '\'') if " \t\n{[,:".contains(before) => quote = Some(c),
            (None, '#') if before.is_whitespace() => return None,
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') if depth == 1 => return Some(at),
            (None, '}' | ']') => depth = depth.checked_sub(1)?,
            _ => {}
        }
        before = c;
    }
    None
}

fn is_flow(cursor: &Cursor<'_>, (line, column): (usize, usize)) -> bool {
    cursor.lines.get(line).and_then(|text| text.chars().nth(column)).is_some_and(|c| c == '{' || c == '[')
}

/// Adds a key to the object at `at`.
fn add_key(document: &Document, at: &Pointer, name: &str, value: &Value) -> Option<String> {
    let cursor = Cursor::new(document.text());
    let object = at.of(document.value())?.as_object()?;
    let start = Cursor::position(document, at, End::Value)?;
    if is_flow(&cursor, start) {
        return cursor.with_flow(start, &format!("{}: {}", flow_scalar(name), flow(value)));
    }
    let (first, _) = object.iter().next()?;
    let (line, indent) = Cursor::position(document, &at.join(first), End::Key)?;
    let before: String = cursor.lines.get(line)?.chars().take(indent).collect();
    if !before.chars().all(|c| c == ' ' || c == '-') {
        return None;
    }
    let last = object.keys().filter_map(|key| Cursor::position(document, &at.join(key), End::Key)).max()?.0;
    let end = cursor.block_end(last, indent, false).max(list_end(&cursor, last, indent));
    let yaml = to_yaml(&Map::from_iter([(name.to_owned(), value.clone())])).ok()?;
    Some(cursor.with_lines(end, &indented(&yaml, indent)))
}

/// The end of a list whose dashes have the indentation of its key.
fn list_end(cursor: &Cursor<'_>, line: usize, indent: usize) -> usize {
    let starts = |text: &&str| text.trim_start().starts_with("- ") && text.len() - text.trim_start().len() == indent;
    let key_has_list = cursor.lines.get(line).is_some_and(|text| text.trim_end().ends_with(':'));
    match key_has_list && cursor.lines.get(line + 1).is_some_and(starts) {
        true => cursor.block_end(line, indent, true),
        false => 0,
    }
}

/// Adds an item to the list at `at`.
fn add_item(document: &Document, at: &Pointer, item: &Value) -> Option<String> {
    let cursor = Cursor::new(document.text());
    let held = at.of(document.value())?.as_array()?;
    let start = Cursor::position(document, at, End::Value)?;
    if is_flow(&cursor, start) {
        return cursor.with_flow(start, &flow(item));
    }
    let (line, column) = Cursor::position(document, &at.join(held.len().checked_sub(1)?), End::Value)?;
    let dash = cursor.lines.get(line)?.find("- ").filter(|dash| *dash < column)?;
    let end = cursor.block_end(line, dash, false);
    let yaml = to_yaml(&[item]).ok()?;
    Some(cursor.with_lines(end, &indented(&yaml, dash)))
}

/// `assert: x` on one line becomes a list.
fn list_from_scalar(document: &Document, at: &Pointer, more: &[Value]) -> Option<String> {
    let cursor = Cursor::new(document.text());
    let (line, indent) = Cursor::position(document, at, End::Key)?;
    let (at_line, column) = Cursor::position(document, at, End::Value)?;
    let text = cursor.lines.get(line)?.trim_end();
    let before: String = text.chars().take(indent).collect();
    let scalar: String = text.chars().skip(column).collect();
    let is_plain =
        before.chars().all(|c| c == ' ' || c == '-') && !scalar.contains(" #") && !scalar.starts_with(['|', '>']);
    if line != at_line || !is_plain || cursor.block_end(line, indent, false) != line + 1 {
        return None;
    }
    let key: String = text.chars().take(column).collect();
    let mut block = vec![key.trim_end().to_owned(), format!("{:indent$}  - {scalar}", "")];
    block.extend(more.iter().map(|item| format!("{:indent$}  - {}", "", flow(item))));
    let mut lines = cursor.lines.clone();
    lines.remove(line);
    Some(Cursor { lines, end: cursor.end }.with_lines(line, &block))
}

fn indented(yaml: &str, indent: usize) -> Vec<String> {
    yaml.lines().map(|line| format!("{:indent$}{line}", "")).collect()
}

/// JSON, which is YAML in a flow collection.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => flow_scalar(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(properties) if properties.is_empty() => "{}".to_owned(),
        Value::Object(properties) => {
            let pairs = properties.iter().map(|(name, value)| format!("{}: {}", flow_scalar(name), flow(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// Words that are no strings in YAML 1.1.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// A plain scalar if every reader takes it for the same string, else a quoted one.
fn flow_scalar(text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_word { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(text: &str, more: &Value, expect: &str) {
        let document = Document::parse("a.yaml", text.to_owned()).expect("YAML");
        let more = more.as_object().expect("an object");
        let changed = insert(&document, &Pointer::root().join("expect"), more);
        assert_eq!(changed.as_deref(), Some(expect), "{text}");
    }

    #[test]
    fn only_what_is_new_is_written() {
        let body = json!({ "body": { "name": "one" } });
        check("expect: { status: 200 } # c\nb: 1\n", &body, "expect: { status: 200, body: { name: one } } # c\nb: 1\n");
        check("expect: {status: 200}", &body, "expect: {status: 200, body: { name: one }}");
        check(
            "expect:\n  status: 200 # ok\n\n# b\nb: 1\n",
            &body,
            "expect:\n  status: 200 # ok\n  body:\n    name: one\n\n# b\nb: 1\n",
        );
        check(
            "expect:\r\n  body:\r\n    id: 1\r\nb: 1\r\n",
            &body,
            "expect:\r\n  body:\r\n    id: 1\r\n    name: one\r\nb: 1\r\n",
        );
        check("expect:\n  body: { a: { b: '}' } }\n", &body, "expect:\n  body: { a: { b: '}' }, name: one }\n");
        check("expect:\n  body: {}\n  status: 200", &body, "expect:\n  body: { name: one }\n  status: 200");
        check("expect:\n  body:\n    list:\n    - a\n", &body, "expect:\n  body:\n    list:\n    - a\n    name: one\n");
    }

    #[test]
    fn lists_grow_at_their_end() {
        let more = json!({ "assert": ["b == 1"] });
        check(
            "expect:\n  assert: a == 1\n  status: 200\n",
            &more,
            "expect:\n  assert:\n    - a == 1\n    - \"b == 1\"\n  status: 200\n",
        );
        check("expect:\n  assert:\n    - a == 1\n", &more, "expect:\n  assert:\n    - a == 1\n    - b == 1\n");
        check("expect:\n  assert: [a == 1]\n", &more, "expect:\n  assert: [a == 1, \"b == 1\"]\n");
    }
}
