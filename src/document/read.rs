//! Deserialises typed values and reports every error in them, not only the first.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

use super::document::Document;
use super::end::End;
use super::typed::Typed;

/// Maximum number of errors reported per value.
const MOST: usize = 50;

/// Deserialises the value at `at`. Each error becomes a problem, and its key is left out until the rest can be read. Returns no
/// value if a required key is missing or wrong.
pub(crate) fn read<T: DeserializeOwned>(document: &Document, at: &Pointer) -> (Option<T>, Vec<Problem>) {
    let value = at.of(document.value()).unwrap_or(&Value::Null);
    let mut problems = Vec::new();
    let read = salvage(value, |tail, said| problems.push(explain(document, &at.concat(tail), said)));
    (read, problems)
}

/// Deserialises what it can of `value`; calls `report` for each error, with its location and the message of serde.
pub(crate) fn salvage<T: DeserializeOwned>(value: &Value, mut report: impl FnMut(&Pointer, &str)) -> Option<T> {
    // Copied only if something has to be left out.
    let mut rest = Cow::Borrowed(value);
    let mut left_out = Vec::new();
    for _ in 0..MOST {
        let misfit = match T::deserialize(Typed(&rest)) {
            Ok(value) => return Some(value),
            Err(misfit) => misfit,
        };
        let tail = misfit.at();
        if missing(misfit.message()).is_some_and(|name| left_out.contains(&tail.join(name))) {
            return None;
        }
        report(&tail, misfit.message());
        left_out.push(leave_out(rest.to_mut(), &tail)?);
    }
    None
}

/// Removes the innermost property on the path to `at` and returns it. Array elements are kept, so that the indexes behind them
/// remain valid.
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

/// Extracts the field name from serde's "missing field" error.
fn missing(said: &str) -> Option<&str> {
    said.strip_prefix("missing field `")?.strip_suffix('`')
}

/// Turns an error of serde into a problem: expected before found.
fn explain(document: &Document, at: &Pointer, said: &str) -> Problem {
    if let Some(rest) = said.strip_prefix("unknown field ") {
        let mut names = rest.split('`').skip(1).step_by(2);
        let typed = names.next().unwrap_or_default();
        let problem =
            Problem::new(format!("unknown key `{typed}`")).rule(rules::UNKNOWN_KEY).at(document.snippet(at, End::Key));
        return match nearest(typed, names.clone()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known keys: {}", names.collect::<Vec<_>>().join(", "))),
        };
    }
    if let Some(name) = missing(said) {
        let problem = Problem::new(format!("missing key `{name}`")).rule(rules::MISSING_KEY);
        return problem.at(document.snippet(at, End::Key));
    }
    let wrong = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    let message = match wrong.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => format!("expected {}, found {}", plain(expected), plain(found)),
        None => said.to_owned(),
    };
    Problem::new(message).rule(rules::WRONG_VALUE).at(document.snippet(at, End::Value))
}

/// Replaces serde's terms for YAML types.
fn plain(word: &str) -> &str {
    match word {
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "an object",
        "unit value" => "null",
        "u8" => "an integer from 0 to 255",
        "u16" => "an integer from 0 to 65535",
        "u32" | "u64" | "usize" => "a non-negative integer",
        "a nonzero u32" => "a positive integer",
        "i64" => "an integer",
        "f64" => "a number",
        other if other.starts_with("struct ") => "an object",
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
    fn every_error_is_reported_once() {
        check("books: [{ a: 1 }]\n", &[], true);
        check(
            "books:\n  - { a: x, b: 300 }\n  - { c: 1, d: [] }\nbook: 1\nz: 1\n",
            &[
                "f.yaml:2:10: expected an integer from 0 to 255, found string \"x\"",
                "f.yaml:2:16: expected an integer from 0 to 255, found integer `300`",
                "f.yaml:3:16: expected an integer from 0 to 255, found a list",
                "f.yaml:4:1: unknown key `book` (did you mean `books`?)",
                "f.yaml:5:1: unknown key `z` (known keys: books)",
            ],
            true,
        );
        check("{}", &["f.yaml:1:1: missing key `books`"], false);
        check("books: 1\n", &["f.yaml:1:8: expected a list, found integer `1`"], false);
    }
}
