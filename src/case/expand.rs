//! A case with its variables in place: the request to send and the expectation to hold it to.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::contract::Contract;
use crate::expression::{Expression, Scope};
use crate::http::Request;
use super::{Case, Story};

pub use super::error::ExpandError;

/// Credentials by security scheme name: `basic` as `{username, password}`, anything else a string.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Credentials {
    /// The target's name, for messages: `targets.NAME.auth.SCHEME`.
    pub target: String,
    /// The target's own.
    pub own: BTreeMap<String, Value>,
    /// Further sets by name, for `as: NAME`.
    pub named: BTreeMap<String, BTreeMap<String, Value>>,
}

/// An expectation with every template expanded; the places are those of `case.expect`.
#[derive(Debug, Clone, Default)]
pub struct Expectation {
    /// Header names with the value wanted; `None` means absent.
    pub headers: Vec<(String, Option<String>)>,
    /// The body pattern with its operators.
    pub body: Option<Value>,
    /// Assertions, evaluated against the scope the checks are given.
    pub assert: Vec<Expression>,
    /// The longest the last attempt may take.
    pub within: Option<Duration>,
}

/// The scope a story starts with: `vars` evaluated in order. Precedence: row over `given` (`--var` over the target's) over the
/// file's `vars`. `base` holds `env` and the randomness.
pub fn story_scope(story: &Story, given: &BTreeMap<String, Value>, base: &Scope) -> Result<Scope, ExpandError> {
    let _ = (story, given, base);
    todo!()
}

/// The scope of one case: the story's with its captures, the case's row over it, randomness labelled by the case's id.
pub fn case_scope(case: &Case, story: &Scope) -> Scope {
    let _ = (case, story);
    todo!()
}

/// The request of `case`, credentials attached by the operation's security.
pub fn request(
    case: &Case,
    contract: &Contract,
    scope: &Scope,
    credentials: &Credentials,
) -> Result<Request, ExpandError> {
    let _ = (case, contract, scope, credentials);
    todo!()
}

/// The expectation of `case`.
pub fn expectation(case: &Case, scope: &Scope) -> Result<Expectation, ExpandError> {
    let _ = (case, scope);
    todo!()
}

/// Whether the request needs nothing that only a run can give (captures): it is then proven before anything is sent.
pub fn is_closed(case: &Case) -> bool {
    !case.uses.iter().any(|used| used.in_request)
}
