//! A response of the mock, with what the log and the connection need besides it.

use crate::contract::Operation;
use crate::http::Response;

use super::faults::effect::FaultEffect;
use super::problem_details;

/// A response, and how the request violates the contract, one line per violation.
pub(crate) struct MockResponse {
    pub(crate) response: Response,
    pub(crate) violations: Vec<String>,
    /// What of the request was not checked.
    pub(crate) not_checked: Vec<String>,
    /// Name of the operation that the request addressed.
    pub(crate) operation: Option<String>,
    /// What injected faults do to the response.
    pub(crate) effect: FaultEffect,
}

impl MockResponse {
    /// A response outside any operation; no faults apply.
    pub(crate) fn new(response: Response, violations: Vec<String>) -> Self {
        Self { response, violations, not_checked: Vec::new(), operation: None, effect: FaultEffect::default() }
    }

    /// Problem details for a request that cannot be handled; `detail` is its only violation.
    pub(crate) fn refused(status: u16, title: &str, detail: String) -> Self {
        Self::new(problem_details::problem(status, title, &detail, &[]), vec![detail])
    }

    /// Problem details for a request that is beyond a limit of the mock, which is no violation: `detail` says why it was not checked.
    pub(crate) fn beyond_limits(status: u16, title: &str, detail: String) -> Self {
        let response = problem_details::problem(status, title, &detail, &[]);
        Self { not_checked: vec![detail], ..Self::new(response, Vec::new()) }
    }

    /// The same response, attributed to `operation`.
    pub(crate) fn with_operation(self, operation: &Operation) -> Self {
        Self { operation: Some(operation.name.clone()), ..self }
    }
}
