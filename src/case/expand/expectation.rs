//! Expands the templates of an expectation.

use std::time::Duration;

use serde_json::Value;

use crate::expression::{Expression, Scope};
use crate::pointer::Pointer;

use super::super::Case;
use super::super::error::ExpandError;
use super::builder::expand_tree;
use super::text::scalar;

/// An expectation with every template expanded. Locations are those of `case.expect`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expectation {
    /// Header names with the expected value; `None` means absent.
    pub headers: Vec<(String, Option<String>)>,
    /// The body pattern with its operators.
    pub body: Option<Value>,
    /// Assertions, evaluated by the checks.
    pub assert: Vec<Expression>,
    /// Maximum duration of the last attempt.
    pub within: Option<Duration>,
}

/// Expands the expectation of `case`.
pub(crate) fn expectation(case: &Case, scope: &Scope) -> Result<Expectation, ExpandError> {
    let at = || case.at.join("expect");
    let expect = &case.expect;
    let body = expect.body.as_ref().map(|body| expand_tree(body, scope, || at().join("body"))).transpose()?.flatten();
    let mut headers = Vec::new();
    for (name, tree) in &expect.headers {
        let at = || at().join("headers").join(name);
        if let Some(value) = expand_tree(tree, scope, at)? {
            headers.push((name.clone(), expected_value(&value, at)?));
        }
    }
    Ok(Expectation { headers, body, assert: expect.assert.clone(), within: expect.within })
}

fn expected_value(value: &Value, at: impl FnOnce() -> Pointer) -> Result<Option<String>, ExpandError> {
    match value {
        Value::Null => Ok(None),
        value => scalar(value).map(Some).map_err(|message| ExpandError::new(message, at())),
    }
}
