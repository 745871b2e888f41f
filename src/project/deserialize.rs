//! Reads a YAML value as a type and reports every problem, not only the first.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::{Misfit, Typed};
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
        let whole = misfit.at();
        let (at, message) = within(&value, &whole, misfit.message());
        // Without one of its keys a part would lack it.
        let is_unknown = message.starts_with("unknown field ");
        let removed = remove(&mut value, if is_unknown { &at } else { &whole });
        report(at, reworded(message));
        if !removed {
            return T::default();
        }
    }
}

/// The message of a part that is read by itself, with its location in that part, for [`within`].
pub(super) fn located(misfit: &Misfit) -> String {
    match misfit.at() {
        at if at.as_str().is_empty() => misfit.to_string(),
        at => format!("{at}: {misfit}"),
    }
}

/// The location and the message that [`located`] has joined.
fn within<'m>(value: &Value, whole: &Pointer, message: &'m str) -> (Pointer, &'m str) {
    let joined = message.split_once(": ").filter(|(inner, _)| inner.starts_with('/'));
    let found = joined.and_then(|(inner, rest)| {
        let part = value.pointer(whole.as_str())?;
        let tokens = inner.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
        part.pointer(inner).map(|_| (tokens.fold(whole.clone(), |at, token| at.join(token)), rest))
    });
    found.unwrap_or_else(|| (whole.clone(), message))
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
    fn a_problem_of_a_credential_is_at_its_key() {
        let mut reported = Vec::new();
        let token =
            |more: &str| serde_json::from_str::<Value>(&format!("{{\"client_id\": \"me\"{more}}}")).expect("JSON");
        let auth = json!({
            "scope": token(r#", "oauth2": "client_credentials", "scop": "x", "client_auth": "x""#),
            "extra": token(r#", "oauth2": "client_credentials", "extra": { "a/b": 1 }"#),
            "grant": token(r#", "grant_type": "password""#),
            "key": { "certificate": "a.pem", "key": "b.pem" },
            "cert": { "cert": 1 },
            "missing": { "oauth2": "password" },
        });
        let _: Config = deserialize(json!({ "targets": { "a": { "url": "x", "auth": auth } } }), |at, problem| {
            let shown = format!("{at} {problem}").replace("/targets/a/auth", "");
            reported.push(shown.split(" (known").next().unwrap_or_default().to_owned());
        });
        assert_eq!(
            reported,
            [
                "/scope/scop unknown key `scop` (did you mean `scope`?)",
                "/scope/client_auth expected one of basic, post, found `x`",
                "/extra/extra/a~1b expected a string, found 1",
                "/grant/grant_type unknown key `grant_type`",
                "/grant expected a string, { username, password }, { oauth2: client_credentials, … } or { cert, key, password }",
                "/key/certificate unknown key `certificate`",
                "/key expected a string, { username, password }, { oauth2: client_credentials, … } or { cert, key, password }",
                "/cert/cert expected a string, found 1",
                "/missing missing field `client_id`",
            ]
        );
    }

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
