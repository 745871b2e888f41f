//! Reads a YAML value as a type and reports every problem, not only the first.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::Typed;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

/// Deserialises `value`, and reports each problem with its location. serde stops at the first problem, so the wrong part is
/// removed and the rest read again until nothing is wrong.
pub(crate) fn deserialize<T: DeserializeOwned + Default>(
    mut value: Value,
    mut report: impl FnMut(Pointer, Problem),
) -> T {
    loop {
        let misfit = match T::deserialize(Typed(&value)) {
            Ok(typed) => return typed,
            Err(misfit) => misfit,
        };
        let at = misfit.at();
        let removed = remove(&mut value, &at);
        report(at, reworded(misfit.message()));
        if !removed {
            return T::default();
        }
    }
}

/// Removes the value at `at`; false if there is none.
fn remove(value: &mut Value, at: &Pointer) -> bool {
    let (Some(parent), Some(token)) = (at.parent(), at.last()) else { return false };
    match value.pointer_mut(parent.as_str()) {
        Some(Value::Object(members)) => members.shift_remove(&token).is_some(),
        Some(Value::Array(elements)) => match token.parse::<usize>() {
            Ok(index) if index < elements.len() => {
                elements.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// Rewords a message of serde for readers of YAML, and suggests the nearest known name.
fn reworded(message: &str) -> Problem {
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let names = quoted(rest);
        let typed = names.first().cloned().unwrap_or_default();
        return with_suggestion(
            Problem::new(format!("unknown key `{typed}`")).rule(rules::UNKNOWN_KEY),
            &typed,
            &names[1.min(names.len())..],
            "keys",
        );
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let names = quoted(rest);
        let typed = names.first().cloned().unwrap_or_default();
        let known = &names[1.min(names.len())..];
        let problem = Problem::new(format!("expected one of {}, found `{typed}`", known.join(", ")));
        return match nearest(&typed, known.iter().map(String::as_str)) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem,
        };
    }
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = message.strip_prefix(prefix).and_then(|rest| rest.split_once(", expected ")) {
            return Problem::new(format!("expected {}, found {}", in_yaml(expected), in_yaml(found)));
        }
    }
    Problem::new(message)
}

/// serde's name of a value or a type, in the words of YAML.
fn in_yaml(word: &str) -> &str {
    match word {
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "an object",
        "unit value" | "null" => "nothing",
        other if other.starts_with("struct ") => "an object",
        // `integer `3``, `boolean `true``, `string "x"`.
        other => match other.split_once(' ') {
            Some(("integer" | "boolean" | "string", value)) => value.trim_matches('`'),
            _ => other,
        },
    }
}

/// Adds the name of `known` that is nearest to `typed` as help, else all of `known`.
pub(crate) fn with_suggestion(problem: Problem, typed: &str, known: &[impl AsRef<str>], noun: &str) -> Problem {
    match nearest(typed, known.iter().map(AsRef::as_ref)) {
        Some(name) => problem.help(format!("did you mean `{name}`?")),
        None if known.is_empty() => problem,
        None => {
            let names: Vec<_> = known.iter().map(AsRef::as_ref).collect();
            problem.help(format!("known {noun}: {}", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::project::format::Config;

    #[test]
    fn every_problem_is_reported() {
        let mut reported = Vec::new();
        let config: Config = deserialize(
            json!({
                "spec": "a.yaml", "targts": 1, "fail_on": ["skiped", "warning"], "redact": "x",
                "targets": { "sandbox": { "uri": "x", "auth": { "bearer": 1 }, "timeout": { "conect": "3s" } }, "list": [] }
            }),
            |at, problem| reported.push(format!("{at} {problem}")),
        );
        assert_eq!((config.spec.as_deref(), config.fail_on.len()), (Some("a.yaml"), 1));
        assert_eq!(
            reported,
            [
                "/targts unknown key `targts` (did you mean `targets`?)",
                "/fail_on/0 expected one of skipped, not-checked, warning, flaky, new, uncovered-new, found `skiped` (did you mean `skipped`?)",
                "/redact expected a list, found \"x\"",
                "/targets/sandbox/uri unknown key `uri` (did you mean `url`?)",
                "/targets/sandbox/auth/bearer expected a string, { username, password }, { oauth2: client_credentials, … } or { cert, key, password }",
                "/targets/sandbox/timeout/conect unknown key `conect` (did you mean `connect`?)",
                "/targets/list expected an object, found a list",
            ]
        );
    }
}
