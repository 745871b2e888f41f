//! Filters of our own, over the members of objects: `merge` lays one object over another, `pick` takes members out.

use serde_json::{Map, Value};

use super::filter::Given;

const NAMES: [&str; 2] = ["merge", "pick"];

/// Whether a filter of that name is one of these.
pub(super) fn is_filter(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Applies the filter of that name; errors say what it takes.
pub(super) fn apply(name: &str, given: Given) -> Result<Value, String> {
    let takes =
        if name == "merge" { "an object, and an object to lay over it" } else { "an object, and a list of names" };
    let wrong = || format!("the filter `{name}` takes {takes}");
    let [operand, argument] = match <[Value; 2]>::try_from(given.positional) {
        Ok(values) if given.named.is_empty() => values,
        _ => return Err(wrong()),
    };
    match (name, operand, argument) {
        ("merge", mut held @ Value::Object(_), change @ Value::Object(_)) => {
            merge(&mut held, change);
            Ok(held)
        }
        ("pick", Value::Object(held), Value::Array(names)) => pick(held, &names).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// Lays `change` over `held` as RFC 7396 does: objects merge deep, null deletes, everything else replaces.
pub fn merge(held: &mut Value, change: Value) {
    let Value::Object(change) = change else {
        *held = change;
        return;
    };
    if !held.is_object() {
        *held = Value::Object(Map::new());
    }
    let Value::Object(held) = held else { return };
    for (name, value) in change {
        if value.is_null() {
            held.shift_remove(&name);
        } else {
            merge(held.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// The members of those names, in the order of the names; one that is missing is left out.
fn pick(mut held: Map<String, Value>, names: &[Value]) -> Option<Value> {
    let names = names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
    Some(names.into_iter().filter_map(|name| held.remove_entry(name)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(name: &str, given: &[Value], expect: Result<Value, &str>) {
        let given = Given { positional: given.to_vec(), ..Given::default() };
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
