//! What a rule changes in the state: members are merged deep and null deletes, `$set` replaces, `$append` adds to a list.
//!
//! Operators count where the behaviour file writes them, never in what a request brought along.

use serde_json::{Map, Value};

use crate::expression::{Error, Scope, Template, Tree, merge};
use crate::location::Pointer;

/// A change, compiled.
#[derive(Debug)]
pub(super) enum Change {
    /// Merged deep (RFC 7396).
    Merge(Tree),
    /// `$set`: replaces what stands there, nulls included.
    Set(Tree),
    /// `$append`: becomes the last item of the list that stands there.
    Append(Tree),
    /// Each member by itself; the first part is the name as written.
    Members(Vec<(String, Template, Change)>),
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
pub(super) struct Step {
    /// Where it is written, below `store`.
    pub(super) written: Pointer,
    path: Vec<String>,
    deed: Deed,
}

#[derive(Debug)]
enum Deed {
    Merge(Value),
    Set(Value),
    Append(Value),
}

impl Change {
    /// The steps, in the order in which they are written; what is `${omit}` changes nothing.
    pub(super) fn steps(&self, scope: &Scope) -> Result<Vec<Step>, (Pointer, Error)> {
        let mut steps = Vec::new();
        self.collect(scope, (&Pointer::root(), &[]), &mut steps)?;
        Ok(steps)
    }

    fn collect(
        &self,
        scope: &Scope,
        (written, path): (&Pointer, &[String]),
        steps: &mut Vec<Step>,
    ) -> Result<(), (Pointer, Error)> {
        let expanded =
            |tree: &Tree, written: &Pointer| tree.expand(scope).map_err(|(tail, error)| (written.concat(&tail), error));
        let (written, deed) = match self {
            Self::Members(members) => {
                return members.iter().try_for_each(|(name, template, change)| {
                    let written = written.join(name);
                    let name = template.expand_text(scope).map_err(|error| (written.clone(), error))?;
                    let path: Vec<_> = path.iter().cloned().chain(name.clone()).collect();
                    name.map_or(Ok(()), |_| change.collect(scope, (&written, &path), steps))
                });
            }
            Self::Merge(tree) => (written.clone(), expanded(tree, written)?.map(Deed::Merge)),
            Self::Set(tree) => (written.join(SET), expanded(tree, &written.join(SET))?.map(Deed::Set)),
            Self::Append(tree) => (written.join(APPEND), expanded(tree, &written.join(APPEND))?.map(Deed::Append)),
        };
        steps.extend(deed.map(|deed| Step { written, path: path.to_vec(), deed }));
        Ok(())
    }
}

impl Step {
    /// Why the step cannot be made in `state`.
    pub(super) fn refused(&self, state: &Value) -> Option<String> {
        let Deed::Append(_) = self.deed else { return None };
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
            if let (Deed::Merge(Value::Null), None) = (&self.deed, path.peek()) {
                members.shift_remove(&name);
                return;
            }
            held = members.entry(name).or_insert(Value::Null);
        }
        match (self.deed, held) {
            (Deed::Merge(change), held) => merge(held, change),
            (Deed::Set(value), held) => *held = value,
            (Deed::Append(value), Value::Array(items)) => items.push(value),
            (Deed::Append(value), held) => *held = Value::Array(vec![value]),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
