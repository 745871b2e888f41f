//! Our own filters for objects: `merge` merges one object into another, `pick` selects properties.

use std::borrow::Cow;

use serde_json::map::Entry;
use serde_json::{Map, Value};

/// Operands of `merge`.
pub(super) const MERGE: &str = "two objects";
/// Operands of `pick`.
pub(super) const PICK: &str = "an object and a list of names";

/// `held | merge(change)`; `None` for unsupported types.
pub(super) fn merged(held: Cow<'_, Value>, change: Cow<'_, Value>) -> Option<Value> {
    (held.is_object() && change.is_object()).then(|| {
        let mut held = held.into_owned();
        merge(&mut held, change);
        held
    })
}

/// `held | pick(names)`: the properties with those names, in the order of the names, without missing ones. `None` for
/// unsupported types.
pub(super) fn picked(held: Cow<'_, Value>, names: &Value) -> Option<Value> {
    let (held, names) = held.as_object().zip(names.as_array())?;
    let names = names.iter().map(|name| name.as_str().ok_or(()));
    let members = names.filter_map(|name| name.map(|name| held.get_key_value(name)).transpose());
    members.map(|member| member.map(|(name, value)| (name.clone(), value.clone()))).collect::<Result<_, _>>().ok()
}

/// Merges `change` into `held` (RFC 7396): objects merge deeply, null deletes, everything else replaces.
pub(crate) fn merge(held: &mut Value, change: Cow<'_, Value>) {
    match (held, change) {
        (Value::Object(held), Cow::Borrowed(Value::Object(change))) => {
            make_room(held, change.len());
            change.iter().for_each(|(name, value)| merge_member(held, name.clone(), Cow::Borrowed(value)));
        }
        (Value::Object(held), Cow::Owned(Value::Object(change))) => {
            make_room(held, change.len());
            change.into_iter().for_each(|(name, value)| merge_member(held, name, Cow::Owned(value)));
        }
        (held, change) => *held = whole(change),
    }
}

fn merge_member(held: &mut Map<String, Value>, name: String, value: Cow<'_, Value>) {
    match held.entry(name) {
        Entry::Occupied(before) if value.is_null() => drop(before.shift_remove()),
        Entry::Occupied(before) => merge(before.into_mut(), value),
        Entry::Vacant(_) if value.is_null() => {}
        Entry::Vacant(place) => {
            place.insert(whole(value));
        }
    }
}

/// The part of `change` that changes `held`: merging it has the same result as merging `change`. `None` if nothing changes.
pub(crate) fn difference(held: Option<&Value>, change: Cow<'_, Value>) -> Option<Value> {
    match (held, &*change) {
        (None, Value::Null) => None,
        (Some(Value::Object(held)), Value::Object(change)) => {
            let difference =
                |(name, value)| Some((String::clone(name), difference(held.get(name), Cow::Borrowed(value))?));
            let difference: Map<_, _> = change.iter().filter_map(difference).collect();
            (!difference.is_empty()).then(|| difference.into())
        }
        (Some(held), change) if held == change && !held.is_null() => None,
        _ => Some(change.into_owned()),
    }
}

/// Reserves capacity for new properties at once.
fn make_room(held: &mut Map<String, Value>, more: usize) {
    if held.len() < more {
        let mut roomy = Map::with_capacity(held.len() + more);
        roomy.append(held);
        *held = roomy;
    }
}

/// The result of merging `change` into nothing.
fn whole(change: Cow<'_, Value>) -> Value {
    let mut value = change.into_owned();
    remove_nulls(&mut value);
    value
}

fn remove_nulls(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|_, value| !value.is_null());
        members.values_mut().for_each(remove_nulls);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_merge_deeply_and_null_deletes() {
        let held = json!({"a": {"b": 1, "c": 2}, "d": [1], "h": 1});
        let change = json!({"a": {"b": null, "e": {"f": null, "g": 1}}, "d": [null], "h": {"i": null}, "j": null});
        let merged = json!({"a": {"c": 2, "e": {"g": 1}}, "d": [null], "h": {}});
        for change in [Cow::Borrowed(&change), Cow::Owned(change.clone())] {
            let mut lent = held.clone();
            merge(&mut lent, change);
            assert_eq!(lent, merged);
        }
        assert_eq!(super::merged(Cow::Borrowed(&held), Cow::Borrowed(&json!(1))), None);
    }

    #[test]
    fn properties_are_picked_by_name() {
        let held = json!({"a": 1, "b": null, "c": 3});
        let check = |names: Value, expect| assert_eq!(picked(Cow::Borrowed(&held), &names), expect);
        check(json!(["c", "b", "nope", "c"]), Some(json!({"c": 3, "b": null})));
        check(json!([1]), None);
        check(json!("a"), None);
    }

    proptest! {
        /// The algorithm of RFC 7396 §2, verbatim.
        #[test]
        fn merging_follows_rfc_7396(held in value(), change in value()) {
            let expected = patched(held.clone(), &change);
            for change in [Cow::Borrowed(&change), Cow::Owned(change.clone())] {
                let mut lent = held.clone();
                merge(&mut lent, change);
                prop_assert_eq!(&lent, &expected);
            }
        }
    }

    proptest! {
        #[test]
        fn merging_the_difference_equals_merging_the_change(held in value(), change in value()) {
            let (mut whole, mut reduced) = (held.clone(), held.clone());
            merge(&mut whole, Cow::Borrowed(&change));
            if let Some(difference) = difference(Some(&held), Cow::Borrowed(&change)) {
                prop_assert!(!held.is_object() || whole != held, "{}", difference);
                merge(&mut reduced, Cow::Owned(difference));
            }
            prop_assert_eq!(whole, reduced);
        }
    }

    fn patched(target: Value, patch: &Value) -> Value {
        let Some(patch) = patch.as_object() else { return patch.clone() };
        let mut target = if target.is_object() { target } else { json!({}) };
        for (name, value) in patch {
            let members = target.as_object_mut().expect("an object");
            match value {
                Value::Null => drop(members.remove(name)),
                value => {
                    let before = members.remove(name).unwrap_or_default();
                    members.insert(name.clone(), patched(before, value));
                }
            }
        }
        target
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(null)), Just(json!(1)), Just(json!("x")), Just(json!([null, {"a": null}]))];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop::collection::hash_map("[abc]", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
        })
    }
}
