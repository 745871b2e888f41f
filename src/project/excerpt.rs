//! Excerpts of the configuration in problems, without the credentials and header values that are written there.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::document::{Document, End};
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::problem::Problem;

/// Keys of a target whose values may be credentials.
const KEYS: [&str; 3] = ["auth", "credentials", "headers"];

static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    let names = r"authorization|cookie|[\w-]*(?:token|secret|password|key)";
    Regex::new(&format!(r#"(?i)(?:{names})["']?\s*:\s*(\S.*)$"#)).expect("the pattern is valid")
});

/// Adds the location `at` to `problem`, with the values of credentials and headers hidden. A message about such a value does not
/// show it either.
pub(super) fn placed(document: &Document, at: &Pointer, problem: Problem) -> Problem {
    let mut snippet = document.snippet(at, End::Key);
    for value in credentials(document.value()) {
        hide(&mut snippet, document, &value);
    }
    let message = match problem.message.split_once(", found ") {
        Some((expected, _)) if is_credential(at) => format!("{expected}, found {}", kind(at.of(document.value()))),
        _ => problem.message.clone(),
    };
    Problem { message, ..problem }.at(snippet)
}

/// Hides what follows a name such as `token:` on the line of a problem of syntax, whose file has no values.
pub(super) fn without_values(mut problem: Problem) -> Problem {
    if let Some(at) = &mut problem.at
        && let Some(value) = ASSIGNED.captures(&at.line).and_then(|found| found.get(1))
        && !value.as_str().contains("${")
    {
        let hidden = "*".repeat(value.as_str().chars().count());
        at.line.replace_range(value.range(), &hidden);
    }
    problem
}

/// The type of a value that is not shown.
fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None | Some(Value::Null) => "nothing",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number: quote it",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    }
}

fn is_credential(at: &Pointer) -> bool {
    let mut tokens = at.tokens();
    tokens.next().is_some_and(|token| token == "targets")
        && tokens.nth(1).is_some_and(|key| KEYS.contains(&&*key))
        && tokens.next().is_some()
}

/// Locations of the scalars that may be credentials and are written out.
fn credentials(configuration: &Value) -> Vec<Pointer> {
    let targets = configuration.get("targets").and_then(Value::as_object);
    let mut found = Vec::new();
    for (name, target) in targets.into_iter().flatten() {
        let at = Pointer::root().join("targets").join(name);
        for key in KEYS {
            target.get(key).into_iter().for_each(|value| scalars(value, at.join(key), &mut found));
        }
        for part in ["sign", "verify"] {
            for (kind, signature) in target.get(part).and_then(Value::as_object).into_iter().flatten() {
                let key = signature.get("key").into_iter();
                key.for_each(|value| scalars(value, at.join(part).join(kind).join("key"), &mut found));
            }
        }
    }
    found
}

fn scalars(value: &Value, at: Pointer, found: &mut Vec<Pointer>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| scalars(value, at.join(name), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| scalars(item, at.join(index), found)),
        Value::String(text) if text.contains("${") => {}
        Value::String(_) | Value::Number(_) => found.push(at),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Replaces the value at `at` by as many asterisks if it is on the line of the excerpt.
fn hide(snippet: &mut Snippet, document: &Document, at: &Pointer) {
    let value = document.snippet(at, End::Value);
    if value.place.line != snippet.place.line {
        return;
    }
    let range = value.place.column as usize - 1..(value.place.column + value.width) as usize - 1;
    let cut = snippet.cut as usize;
    let hidden = |(index, c): (usize, char)| if range.contains(&(cut + index)) { '*' } else { c };
    snippet.line = snippet.line.chars().enumerate().map(hidden).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_in_excerpts() {
        let text =
            "targets: { a: { uri: x, headers: { x-key: \"k3y\" }, auth: { b: { password: p4ss, n: \"${env.N}\" } } } }";
        let document = Document::parse("signoff.yaml", text).expect("YAML");
        let at = Pointer::parse("/targets/a/headers/x-key").expect("a pointer");
        let problem = placed(&document, &at, Problem::new("expected a list, found \"k3y\""));
        let line = problem.at.map(|at| at.line).unwrap_or_default();
        assert_eq!(problem.message, "expected a list, found a string");
        let expect =
            "targets: { a: { uri: x, headers: { x-key: ***** }, auth: { b: { password: ****, n: \"${env.N}\" } } } }";
        assert_eq!(line, expect);
    }

    #[test]
    fn values_behind_names_of_credentials_are_not_in_excerpts_of_wrong_syntax() {
        let document = Document::parse("signoff.yaml", "x: 1\napi_key: 'abc").expect_err("no YAML");
        let lines: Vec<_> = document.into_iter().map(without_values).filter_map(|problem| problem.at).collect();
        assert!(!lines.is_empty() && lines.iter().all(|at| !at.line.contains("abc")), "{lines:?}");
    }
}
