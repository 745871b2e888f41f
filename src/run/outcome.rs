//! Outcome of one case.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::case::{Case, Story};
use crate::check::{Finding, Waiver};
use crate::contract::{Judgement, NotChecked};
use crate::http::{Exchange, Request};
use crate::transport;

/// One finished case, borrowed from the suite. It is dropped once the sink has handled it.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// Its story.
    pub story: &'a Story,
    /// The case.
    pub case: &'a Case,
    /// The verdict.
    pub verdict: Verdict,
    /// All attempts, in order; empty if nothing was sent.
    pub attempts: Vec<Attempt>,
    /// Findings of the contract checks of all attempts and of the last attempt's expectations, without repetition.
    pub findings: Vec<Finding>,
    /// For each of the findings the index of the last attempt that had it.
    pub found_in: Vec<usize>,
    /// Findings that the case acknowledges (`expect.undocumented`).
    pub acknowledged: Vec<Acknowledged>,
    /// Waived findings.
    pub waived: Vec<Waived>,
    /// Captured variables.
    pub captured: Vec<Captured<'a>>,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
    /// Whether a request was repeated because the target asked for it.
    pub retried: bool,
    /// Time from the start of the run to the start of the case.
    pub started: Duration,
    /// Duration of the case, including waits.
    pub took: Duration,
}

/// A captured variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value, which the story shares.
    pub value: Arc<Value>,
}

/// Verdict on one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No finding of severity error.
    Passed,
    /// At least one finding of severity error.
    Failed,
    /// No exchange could be completed, or it has no verdict; the reason.
    Errored(String),
    /// The case, the configuration or the mock rules are wrong; the reason.
    Invalid(String),
    /// Not sent, because the run could not come to it; the reason.
    Skipped(String),
    /// Not sent, because the case or the target excludes it; the reason.
    Excluded(String),
}

/// One request that was sent, and its result.
#[derive(Debug)]
pub struct Attempt {
    /// The request.
    pub request: Arc<Request>,
    /// The exchange with the validated response, or why there is none.
    pub result: Result<(Exchange, Judgement), transport::Error>,
    /// The request validated against the contract, for coverage.
    pub judged: Arc<Judgement>,
    /// Why another attempt followed; none of the last.
    pub repeated: Option<Repetition>,
}

/// Why a request was sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repetition {
    /// The expectations were not met yet.
    Poll,
    /// The target asked for it.
    Retry,
    /// A kept connection failed.
    Connection,
    /// The target refused the access token.
    Token,
}

/// A finding that the case acknowledges, or of a response that asked to retry later.
#[derive(Debug, Clone, PartialEq)]
pub struct Acknowledged {
    /// The finding.
    pub finding: Finding,
    /// The case's reason, or what followed from the response.
    pub reason: String,
    /// Whether the response asked to retry later.
    pub busy: bool,
}

/// A finding that does not fail the case as long as its waiver is valid.
#[derive(Debug, Clone, PartialEq)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The waiver.
    pub waiver: Arc<Waiver>,
}

/// The reason of a case in which signoff panicked with `payload`.
pub(crate) fn defect(payload: &(dyn Any + Send)) -> String {
    let message =
        payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    format!("a defect of signoff, please report it: {}", message.unwrap_or("panicked"))
}
