//! Variables of a story and of a case.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::expression::Scope;
use crate::pointer::Pointer;

use super::super::error::ExpandError;
use super::super::{Case, Story};
use super::builder::expand_tree;

/// The scope a story starts with: `vars` evaluated in order. Precedence: row over `given` (`--var` over the target's) over the
/// file's `vars`. `base` holds `env` and the randomness.
pub fn story_scope(story: &Story, given: &BTreeMap<String, Value>, base: &Scope) -> Result<Scope, ExpandError> {
    let mut scope = base.relabelled(&story.id);
    story.row.iter().for_each(|(column, cell)| scope.set(column, cell));
    let root = Pointer::root().join("vars");
    for (name, tree) in story.vars.iter().filter(|(name, _)| !story.row.contains_key(name)) {
        let at = || root.join(name);
        let value = match (given.get(name), tree) {
            (Some(value), _) => Some(value.clone()),
            (None, Some(tree)) => expand_tree(tree, &scope, at)?,
            (None, None) => {
                let message = format!("expected a value for the variable `{name}` from the target or `--var {name}=…`");
                return Err(ExpandError::new(message, at()));
            }
        };
        value.iter().for_each(|value| scope.set(name, value));
    }
    Ok(scope)
}

/// The scope of one case: the story's with its captures, the case's row over it, randomness labelled by the case's id.
pub fn case_scope(case: &Case, story: &Scope) -> Scope {
    let mut scope = story.relabelled(&case.id);
    case.row.iter().for_each(|(column, cell)| scope.set(column, cell));
    scope
}
