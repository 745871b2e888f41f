//! From a document to a typed value, with every mistake in it and not the first alone.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

use super::document::Document;
use super::end::End;

/// Mistakes that are looked for in one value before giving up on it.
const MOST: usize = 50;

/// Reads the value at `at`. Each mistake becomes a problem and its member is left out, until the rest can be read; no
/// value when a member that must be there is missing or wrong.
pub fn read<T: DeserializeOwned>(document: &Document, at: &Pointer) -> (Option<T>, Vec<Problem>) {
    let value = at.of(document.value()).unwrap_or(&Value::Null);
    let mut problems = Vec::new();
    let read = salvage(value, |tail, said| problems.push(explain(document, &at.concat(tail), said)));
    (read, problems)
}

/// Reads what can be read of `value`; each mistake is told with its place and in serde's words.
pub fn salvage<T: DeserializeOwned>(value: &Value, mut tell: impl FnMut(&Pointer, &str)) -> Option<T> {
    // Copied only when something has to be left out.
    let mut rest = Cow::Borrowed(value);
    let mut left_out = Vec::new();
    for _ in 0..MOST {
        let error = match serde_path_to_error::deserialize::<_, T>(&*rest) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let (tail, said) = (pointer(error.path()), error.inner().to_string());
        if missing(&said).is_some_and(|name| left_out.contains(&tail.join(name))) {
            return None;
        }
        tell(&tail, &said);
        left_out.push(leave_out(rest.to_mut(), &tail)?);
    }
    None
}

fn pointer(path: &Path) -> Pointer {
    path.iter().fold(Pointer::root(), |at, segment| match segment {
        Segment::Map { key } => at.join(key),
        Segment::Seq { index } => at.join(index),
        Segment::Enum { .. } | Segment::Unknown => at,
    })
}

/// Removes the innermost object member on the way to `at`, and says which: elements stay, so that the places behind them
/// stay right.
fn leave_out(value: &mut Value, at: &Pointer) -> Option<Pointer> {
    let mut at = at.clone();
    while let (Some(parent), Some(name)) = (at.parent(), at.last()) {
        if let Some(Value::Object(members)) = value.pointer_mut(parent.as_str()) {
            return members.shift_remove(&name).map(|_| at);
        }
        at = parent;
    }
    None
}

/// The name of the member that serde misses.
fn missing(said: &str) -> Option<&str> {
    said.strip_prefix("missing field `")?.strip_suffix('`')
}

/// Says what serde says in our words: what is expected before what was found.
fn explain(document: &Document, at: &Pointer, said: &str) -> Problem {
    if let Some(rest) = said.strip_prefix("unknown field ") {
        let mut names = rest.split('`').skip(1).step_by(2);
        let typed = names.next().unwrap_or_default();
        let problem =
            Problem::new(format!("unknown key `{typed}`")).rule(rules::UNKNOWN_KEY).at(document.snippet(at, End::Key));
        return match nearest(typed, names.clone()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known here: {}", names.collect::<Vec<_>>().join(", "))),
        };
    }
    if let Some(name) = missing(said) {
        let problem = Problem::new(format!("expected the key `{name}`, which is missing")).rule(rules::MISSING_KEY);
        return problem.at(document.snippet(at, End::Key));
    }
    let wrong = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    let message = match wrong.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => format!("expected {}, found {}", plain(expected), plain(found)),
        None => said.to_owned(),
    };
    Problem::new(message).rule(rules::WRONG_VALUE).at(document.snippet(at, End::Value))
}

/// serde's words for the shapes of YAML.
fn plain(word: &str) -> &str {
    match word {
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "an object",
        "unit value" => "nothing",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shelf {
        #[serde(rename = "books")]
        _books: Vec<BTreeMap<String, u8>>,
    }

    fn check(text: &str, expect: &[&str], is_readable: bool) {
        let document = Document::parse("f.yaml", text).expect("a document");
        let (shelf, problems) = read::<Shelf>(&document, &Pointer::root());
        let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            (shown.iter().map(String::as_str).collect::<Vec<_>>(), shelf.is_some()),
            (expect.to_vec(), is_readable)
        );
    }

    #[test]
    fn every_mistake_is_told_once() {
        check("books: [{ a: 1 }]\n", &[], true);
        check(
            "books:\n  - { a: x, b: 300 }\n  - { c: 1, d: [] }\nbook: 1\nz: 1\n",
            &[
                "f.yaml:2:10: expected u8, found string \"x\"",
                "f.yaml:2:16: expected u8, found integer `300`",
                "f.yaml:3:16: expected u8, found a list",
                "f.yaml:4:1: unknown key `book` (did you mean `books`?)",
                "f.yaml:5:1: unknown key `z` (known here: books)",
            ],
            true,
        );
        check("{}", &["f.yaml:1:1: expected the key `books`, which is missing"], false);
        check("books: 1\n", &["f.yaml:1:8: expected a list, found integer `1`"], false);
    }
}
