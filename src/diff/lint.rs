//! Checks the operators of an expected body before anything is sent.

use regex::Regex;
use serde_json::{Map, Value};

use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::operators::{NAMES, instant};

/// Returns the mistakes in the operators of an expected body with their locations: unknown operators, two in one
/// object, arguments of the wrong type, invalid regular expressions. Arguments that contain `${…}` are accepted.
pub(crate) fn lint(expected: &Value) -> Vec<(Pointer, String)> {
    let mut problems = Vec::new();
    value(expected, &Pointer::root(), false, &mut problems);
    problems
}

fn value(expected: &Value, at: &Pointer, is_property: bool, problems: &mut Vec<(Pointer, String)>) {
    match expected {
        Value::Array(list) => elements(list, at, problems),
        Value::Object(members) => object(members, at, is_property, problems),
        _ => {}
    }
}

fn elements(list: &[Value], at: &Pointer, problems: &mut Vec<(Pointer, String)>) {
    list.iter().enumerate().for_each(|(index, element)| value(element, &at.join(index), false, problems));
}

fn object(members: &Map<String, Value>, at: &Pointer, is_property: bool, problems: &mut Vec<(Pointer, String)>) {
    for (name, argument) in members {
        let inner = at.join(name);
        // `${…}` is a name that is not known yet; `$${` begins with a literal `${`.
        if !name.starts_with('$') || name.starts_with("${") || name.starts_with("$${") {
            value(argument, &inner, true, problems);
        } else if let Some(message) = wrong(name, argument, members.len(), is_property) {
            problems.push((inner, message));
        } else if name == "$exact" || name == "$contains" {
            value(argument, &inner, false, problems);
        }
    }
}

fn wrong(name: &str, argument: &Value, properties: usize, is_property: bool) -> Option<String> {
    let text = argument.as_str().unwrap_or_default();
    let later = text.contains("${");
    let message = match name {
        _ if !NAMES.contains(&name) => unknown(name),
        _ if properties > 1 => format!("{name} must be the only key of its object"),
        "$any" | "$absent" if !matches!(argument, Value::Null | Value::Bool(true)) => {
            format!("the argument of {name} must be true, got {argument}")
        }
        "$absent" if !is_property => "$absent must be the value of a property".to_owned(),
        "$contains" if !argument.is_array() => format!("the argument of $contains must be a list, got {argument}"),
        "$match" | "$time" if !argument.is_string() => {
            format!("the argument of {name} must be a string, got {argument}")
        }
        "$time" if !later && instant(text).is_none() => {
            format!("the argument of $time must be an RFC 3339 time such as \"2026-01-31T12:00:00Z\", got {argument}")
        }
        "$match" if !later => {
            Regex::new(text).err().map(|error| format!("invalid regular expression: {}", last_line(&error)))?
        }
        _ => return None,
    };
    Some(message)
}

fn unknown(name: &str) -> String {
    let near = nearest(name, NAMES).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
    format!("unknown operator {name} ({near}for a property of that name write {{ $literal: {{ {name}: … }} }})")
}

/// Returns the message of a parser error, which is its last line, below a picture.
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
    fn valid_operators_are_accepted() {
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
    fn mistakes_are_reported() {
        check(
            json!({ "a": { "$mach": "x" } }),
            &[
                "/a/$mach: unknown operator $mach (did you mean $match? for a property of that name write { $literal: { $mach: … } })",
            ],
        );
        check(json!({ "a": { "$any": true, "b": 1 } }), &["/a/$any: $any must be the only key of its object"]);
        check(json!({ "$absent": true }), &["/$absent: $absent must be the value of a property"]);
        check(json!([{ "$absent": true }]), &["/0/$absent: $absent must be the value of a property"]);
        check(json!({ "a": { "$any": "string" } }), &["/a/$any: the argument of $any must be true, got \"string\""]);
        check(
            json!({ "a": { "$contains": "x" } }),
            &["/a/$contains: the argument of $contains must be a list, got \"x\""],
        );
        check(
            json!({ "a": { "$contains": [{ "$match": 1 }] } }),
            &["/a/$contains/0/$match: the argument of $match must be a string, got 1"],
        );
        check(json!({ "a": { "$match": "(" } }), &["/a/$match: invalid regular expression: unclosed group"]);
        check(
            json!({ "a": { "$time": "today" } }),
            &[
                "/a/$time: the argument of $time must be an RFC 3339 time such as \"2026-01-31T12:00:00Z\", got \"today\"",
            ],
        );
    }
}
