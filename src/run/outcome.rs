//! What became of one case.

use std::sync::Arc;
use std::time::Duration;

use crate::case::{Case, Story};
use crate::check::{Finding, Waiver};
use crate::contract::{Judgement, NotChecked};
use crate::http::{Exchange, Request};
use crate::transport;

/// One finished case, borrowed from the plan; alive only while the sink looks at it.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// Its story.
    pub story: &'a Story,
    /// The case.
    pub case: &'a Case,
    /// The verdict.
    pub verdict: Verdict,
    /// Every attempt, in order; empty when nothing was sent.
    pub attempts: Vec<Attempt>,
    /// Findings of all attempts' contract checks and the last attempt's expectations, without repetition.
    pub findings: Vec<Finding>,
    /// Findings that the case acknowledged beforehand.
    pub acknowledged: Vec<Acknowledged>,
    /// Findings that somebody has waived.
    pub waived: Vec<Waived>,
    /// What could not be judged.
    pub not_checked: Vec<NotChecked>,
    /// From the run's start to the case's.
    pub started: Duration,
    /// How long the case took, waits included.
    pub took: Duration,
}

/// The verdict over one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every check kept.
    Passed,
    /// At least one finding of severity error.
    Failed,
    /// No exchange could be completed, or no request could be made; the reason.
    Errored(String),
    /// Not sent; the reason.
    Skipped(String),
}

/// One request that was sent, and what came of it.
#[derive(Debug)]
pub struct Attempt {
    /// What was sent.
    pub request: Request,
    /// What came, with the response judged; or why nothing did.
    pub result: Result<(Exchange, Judgement), transport::Error>,
    /// The request judged, for coverage.
    pub judged: Judgement,
}

/// A finding that a case said beforehand it would meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Acknowledged {
    /// The finding.
    pub finding: Finding,
    /// The case's reason.
    pub reason: String,
}

/// A finding that fails nothing as long as its waiver holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The waiver.
    pub waiver: Arc<Waiver>,
}
