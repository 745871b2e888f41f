//! A response from the document, with what was noticed while it was built.

use crate::http::Response;

/// A response that the document describes.
#[derive(Debug)]
pub(crate) struct DocumentedResponse {
    pub(crate) response: Response,
    /// Whether its body describes how the request violates the contract.
    pub(crate) lists_violations: bool,
    /// What the log reports once: discarded examples, an `Accept` that was not followed.
    pub(crate) notes: Vec<String>,
}

impl From<Response> for DocumentedResponse {
    /// A response without notes, which describes no violations.
    fn from(response: Response) -> Self {
        Self { response, lists_violations: false, notes: Vec::new() }
    }
}
