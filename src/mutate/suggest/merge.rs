//! Adds an expectation to the `expect` of a case.

use serde_json::{Map, Value};

/// Adds `more` to `expect`. Returns whether all of it is expected now; what contradicts the expectation is left out.
pub(crate) fn merge(expect: &mut Map<String, Value>, more: &Map<String, Value>) -> bool {
    let add = |(key, value): (&String, &Value)| match (expect.get_mut(key), key.as_str()) {
        (None, _) => {
            expect.insert(key.clone(), value.clone());
            true
        }
        (Some(held), "assert") => add_asserts(held, value),
        (Some(held), "headers") => add_headers(held, value),
        (Some(held), _) => add_below(held, value),
    };
    more.iter().map(add).filter(|is_added| !is_added).count() == 0
}

/// `assert` is one expression or a list.
fn add_asserts(held: &mut Value, more: &Value) -> bool {
    let mut all: Vec<Value> = held.as_array().cloned().unwrap_or_else(|| vec![held.clone()]);
    for one in more.as_array().into_iter().flatten() {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    *held = all.into();
    true
}

/// Names of headers are case-insensitive.
fn add_headers(held: &mut Value, more: &Value) -> bool {
    let (Some(held), Some(more)) = (held.as_object_mut(), more.as_object()) else { return false };
    let mut is_new = |(name, value): (&String, &Value)| {
        let is_there = held.keys().any(|other| other.eq_ignore_ascii_case(name));
        if !is_there {
            held.insert(name.clone(), value.clone());
        }
        !is_there
    };
    more.iter().map(&mut is_new).filter(|is_added| !is_added).count() == 0
}

/// Objects are merged, unless one of them is an operator (`{ $match: … }`); lists of names are united.
fn add_below(held: &mut Value, more: &Value) -> bool {
    let is_operator = |object: &Map<String, Value>| object.keys().any(|key| key.starts_with('$'));
    match (held, more) {
        (Value::Object(held), Value::Object(more)) if !is_operator(held) && !is_operator(more) => {
            let add = |(name, value): (&String, &Value)| match held.get_mut(name) {
                Some(held) if name == "required" => add_asserts(held, value),
                Some(held) => add_below(held, value),
                None => {
                    held.insert(name.clone(), value.clone());
                    true
                }
            };
            more.iter().map(add).filter(|is_added| !is_added).count() == 0
        }
        (held, more) => held == more,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_contradicts_is_left_out() {
        let check = |expect: Value, more: Value, result: Value, is_whole: bool| {
            let mut merged = expect.as_object().expect("an object").clone();
            assert_eq!(merge(&mut merged, more.as_object().expect("an object")), is_whole, "{expect} {more}");
            assert_eq!(Value::Object(merged), result);
        };
        check(json!({}), json!({"body": {"a": 1}}), json!({"body": {"a": 1}}), true);
        check(json!({"body": {"a": 1}}), json!({"body": {"b": 2}}), json!({"body": {"a": 1, "b": 2}}), true);
        check(
            json!({"body": {"a": {"$any": true}}}),
            json!({"body": {"a": 2}}),
            json!({"body": {"a": {"$any": true}}}),
            false,
        );
        check(json!({"assert": "x"}), json!({"assert": ["y"]}), json!({"assert": ["x", "y"]}), true);
        check(
            json!({"headers": {"ETag": "a"}}),
            json!({"headers": {"etag": "b"}}),
            json!({"headers": {"ETag": "a"}}),
            false,
        );
        let (held, more) = (json!({"schema": {"required": ["a"]}}), json!({"schema": {"required": ["b"]}}));
        check(held, more, json!({"schema": {"required": ["a", "b"]}}), true);
    }
}
