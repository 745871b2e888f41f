//! What a rule changes in the state: members are merged deep and null deletes, `$set` replaces, `$append` adds to a list.
//!
//! Operators count where the behaviour file writes them, never in what a request brought along.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::expression::{Error, Scope, Template, Tree, kind, merge};
use crate::location::Pointer;

/// A change, compiled.
#[derive(Debug)]
pub(super) enum Change {
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
pub(super) struct Member {
    /// Where it is written, below `store`.
    pub(super) written: Pointer,
    pub(super) name: Template,
    pub(super) change: Change,
}

/// How a value comes into the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Merged deep (RFC 7396).
    Merge,
    /// `$set`: replaces what stands there, nulls included.
    Set,
    /// `$append`: becomes the last item of the list that stands there.
    Append,
}

/// The operators, as they are written.
pub(super) const SET: &str = "$set";
pub(super) const APPEND: &str = "$append";

/// Whether an operator stands at or below `value`.
pub(super) fn has_operator(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|members| members.keys().any(|name| is_operator(name)) || members.values().any(has_operator))
}

/// Whether a member of that name is meant as an operator: `${…}` and `$${` are templates.
pub(super) fn is_operator(name: &str) -> bool {
    name.starts_with('$') && !name.starts_with("${") && !name.starts_with("$${")
}

/// A change with its values, ready to be made.
#[derive(Debug)]
pub(super) struct Step<'c> {
    /// Where it is written, below `store`.
    pub(super) written: &'c Pointer,
    path: Vec<String>,
    kind: Kind,
    pub(super) value: Value,
}

impl Change {
    /// The steps, in the order in which they are written; what is `${omit}` changes nothing.
    pub(super) fn steps(&self, scope: &Scope) -> Result<Vec<Step<'_>>, (Pointer, Error)> {
        let mut steps = Vec::new();
        self.collect(scope, &mut Vec::new(), &mut steps)?;
        Ok(steps)
    }

    fn collect<'c>(
        &'c self,
        scope: &Scope,
        path: &mut Vec<String>,
        steps: &mut Vec<Step<'c>>,
    ) -> Result<(), (Pointer, Error)> {
        match self {
            Self::Deed { written, kind, value } => {
                let value = value.expand(scope).map_err(|(tail, error)| (written.concat(&tail), error))?;
                steps.extend(value.map(|value| Step { written, path: path.clone(), kind: *kind, value }));
            }
            Self::Members(members) => {
                for Member { written, name, change } in members {
                    let name = name.expand_text(scope).map_err(|error| (written.clone(), error))?;
                    let Some(name) = name else { continue };
                    path.push(name);
                    change.collect(scope, path, steps)?;
                    path.pop();
                }
            }
        }
        Ok(())
    }
}

impl Step<'_> {
    /// Why the step cannot be made in `state`.
    pub(super) fn refused(&self, state: &Value) -> Option<String> {
        if self.kind != Kind::Append {
            return None;
        }
        let held = self.path.iter().try_fold(state, |held, name| held.get(name))?;
        let found = || format!("expected a list to append to at state.{}, found {}", self.path.join("."), kind(held));
        (!held.is_array()).then(found)
    }

    /// Makes it; what is no object on the way becomes one, and a list begins with its first item.
    pub(super) fn make(self, state: &mut Value) {
        let mut held = state;
        let mut path = self.path.into_iter().peekable();
        while let Some(name) = path.next() {
            if !held.is_object() {
                *held = Value::Object(Map::new());
            }
            let Value::Object(members) = held else { return };
            if self.kind == Kind::Merge && self.value.is_null() && path.peek().is_none() {
                members.shift_remove(&name);
                return;
            }
            held = members.entry(name).or_insert(Value::Null);
        }
        match (self.kind, held) {
            (Kind::Merge, held) => merge(held, Cow::Owned(self.value)),
            (Kind::Append, Value::Array(items)) => items.push(self.value),
            (Kind::Append, held) => *held = Value::Array(vec![self.value]),
            (Kind::Set, held) => *held = self.value,
        }
    }
}
