//! What a rule changes in the state: members are merged deep and null deletes, `$set` replaces, `$append` adds to a list.
//!
//! Operators count where the behaviour file writes them, never in what a request brought along.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::expression::{Error, Scope, Template, Tree, kind, merge, news};
use crate::pointer::Pointer;

/// A change, compiled.
#[derive(Debug)]
pub(crate) enum Change {
    /// One deed.
    Deed {
        /// Where its value is written, below `store`.
        written: Pointer,
        kind: Kind,
        value: Tree,
    },
    /// Each member by itself.
    Members(Vec<Member>),
}

/// What is changed below one name.
#[derive(Debug)]
pub(crate) struct Member {
    /// Where it is written, below `store`.
    pub(crate) written: Pointer,
    pub(crate) name: Template,
    pub(crate) change: Change,
}

/// How a value comes into the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Merged deep (RFC 7396).
    Merge,
    /// `$set`: replaces what stands there, nulls included.
    Set,
    /// `$append`: becomes the last item of the list that stands there.
    Append,
}

/// The operators, as they are written.
pub(crate) const SET: &str = "$set";
pub(crate) const APPEND: &str = "$append";

/// Whether a member of that name is meant as an operator: `${…}` and `$${` are templates.
pub(crate) fn is_operator(name: &str) -> bool {
    name.starts_with('$') && !name.starts_with("${") && !name.starts_with("$${")
}

/// A change with its values, ready to be made.
#[derive(Debug, Clone)]
pub(crate) enum Step<'c, 'v> {
    /// One deed.
    Deed {
        /// Where its value is written, below `store`.
        written: &'c Pointer,
        kind: Kind,
        value: Cow<'v, Value>,
    },
    /// Each member by itself, in this order.
    Members(Vec<(String, Step<'c, 'v>)>),
}

impl Change {
    /// The change in a scope; none where all of it is `${omit}`, which changes nothing.
    pub(crate) fn step<'c: 'v, 'v>(&'c self, scope: &'v Scope) -> Result<Option<Step<'c, 'v>>, (Pointer, Error)> {
        match self {
            Self::Deed { written, kind, value } => {
                let value = value.value(scope).map_err(|(tail, error)| (written.concat(&tail), error))?;
                Ok(value.map(|value| Step::Deed { written, kind: *kind, value }))
            }
            Self::Members(members) => {
                let mut steps = Vec::with_capacity(members.len());
                for Member { written, name, change } in members {
                    let name = name.expand_text(scope).map_err(|error| (written.clone(), error))?;
                    if let (Some(name), Some(step)) = (name, change.step(scope)?) {
                        steps.push((name, step));
                    }
                }
                Ok((!steps.is_empty()).then_some(Step::Members(steps)))
            }
        }
    }
}

impl<'c> Step<'c, '_> {
    /// What of it is news to what is held at its place, and holds nothing of the scope any more; none where it changes nothing.
    pub(crate) fn news(self, held: Option<&Value>) -> Result<Option<Step<'c, 'static>>, Misfit> {
        self.beside(held, true)
    }

    /// The same, and all of it where the place `is_known` to be another when its turn comes.
    fn beside(self, held: Option<&Value>, is_known: bool) -> Result<Option<Step<'c, 'static>>, Misfit> {
        let (written, kind, value) = match self {
            Self::Deed { written, kind, value } => (written, kind, value),
            Self::Members(steps) => return members(steps, held, is_known),
        };
        let value = match (kind, held) {
            (Kind::Append, Some(other)) if !other.is_array() => {
                return Err(Misfit { written: written.clone(), path: Vec::new(), found: self::kind(other) });
            }
            (Kind::Merge, held) if is_known => news(held, value),
            (Kind::Set, Some(held)) if is_known && *held == *value => None,
            _ => Some(value.into_owned()),
        };
        Ok(value.map(|value| Step::Deed { written, kind, value: Cow::Owned(value) }))
    }

    /// The bytes that it adds, about.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Deed { value, .. } => weight(value),
            Self::Members(steps) => steps.iter().map(|(name, step)| member_weight(name, step.weight())).sum(),
        }
    }

    /// Makes it; what is no object on the way becomes one, and a list begins with its first item.
    pub(crate) fn make(self, held: &mut Value) {
        match self {
            Self::Deed { kind: Kind::Merge, value, .. } => merge(held, value),
            Self::Deed { kind: Kind::Set, value, .. } => *held = value.into_owned(),
            Self::Deed { kind: Kind::Append, value, .. } => match held {
                Value::Array(items) => items.push(value.into_owned()),
                held => *held = Value::Array(vec![value.into_owned()]),
            },
            Self::Members(steps) => {
                if !held.is_object() {
                    *held = Value::Object(Map::new());
                }
                let Value::Object(held) = held else { return };
                for (name, step) in steps {
                    match step {
                        Self::Deed { kind: Kind::Merge, value, .. } if value.is_null() => {
                            drop(held.shift_remove(&name))
                        }
                        step => step.make(held.entry(name).or_insert(Value::Null)),
                    }
                }
            }
        }
    }
}

fn members<'c>(
    steps: Vec<(String, Step<'c, '_>)>,
    held: Option<&Value>,
    is_known: bool,
) -> Result<Option<Step<'c, 'static>>, Misfit> {
    let mut news: Vec<(String, Step<'c, 'static>)> = Vec::with_capacity(steps.len());
    for (name, step) in steps {
        // Two names may turn out to be one.
        let is_known = is_known && news.iter().all(|(before, _)| *before != name);
        match step.beside(held.and_then(|held| held.get(&name)), is_known) {
            Ok(step) => news.extend(step.map(|step| (name, step))),
            Err(mut misfit) => {
                misfit.path.push(name);
                return Err(misfit);
            }
        }
    }
    let is_there = is_known && held.is_some_and(Value::is_object);
    Ok((!news.is_empty() || !is_there).then_some(Step::Members(news)))
}

/// A step that cannot be made.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// Where it is written, below `store`.
    pub(crate) written: Pointer,
    /// Where in the state, the innermost name first.
    path: Vec<String>,
    found: &'static str,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a list to append to at state")?;
        self.path.iter().rev().try_for_each(|name| write!(f, ".{name}"))?;
        write!(f, ", found {}", self.found)
    }
}

/// The bytes that a value takes, about.
pub(crate) fn weight(value: &Value) -> usize {
    let below: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| member_weight(name, weight(value))).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    size_of::<Value>() + below
}

fn member_weight(name: &str, value: usize) -> usize {
    2 * size_of::<usize>() + name.len() + value
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    static WRITTEN: LazyLock<Pointer> = LazyLock::new(Pointer::root);

    fn deed(kind: Kind, value: Value) -> Step<'static, 'static> {
        Step::Deed { written: &WRITTEN, kind, value: Cow::Owned(value) }
    }

    fn members<const N: usize>(members: [(&str, Step<'static, 'static>); N]) -> Step<'static, 'static> {
        Step::Members(members.into_iter().map(|(name, step)| (name.to_owned(), step)).collect())
    }

    #[test]
    fn what_is_held_already_is_no_news() {
        let held = json!({"a": {"b": 1, "c": [2]}, "n": null});
        let check = |step: Step<'static, 'static>, expected: Option<usize>| {
            let news = step.news(Some(&held)).expect("it can be made");
            assert_eq!(news.as_ref().map(Step::weight), expected, "{news:?}");
        };
        let one = |name, below| Some(member_weight(name, below));
        check(deed(Kind::Merge, json!({"a": {"b": 1}, "x": null})), None);
        check(members([("a", deed(Kind::Set, held["a"].clone()))]), None);
        check(members([("a", deed(Kind::Merge, json!({"b": 2, "c": [2]})))]), one("a", weight(&json!({"b": 2}))));
        check(members([("n", deed(Kind::Merge, json!(null)))]), one("n", weight(&json!(null))));
        check(members([("o", members([("p", deed(Kind::Merge, json!(null)))]))]), one("o", 0));
    }

    #[test]
    fn only_a_list_is_appended_to() {
        let held = json!({"a": {"b": 1}});
        let step = members([("a", members([("b", deed(Kind::Append, json!(2)))]))]);
        let misfit = step.news(Some(&held)).expect_err("no list").to_string();
        assert_eq!(misfit, "expected a list to append to at state.a.b, found a number");
    }

    proptest! {
        #[test]
        fn news_change_as_much_as_the_whole_does(held in value(), step in step()) {
            let (mut whole, mut reduced) = (held.clone(), held.clone());
            if let Ok(news) = step.clone().news(Some(&held)) {
                step.make(&mut whole);
                news.into_iter().for_each(|news| news.make(&mut reduced));
                prop_assert_eq!(whole, reduced);
            }
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(null)), Just(json!(1)), Just(json!(2)), Just(json!([1])), Just(json!({}))];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop::collection::btree_map("[ab]", inner, 0..3)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
        })
    }

    /// Names may stand twice, as templates may come to the same.
    fn step() -> impl Strategy<Value = Step<'static, 'static>> {
        let kind = prop_oneof![Just(Kind::Merge), Just(Kind::Set), Just(Kind::Append)];
        let leaf = (kind, value()).prop_map(|(kind, value)| deed(kind, value));
        let inner =
            leaf.prop_recursive(2, 8, 3, |inner| prop::collection::vec(("[ab]", inner), 1..4).prop_map(Step::Members));
        prop::collection::vec(("[ab]", inner), 1..4).prop_map(Step::Members)
    }
}
