//! Checks: one rule each that a finished exchange must keep. A check never sends, waits or remembers.

mod finding;

use std::collections::BTreeMap;

pub use finding::{Finding, Origin};

use serde_json::Value;

use crate::case::expand::Expectation;
use crate::case::{Capture, Case};
use crate::contract::judge::Judgement;
use crate::contract::{Contract, Operation};
use crate::expression::Scope;
use crate::http::Exchange;
use crate::location::Severity;

/// Everything a check may look at.
pub struct Context<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The operation, when the case has one.
    pub operation: Option<&'a Operation>,
    /// The case.
    pub case: &'a Case,
    /// Its expectation, expanded.
    pub expectation: &'a Expectation,
    /// Variables, with `request` and `response` set, for assertions.
    pub scope: &'a Scope,
    /// What was sent and what came.
    pub exchange: &'a Exchange,
    /// The response, judged by the contract.
    pub judgement: &'a Judgement,
}

/// Which side a check takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What the contract says, whatever the case: a poll asks it of every attempt.
    Contract,
    /// What the case says: a poll repeats until it holds.
    Case,
}

/// One check of the list.
pub struct Definition {
    /// Its stable kebab-case id.
    pub id: &'static str,
    /// Whether it speaks for the contract or for the case.
    pub side: Side,
    /// Its severity unless configured.
    pub severity: Severity,
    /// The text of `signoff explain`.
    pub text: &'static str,
    /// The rule.
    pub run: fn(&Context<'_>) -> Vec<Finding>,
}

/// Every check, contract first.
pub const ALL: &[Definition] = &[];

/// Severity by check id; `None` switches the check off. Checks that are not named keep their own.
pub type Severities = BTreeMap<String, Option<Severity>>;

/// Every finding of every check of `side`.
pub fn run(side: Side, context: &Context<'_>, severities: &Severities) -> Vec<Finding> {
    let _ = (side, context, severities);
    todo!()
}

/// The value that a capture takes from the exchange; the reason when it finds nothing.
pub fn captured(capture: &Capture, context: &Context<'_>) -> Result<Value, String> {
    let _ = (capture, context);
    todo!()
}

/// The definition of that id.
pub fn definition(id: &str) -> Option<&'static Definition> {
    ALL.iter().find(|check| check.id == id)
}
