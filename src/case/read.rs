//! Reads a typed value out of a document with every mistake in it, not the first alone.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::location::Pointer;

use super::error::Problems;

/// Mistakes that are looked for in one value before giving up on it.
const MOST: usize = 50;

/// Reads the value at `at`. Each mistake is noted and its member left out, until the rest can be read; none when a member
/// that must be there is missing or wrong.
pub fn read<T: DeserializeOwned>(value: &Value, at: &Pointer, problems: &mut Problems<'_>) -> Option<T> {
    salvage(value, |tail, message| note(problems, &at.concat(tail), message))
}

/// Reads what can be read of `value`; each mistake is told with its place.
pub fn salvage<T: DeserializeOwned>(value: &Value, mut tell: impl FnMut(&Pointer, &str)) -> Option<T> {
    let mut error = match serde_path_to_error::deserialize::<_, T>(value) {
        Ok(read) => return Some(read),
        Err(error) => error,
    };
    let mut rest = value.clone();
    for _ in 0..MOST {
        let at = pointer(error.path());
        tell(&at, &error.inner().to_string());
        if !leave_out(&mut rest, &at) {
            return None;
        }
        match serde_path_to_error::deserialize::<_, T>(&rest) {
            Ok(read) => return Some(read),
            Err(next) => error = next,
        }
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

/// Says what serde says in the words of a case file: what is expected before what was found.
fn note(problems: &mut Problems<'_>, at: &Pointer, message: &str) {
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let mut names = rest.split('`').skip(1).step_by(2);
        let typed = names.next().unwrap_or_default();
        problems.key(at, format!("unknown key `{typed}`"));
        return problems.suggest(typed, names);
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return problems.key(at, format!("expected the key {name}, which is missing"));
    }
    let wrong = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    match wrong.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => problems.value(at, format!("expected {}, found {}", plain(expected), plain(found))),
        None => problems.value(at, message),
    }
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
