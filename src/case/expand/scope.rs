//! Variables of a story and of a case.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::expression::Scope;
use crate::pointer::Pointer;

use super::super::error::ExpandError;
use super::super::{Case, Story};
use super::builder::expand_tree;

/// Creates the scope of a story: evaluates `vars` in order. Precedence: row, `given` (`--var`, then the target's), the
/// file's `vars`. `base` holds `env` and the randomness.
pub(crate) fn story_scope(story: &Story, given: &BTreeMap<String, Value>, base: &Scope) -> Result<Scope, ExpandError> {
    let mut scope = base.relabelled(&story.id);
    story.row.iter().for_each(|(column, cell)| scope.set(column, cell));
    let root = Pointer::root().join("vars");
    for (name, tree) in story.vars.iter().filter(|(name, _)| !story.row.contains_key(name)) {
        let at = || root.join(name);
        let value = match (given.get(name), tree) {
            (Some(value), _) => Some(value.clone()),
            (None, Some(tree)) => expand_tree(tree, &scope, at)?,
            (None, None) => {
                let message = format!(
                    "the variable `{name}` has no value: set it in the target's `vars` or with `--var {name}=…`"
                );
                return Err(ExpandError::new(message, at()));
            }
        };
        value.iter().for_each(|value| scope.set(name, value));
    }
    Ok(scope)
}

/// Creates the scope of a case: the story's variables and captures, overridden by the case's row. Random values
/// derive from the case's id.
pub(crate) fn case_scope(case: &Case, story: &Scope) -> Scope {
    let mut scope = story.relabelled(&case.id);
    case.row.iter().for_each(|(column, cell)| scope.set(column, cell));
    scope
}
