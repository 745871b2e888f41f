//! A response of the mock, with what the log and the connection need besides it.

use bytes::Bytes;

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
    /// What else the log says of the request.
    pub(crate) notes: Vec<String>,
    /// Whether the response describes the violations.
    pub(crate) lists_violations: bool,
    /// The decoded content of the request, if it had a content coding.
    pub(crate) decoded: Option<Bytes>,
    /// Name of the operation that the request addressed.
    pub(crate) operation: Option<String>,
    /// What injected faults do to the response.
    pub(crate) effect: FaultEffect,
}

impl MockResponse {
    /// A response outside any operation; no faults apply.
    pub(crate) fn new(response: Response, violations: Vec<String>) -> Self {
        Self {
            response,
            violations,
            not_checked: Vec::new(),
            notes: Vec::new(),
            lists_violations: true,
            decoded: None,
            operation: None,
            effect: FaultEffect::default(),
        }
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

    /// The 501 for a request to an operation that an error in the document makes unusable.
    pub(crate) fn unusable(fault: &str) -> Self {
        Self {
            not_checked: vec![fault.to_owned()],
            ..Self::new(problem_details::not_generated(fault, &[]), Vec::new())
        }
    }

    /// The same response, attributed to `operation`.
    pub(crate) fn with_operation(self, operation: &Operation) -> Self {
        Self { operation: Some(operation.name.clone()), ..self }
    }
}
