//! Merges `request` into `base`: objects merge by key, everything else replaces. Then removes what `without` names.

use serde_json::{Map, Value};

use crate::pointer::Pointer;
use crate::suggestion::nearest;

/// Merges `over` into `base`. Header names are case-insensitive.
pub(super) fn merge(base: &Value, over: &Value) -> Value {
    let (Value::Object(base), Value::Object(over)) = (base, over) else { return over.clone() };
    let mut merged = base.clone();
    for (key, value) in over {
        let next = match (key.as_str(), merged.get(key)) {
            ("headers", Some(existing)) => merge_headers(existing, value),
            (_, Some(existing)) => merge(existing, value),
            (_, None) => value.clone(),
        };
        merged.insert(key.clone(), next);
    }
    Value::Object(merged)
}

fn merge_headers(base: &Value, over: &Value) -> Value {
    let (Value::Object(base), Value::Object(over)) = (base, over) else { return over.clone() };
    let given = |name: &str| over.keys().any(|existing| existing.eq_ignore_ascii_case(name));
    let kept = base.iter().filter(|(name, _)| !given(name));
    Value::Object(kept.chain(over).map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Removes `path` from a request: `body/a/0`, `query/x`, `header/x`, or a whole key such as `body`. The error says why nothing
/// was removed.
pub(super) fn remove(request: &mut Value, path: &str) -> Result<(), String> {
    let (place, rest) = path.split_once('/').map_or((path, None), |(place, rest)| (place, Some(rest)));
    let key = key_of(place).ok_or_else(|| unknown_place(place))?;
    let nothing = || format!("there is nothing to remove at `{path}` in the merged request");
    let Value::Object(members) = request else { return Err(nothing()) };
    let Some(rest) = rest else { return members.shift_remove(key).map(drop).ok_or_else(nothing) };
    let existing = members.get_mut(key).ok_or_else(nothing)?;
    match existing {
        Value::Object(headers) if key == "headers" => remove_header(headers, rest),
        existing => remove_property(existing, rest),
    }
    .ok_or_else(nothing)
}

const PLACES: [&str; 13] = [
    "path",
    "query",
    "headers",
    "cookies",
    "body",
    "form",
    "auth",
    "as",
    "sign",
    "text",
    "multipart",
    "base64",
    "body_file",
];

fn key_of(place: &str) -> Option<&'static str> {
    let plural = match place {
        "header" => "headers",
        "cookie" => "cookies",
        place => place,
    };
    PLACES.into_iter().find(|known| *known == plural)
}

fn unknown_place(place: &str) -> String {
    let hint = nearest(place, PLACES).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
    format!("expected a path such as `body/NAME`, `query/NAME` or `header/NAME`, found `{place}`{hint}")
}

fn remove_header(headers: &mut Map<String, Value>, name: &str) -> Option<()> {
    let existing = headers.keys().find(|existing| existing.eq_ignore_ascii_case(name))?.clone();
    headers.shift_remove(&existing).map(drop)
}

fn remove_property(value: &mut Value, rest: &str) -> Option<()> {
    let at = Pointer::parse(&format!("/{rest}"))?;
    let (parent, name) = (at.parent()?, at.last()?);
    match value.pointer_mut(parent.as_str())? {
        Value::Object(members) => members.shift_remove(&name).map(drop),
        Value::Array(items) => {
            let index = name.parse::<usize>().ok().filter(|index| *index < items.len())?;
            items.remove(index);
            Some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_merge_by_key_and_the_rest_replaces() {
        let check = |base: Value, over: Value, expect: Value| assert_eq!(merge(&base, &over), expect);
        check(
            json!({"body": {"a": 1, "m": {"x": 1}}}),
            json!({"body": {"m": {"y": 2}}}),
            json!({"body": {"a": 1, "m": {"x": 1, "y": 2}}}),
        );
        check(json!({"body": {"a": [1, 2]}}), json!({"body": {"a": [3]}}), json!({"body": {"a": [3]}}));
        check(json!({"body": {"a": 1}}), json!({"body": null}), json!({"body": null}));
        check(json!({"body": {"a": 1}}), json!({"body": {"a": null}}), json!({"body": {"a": null}}));
        check(
            json!({"headers": {"X-One": "1", "Accept": "a"}}),
            json!({"headers": {"accept": "b"}}),
            json!({"headers": {"X-One": "1", "accept": "b"}}),
        );
    }

    #[test]
    fn without_removes_existing_nodes() {
        let request = json!({"body": {"a": {"b/c": 1}, "l": [1, 2]}, "headers": {"X-One": "1"}, "query": {"q": 1}});
        let check = |path: &str, expect: Value| {
            let mut taken = request.clone();
            assert_eq!(remove(&mut taken, path), Ok(()), "{path}");
            assert_eq!(taken, expect, "{path}");
        };
        let rest = json!({"headers": {"X-One": "1"}, "query": {"q": 1}});
        check("body", rest);
        check("body/a/b~1c", json!({"body": {"a": {}, "l": [1, 2]}, "headers": {"X-One": "1"}, "query": {"q": 1}}));
        check("body/l/0", json!({"body": {"a": {"b/c": 1}, "l": [2]}, "headers": {"X-One": "1"}, "query": {"q": 1}}));
        check("header/x-one", json!({"body": {"a": {"b/c": 1}, "l": [1, 2]}, "headers": {}, "query": {"q": 1}}));
        check("query/q", json!({"body": {"a": {"b/c": 1}, "l": [1, 2]}, "headers": {"X-One": "1"}, "query": {}}));
        for wrong in ["body/x", "body/l/2", "body/a/b~1c/d", "cookie/x", "bdoy/a", "", "/body", "query/", "path"] {
            assert!(remove(&mut request.clone(), wrong).is_err(), "{wrong}");
        }
    }
}
