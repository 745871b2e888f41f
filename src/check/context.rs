//! Everything that a check can read.

use serde_json::Value;

use crate::case::Case;
use crate::case::expand::Expectation;
use crate::contract::Judgement;
use crate::expression::Scope;
use crate::http::Exchange;
use crate::pointer::Pointer;

/// A completed exchange with its case and its validation result.
pub(crate) struct Context<'a> {
    /// The case.
    pub case: &'a Case,
    /// The expanded expectation of the case.
    pub expectation: &'a Expectation,
    /// Variables for assertions, including `request` and `response`.
    pub scope: &'a Scope,
    /// Request and response as sent and received.
    pub exchange: &'a Exchange,
    /// Result of validating the response against the contract, without its body.
    pub judgement: &'a Judgement,
    /// The body of the response, if it is JSON.
    pub json: Option<&'a Value>,
}

impl Context<'_> {
    /// Returns the body of the response as text; empty if it is not UTF-8.
    pub(super) fn body(&self) -> &str {
        std::str::from_utf8(&self.exchange.response.body).unwrap_or_default()
    }

    /// Whether the body exceeds the limits of validation, so that the case has no verdict, even if it expects nothing of the body.
    pub(super) fn is_beyond_limits(&self) -> bool {
        self.judgement.beyond_limits.is_some()
    }

    /// Returns the location of `within` (`/expect/status`) in the file of the case.
    pub(super) fn case_location(&self, within: &str) -> Pointer {
        Pointer::parse(within).map_or_else(|| self.case.at.clone(), |tail| self.case.at.concat(&tail))
    }
}
