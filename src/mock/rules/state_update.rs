//! `store`: how a rule updates the state. Objects are deep-merged and null deletes; `$set` replaces, `$append` adds to a list.
//!
//! Operators are recognised only where the mock rules file contains them, never in values from a request.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::expression::{Error, Scope, Template, Tree, difference, kind, merge};
use crate::pointer::Pointer;

/// A compiled update.
#[derive(Debug)]
pub(crate) enum StateUpdate {
    /// One operation on the whole value.
    Operation {
        /// Pointer of its value below `store`.
        written: Pointer,
        operator: UpdateOperator,
        value: Tree,
    },
    /// An update per property.
    Properties(Vec<PropertyUpdate>),
}

/// Update of one property.
#[derive(Debug)]
pub(crate) struct PropertyUpdate {
    /// Pointer below `store`.
    pub(crate) written: Pointer,
    pub(crate) name: Template,
    pub(crate) update: StateUpdate,
}

/// How a value is put into the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpdateOperator {
    /// Deep merge (RFC 7396).
    Merge,
    /// `$set`: replaces the current value, also with null.
    Set,
    /// `$append`: adds an item to the current list.
    Append,
}

/// Names of the operators.
pub(crate) const SET: &str = "$set";
pub(crate) const APPEND: &str = "$append";

/// Whether a key is an operator rather than a name; `${…}` and `$${` are templates.
pub(crate) fn is_operator(name: &str) -> bool {
    name.starts_with('$') && !name.starts_with("${") && !name.starts_with("$${")
}

/// An update whose values are evaluated for one request.
#[derive(Debug, Clone)]
pub(crate) enum EvaluatedUpdate<'c, 'v> {
    /// One operation on the whole value.
    Operation {
        /// Pointer of its value below `store`.
        written: &'c Pointer,
        operator: UpdateOperator,
        value: Cow<'v, Value>,
    },
    /// An update per property, in this order.
    Properties(Vec<(String, EvaluatedUpdate<'c, 'v>)>),
}

impl StateUpdate {
    /// Whether the update does nothing but delete, whatever the request is.
    pub(crate) fn only_deletes(&self) -> bool {
        match self {
            Self::Operation { operator, value, .. } => *operator == UpdateOperator::Merge && value.is_null(),
            Self::Properties(properties) => properties.iter().all(|property| property.update.only_deletes()),
        }
    }

    /// Evaluates the update; none if all of it is `${omit}`, which changes nothing. Errors carry the pointer below `store`.
    pub(crate) fn evaluate<'c: 'v, 'v>(
        &'c self,
        scope: &'v Scope,
    ) -> Result<Option<EvaluatedUpdate<'c, 'v>>, (Pointer, Error)> {
        match self {
            Self::Operation { written, operator, value } => {
                let value = value.value(scope).map_err(|(tail, error)| (written.concat(&tail), error))?;
                Ok(value.map(|value| EvaluatedUpdate::Operation { written, operator: *operator, value }))
            }
            Self::Properties(properties) => {
                let mut evaluated = Vec::with_capacity(properties.len());
                for PropertyUpdate { written, name, update } in properties {
                    let name = name.expand_text(scope).map_err(|error| (written.clone(), error))?;
                    if let (Some(name), Some(update)) = (name, update.evaluate(scope)?) {
                        evaluated.push((name, update));
                    }
                }
                Ok((!evaluated.is_empty()).then_some(EvaluatedUpdate::Properties(evaluated)))
            }
        }
    }
}

impl<'c> EvaluatedUpdate<'c, '_> {
    /// Reduces the update to what differs from `current`, and detaches it from the scope; none if it changes nothing.
    pub(crate) fn diff(self, current: Option<&Value>) -> Result<Option<EvaluatedUpdate<'c, 'static>>, InvalidUpdate> {
        self.diff_with(current, true)
    }

    /// As `diff`; keeps everything unless `is_current`: an earlier part of the same update changes the value first.
    fn diff_with(
        self,
        current: Option<&Value>,
        is_current: bool,
    ) -> Result<Option<EvaluatedUpdate<'c, 'static>>, InvalidUpdate> {
        let (written, operator, value) = match self {
            Self::Operation { written, operator, value } => (written, operator, value),
            Self::Properties(updates) => return diff_properties(updates, current, is_current),
        };
        let value = match (operator, current) {
            (UpdateOperator::Append, Some(other)) if !other.is_array() => {
                return Err(InvalidUpdate { written: written.clone(), path: Vec::new(), found: kind(other) });
            }
            (UpdateOperator::Merge, current) if is_current => difference(current, value),
            (UpdateOperator::Set, Some(current)) if is_current && *current == *value => None,
            _ => Some(value.into_owned()),
        };
        Ok(value.map(|value| EvaluatedUpdate::Operation { written, operator, value: Cow::Owned(value) }))
    }

    /// The update with merges turned into replacements.
    pub(crate) fn replacing(self) -> Self {
        match self {
            Self::Operation { written, operator: UpdateOperator::Merge, value } if !value.is_null() => {
                Self::Operation { written, operator: UpdateOperator::Set, value }
            }
            Self::Properties(updates) => {
                Self::Properties(updates.into_iter().map(|(name, update)| (name, update.replacing())).collect())
            }
            other @ Self::Operation { .. } => other,
        }
    }

    /// The update without what deletes; none if nothing is left.
    pub(crate) fn without_deletions(self) -> Option<Self> {
        match self {
            Self::Operation { operator: UpdateOperator::Merge, value, .. } if value.is_null() => None,
            Self::Properties(updates) => {
                let kept = updates.into_iter().filter_map(|(name, update)| Some((name, update.without_deletions()?)));
                Some(Self::Properties(kept.collect()))
            }
            other @ Self::Operation { .. } => Some(other),
        }
    }

    /// Approximate number of bytes that it adds.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Operation { value, .. } => size(value),
            Self::Properties(updates) => updates.iter().map(|(name, update)| property_size(name, update.size())).sum(),
        }
    }

    /// Applies it. Anything on the way that is not an object becomes one, and `$append` creates a missing list.
    pub(crate) fn apply(self, current: &mut Value) {
        match self {
            Self::Operation { operator: UpdateOperator::Merge, value, .. } => merge(current, value),
            Self::Operation { operator: UpdateOperator::Set, value, .. } => *current = value.into_owned(),
            Self::Operation { operator: UpdateOperator::Append, value, .. } => match current {
                Value::Array(items) => items.push(value.into_owned()),
                current => *current = Value::Array(vec![value.into_owned()]),
            },
            Self::Properties(updates) => apply_properties(updates, current),
        }
    }
}

fn apply_properties(updates: Vec<(String, EvaluatedUpdate<'_, '_>)>, current: &mut Value) {
    if !current.is_object() {
        *current = Value::Object(Map::new());
    }
    let Value::Object(current) = current else { return };
    for (name, update) in updates {
        match update {
            EvaluatedUpdate::Operation { operator: UpdateOperator::Merge, value, .. } if value.is_null() => {
                drop(current.shift_remove(&name));
            }
            update => update.apply(current.entry(name).or_insert(Value::Null)),
        }
    }
}

fn diff_properties<'c>(
    updates: Vec<(String, EvaluatedUpdate<'c, '_>)>,
    current: Option<&Value>,
    is_current: bool,
) -> Result<Option<EvaluatedUpdate<'c, 'static>>, InvalidUpdate> {
    let mut changes: Vec<(String, EvaluatedUpdate<'c, 'static>)> = Vec::with_capacity(updates.len());
    for (name, update) in updates {
        // Two templates may expand to the same name.
        let is_current = is_current && changes.iter().all(|(earlier, _)| *earlier != name);
        match update.diff_with(current.and_then(|current| current.get(&name)), is_current) {
            Ok(update) => changes.extend(update.map(|update| (name, update))),
            Err(mut error) => {
                error.path.push(name);
                return Err(error);
            }
        }
    }
    let is_object = is_current && current.is_some_and(Value::is_object);
    Ok((!changes.is_empty() || !is_object).then_some(EvaluatedUpdate::Properties(changes)))
}

/// An update that does not fit the current state.
#[derive(Debug)]
pub(crate) struct InvalidUpdate {
    /// Pointer below `store`.
    pub(crate) written: Pointer,
    /// Location in the state, innermost name first.
    path: Vec<String>,
    found: &'static str,
}

impl fmt::Display for InvalidUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a list to append to at state")?;
        self.path.iter().rev().try_for_each(|name| write!(f, ".{name}"))?;
        write!(f, ", found {}", self.found)
    }
}

/// Approximate size of a value in bytes.
pub(crate) fn size(value: &Value) -> usize {
    let nested: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(properties) => properties.iter().map(|(name, value)| property_size(name, size(value))).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    size_of::<Value>() + nested
}

fn property_size(name: &str, value: usize) -> usize {
    2 * size_of::<usize>() + name.len() + value
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    type Update = EvaluatedUpdate<'static, 'static>;

    static WRITTEN: LazyLock<Pointer> = LazyLock::new(Pointer::root);

    fn operation(operator: UpdateOperator, value: Value) -> Update {
        EvaluatedUpdate::Operation { written: &WRITTEN, operator, value: Cow::Owned(value) }
    }

    fn properties<const N: usize>(properties: [(&str, Update); N]) -> Update {
        EvaluatedUpdate::Properties(properties.into_iter().map(|(name, update)| (name.to_owned(), update)).collect())
    }

    #[test]
    fn a_diff_leaves_out_what_the_state_contains_already() {
        use UpdateOperator::{Merge, Set};
        let state = json!({"a": {"b": 1, "c": [2]}, "n": null});
        let check = |update: Update, expected: Option<usize>| {
            let diff = update.diff(Some(&state)).expect("a valid update");
            assert_eq!(diff.as_ref().map(EvaluatedUpdate::size), expected, "{diff:?}");
        };
        let one = |name, nested| Some(property_size(name, nested));
        check(operation(Merge, json!({"a": {"b": 1}, "x": null})), None);
        check(properties([("a", operation(Set, state["a"].clone()))]), None);
        check(properties([("a", operation(Merge, json!({"b": 2, "c": [2]})))]), one("a", size(&json!({"b": 2}))));
        check(properties([("n", operation(Merge, json!(null)))]), one("n", size(&json!(null))));
        check(properties([("o", properties([("p", operation(Merge, json!(null)))]))]), one("o", 0));
    }

    #[test]
    fn only_a_list_is_appended_to() {
        let state = json!({"a": {"b": 1}});
        let append = operation(UpdateOperator::Append, json!(2));
        let update = properties([("a", properties([("b", append)]))]);
        let error = update.diff(Some(&state)).expect_err("not a list").to_string();
        assert_eq!(error, "expected a list to append to at state.a.b, found a number");
    }

    proptest! {
        #[test]
        fn a_diff_has_the_effect_of_the_whole_update(state in value(), update in update()) {
            let (mut whole, mut reduced) = (state.clone(), state.clone());
            if let Ok(diff) = update.clone().diff(Some(&state)) {
                update.apply(&mut whole);
                diff.into_iter().for_each(|diff| diff.apply(&mut reduced));
                prop_assert_eq!(whole, reduced);
            }
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(null)), Just(json!(1)), Just(json!(2)), Just(json!([1])), Just(json!({}))];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop::collection::btree_map("[ab]", inner, 0..3)
                .prop_map(|properties| properties.into_iter().collect::<Map<_, _>>().into())
        })
    }

    /// Names may be repeated, as two templates may expand to the same name.
    fn update() -> impl Strategy<Value = Update> {
        let operator =
            prop_oneof![Just(UpdateOperator::Merge), Just(UpdateOperator::Set), Just(UpdateOperator::Append)];
        let leaf = (operator, value()).prop_map(|(operator, value)| operation(operator, value));
        let inner = leaf.prop_recursive(2, 8, 3, |inner| {
            prop::collection::vec(("[ab]", inner), 1..4).prop_map(EvaluatedUpdate::Properties)
        });
        prop::collection::vec(("[ab]", inner), 1..4).prop_map(EvaluatedUpdate::Properties)
    }
}
