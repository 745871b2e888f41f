//! What is wrong with the operators of an expected body, said before anything is sent.

use regex::Regex;
use serde_json::{Map, Value};

use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::operators::{NAMES, instant};

/// What is wrong with the operators of an expected body, each with its place in it: unknown ones, two in one object, arguments
/// of the wrong kind, a regular expression that does not compile. Arguments that hold a `${…}` are taken as they will be.
pub fn lint(expected: &Value) -> Vec<(Pointer, String)> {
    let mut problems = Vec::new();
    value(expected, &Pointer::root(), false, &mut problems);
    problems
}

fn value(expected: &Value, at: &Pointer, is_member: bool, problems: &mut Vec<(Pointer, String)>) {
    match expected {
        Value::Array(list) => elements(list, at, problems),
        Value::Object(members) => object(members, at, is_member, problems),
        _ => {}
    }
}

fn elements(list: &[Value], at: &Pointer, problems: &mut Vec<(Pointer, String)>) {
    list.iter().enumerate().for_each(|(index, element)| value(element, &at.join(index), false, problems));
}

fn object(members: &Map<String, Value>, at: &Pointer, is_member: bool, problems: &mut Vec<(Pointer, String)>) {
    for (name, argument) in members {
        let inner = at.join(name);
        // `${…}` is a name that is not known yet, `$${` begins with a literal `${`.
        if !name.starts_with('$') || name.starts_with("${") || name.starts_with("$${") {
            value(argument, &inner, true, problems);
        } else if let Some(message) = wrong(name, argument, members.len(), is_member) {
            problems.push((inner, message));
        } else if name == "$exact" || name == "$contains" {
            value(argument, &inner, false, problems);
        }
    }
}

fn wrong(name: &str, argument: &Value, members: usize, is_member: bool) -> Option<String> {
    let text = argument.as_str().unwrap_or_default();
    let later = text.contains("${");
    let message = match name {
        _ if !NAMES.contains(&name) => unknown(name),
        _ if members > 1 => format!("an operator stands alone in its object, got {name} with {} more", members - 1),
        "$any" | "$absent" if !matches!(argument, Value::Null | Value::Bool(true)) => {
            format!("{name} takes true, got {argument}")
        }
        "$absent" if !is_member => "only a member of an object can be absent".to_owned(),
        "$contains" if !argument.is_array() => format!("$contains takes a list, got {argument}"),
        "$match" | "$time" if !argument.is_string() => format!("{name} takes a string, got {argument}"),
        "$time" if !later && instant(text).is_none() => {
            format!("$time takes an instant such as \"2026-01-31T12:00:00Z\", got {argument}")
        }
        "$match" if !later => {
            Regex::new(text).err().map(|error| format!("not a regular expression: {}", last_line(&error)))?
        }
        _ => return None,
    };
    Some(message)
}

fn unknown(name: &str) -> String {
    let near = nearest(name, NAMES).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
    format!("unknown operator {name} ({near}a member of that name is written {{ $literal: {{ {name}: … }} }})")
}

/// The parser draws a picture first and says what is wrong in its last line.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(expected: Value, expect: &[&str]) {
        let shown: Vec<_> = lint(&expected).into_iter().map(|(at, message)| format!("{at}: {message}")).collect();
        assert_eq!(shown, expect);
    }

    #[test]
    fn right_operators_pass() {
        check(
            json!({
                "a": { "$any": true }, "b": { "$absent": null }, "c": { "$match": "^x" }, "d": [{ "$match": "${x" }],
                "e": { "$contains": [{ "$match": "y" }] }, "f": { "$exact": { "g": { "$absent": true } } },
                "n": { "${name}": 1, "$${literal}": 2 },
                "t": { "$time": "2026-01-31T12:00:00Z" }, "l": { "$literal": { "$nonsense": 1, "$any": 2 } },
            }),
            &[],
        );
    }

    #[test]
    fn wrong_operators_are_told() {
        check(
            json!({ "a": { "$mach": "x" } }),
            &[
                "/a/$mach: unknown operator $mach (did you mean $match? a member of that name is written { $literal: { $mach: … } })",
            ],
        );
        check(
            json!({ "a": { "$any": true, "b": 1 } }),
            &["/a/$any: an operator stands alone in its object, got $any with 1 more"],
        );
        check(json!({ "$absent": true }), &["/$absent: only a member of an object can be absent"]);
        check(json!([{ "$absent": true }]), &["/0/$absent: only a member of an object can be absent"]);
        check(json!({ "a": { "$any": "string" } }), &["/a/$any: $any takes true, got \"string\""]);
        check(json!({ "a": { "$contains": "x" } }), &["/a/$contains: $contains takes a list, got \"x\""]);
        check(
            json!({ "a": { "$contains": [{ "$match": 1 }] } }),
            &["/a/$contains/0/$match: $match takes a string, got 1"],
        );
        check(json!({ "a": { "$match": "(" } }), &["/a/$match: not a regular expression: unclosed group"]);
        check(
            json!({ "a": { "$time": "today" } }),
            &["/a/$time: $time takes an instant such as \"2026-01-31T12:00:00Z\", got \"today\""],
        );
    }
}
