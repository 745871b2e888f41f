//! Filters of our own, over the members of objects: `merge` lays one object over another, `pick` takes members out.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::filter::Given;

const NAMES: [&str; 2] = ["merge", "pick"];

/// Whether a filter of that name is one of these.
pub(super) fn is_filter(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Applies the filter of that name; errors say what it takes.
pub(super) fn apply(name: &str, given: Given<'_>) -> Result<Value, String> {
    let takes =
        if name == "merge" { "an object, and an object to lay over it" } else { "an object, and a list of names" };
    let wrong = || format!("the filter `{name}` takes {takes}");
    let [operand, argument] = match <[Cow<'_, Value>; 2]>::try_from(given.positional) {
        Ok(values) if given.named.is_empty() => values,
        _ => return Err(wrong()),
    };
    match (name, &*operand, &*argument) {
        ("merge", Value::Object(_), Value::Object(_)) => {
            let mut held = operand.into_owned();
            merge(&mut held, argument);
            Ok(held)
        }
        ("pick", Value::Object(held), Value::Array(names)) => pick(held, names).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// Lays `change` over `held` as RFC 7396 does: objects merge deep, null deletes, everything else replaces.
pub fn merge(held: &mut Value, change: Cow<'_, Value>) {
    if !change.is_object() {
        *held = change.into_owned();
        return;
    }
    if !held.is_object() {
        *held = Value::Object(Map::new());
    }
    let Value::Object(held) = held else { return };
    match change {
        Cow::Borrowed(change) => {
            let members = change.as_object().into_iter().flatten();
            members.for_each(|(name, value)| merge_member(held, name.clone(), Cow::Borrowed(value)));
        }
        Cow::Owned(mut change) => {
            let members = change.as_object_mut().map(std::mem::take).into_iter().flatten();
            members.for_each(|(name, value)| merge_member(held, name, Cow::Owned(value)));
        }
    }
}

fn merge_member(held: &mut Map<String, Value>, name: String, value: Cow<'_, Value>) {
    if value.is_null() {
        held.shift_remove(&name);
    } else {
        merge(held.entry(name).or_insert(Value::Null), value);
    }
}

/// The members of those names, in the order of the names; one that is missing is left out.
fn pick(held: &Map<String, Value>, names: &[Value]) -> Option<Value> {
    let names = names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
    let members = names.into_iter().filter_map(|name| held.get_key_value(name));
    Some(members.map(|(name, value)| (name.clone(), value.clone())).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(name: &str, given: &[Value], expect: Result<Value, &str>) {
        let given = Given { positional: given.iter().map(Cow::Borrowed).collect(), ..Given::default() };
        assert_eq!(apply(name, given), expect.map_err(str::to_owned));
    }

    #[test]
    fn objects_merge_deep_and_null_deletes() {
        let held = json!({"a": {"b": 1, "c": 2}, "d": [1]});
        let change = json!({"a": {"b": null, "e": {"f": null, "g": 1}}, "d": [2]});
        check("merge", &[held.clone(), change], Ok(json!({"a": {"c": 2, "e": {"g": 1}}, "d": [2]})));
        check("merge", &[held, json!(1)], Err("the filter `merge` takes an object, and an object to lay over it"));
    }

    #[test]
    fn members_are_picked_by_name() {
        let held = json!({"a": 1, "b": null, "c": 3});
        check("pick", &[held.clone(), json!(["c", "b", "nope", "c"])], Ok(json!({"c": 3, "b": null})));
        check("pick", &[held.clone(), json!([1])], Err("the filter `pick` takes an object, and a list of names"));
        check("pick", &[held], Err("the filter `pick` takes an object, and a list of names"));
    }
}
