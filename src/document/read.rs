//! From a document to a typed value, with every mistake in it and not the first alone.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::location::{Pointer, Problem, nearest};

use super::{Document, End};

/// Mistakes that are looked for in one value before giving up on it.
const MOST: usize = 50;

/// Reads the value at `at`. Each mistake becomes a problem and its member is left out, until the rest can be read; no
/// value when a member that must be there is missing or wrong.
pub fn read<T: DeserializeOwned>(document: &Document, at: &Pointer) -> (Option<T>, Vec<Problem>) {
    let mut rest = document.value().pointer(at.as_str()).cloned().unwrap_or_default();
    let mut problems = Vec::new();
    while problems.len() < MOST {
        let error = match serde_path_to_error::deserialize::<_, T>(&rest) {
            Ok(value) => return (Some(value), problems),
            Err(error) => error,
        };
        let tail = pointer(error.path());
        problems.push(explain(document, &at.concat(&tail), &error.inner().to_string()));
        if !leave_out(&mut rest, &tail) {
            break;
        }
    }
    (None, problems)
}

fn pointer(path: &Path) -> Pointer {
    path.iter().fold(Pointer::root(), |at, segment| match segment {
        Segment::Map { key } => at.join(key),
        Segment::Seq { index } => at.join(index),
        Segment::Enum { .. } | Segment::Unknown => at,
    })
}

/// Removes the innermost object member on the way to `at`: elements stay, so that the places behind them stay right.
fn leave_out(value: &mut Value, at: &Pointer) -> bool {
    let mut at = at.clone();
    while let (Some(parent), Some(name)) = (at.parent(), at.last()) {
        if let Some(Value::Object(members)) = value.pointer_mut(parent.as_str()) {
            return members.shift_remove(&name).is_some();
        }
        at = parent;
    }
    false
}

/// Says what serde says in our words: what is expected before what was found.
fn explain(document: &Document, at: &Pointer, said: &str) -> Problem {
    if let Some(rest) = said.strip_prefix("unknown field ") {
        let mut names = rest.split('`').skip(1).step_by(2);
        let typed = names.next().unwrap_or_default();
        let problem = Problem::new(format!("unknown key `{typed}`")).at(document.snippet(at, End::Key));
        return match nearest(typed, names.clone()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known here: {}", names.collect::<Vec<_>>().join(", "))),
        };
    }
    if let Some(name) = said.strip_prefix("missing field ") {
        return Problem::new(format!("expected the key {name}, which is missing")).at(document.snippet(at, End::Key));
    }
    let wrong = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    let message = match wrong.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => format!("expected {expected}, found {found}"),
        None => said.to_owned(),
    };
    Problem::new(message).at(document.snippet(at, End::Value))
}
