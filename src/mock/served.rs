//! One request and its response, for the log.

use bytes::Bytes;

use crate::http::Headers;

/// What became of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Handling {
    /// The mock or the target responded.
    #[default]
    Answered,
    /// The proxy refused to forward the request.
    NotForwarded,
    /// The target did not respond, or not completely.
    NoResponse,
    /// The client of the proxy closed the connection, or reset the stream, before the response.
    Cancelled,
}

/// One request and its response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Served {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub url: String,
    /// Name of the operation, if the request addressed one.
    pub operation: Option<String>,
    /// The status of the response; 0 if the client got none.
    pub status: u16,
    /// What became of the request.
    pub handling: Handling,
    /// How the request violates the contract, one line per violation.
    pub request_breaches: Vec<String>,
    /// How the response of the proxy's target violates the contract, one line per violation.
    pub response_breaches: Vec<String>,
    /// What was not checked.
    pub not_checked: Vec<String>,
    /// Whether a part of the request was not checked.
    pub is_request_unchecked: bool,
    /// What else happened: warnings, failures.
    pub notes: Vec<String>,
    /// The faults that applied, as they were written.
    pub faults: Vec<String>,
    /// Header section and content of the request and of the response of the proxy's target: their sensitive values must not occur
    /// in the log either. With the admin interface also those of the mock's response. The logger drops them.
    pub messages: Vec<(Headers, Bytes)>,
    /// Sizes of the contents of the messages in bytes, also of those that are too large to be kept.
    pub sizes: Vec<usize>,
}

impl Served {
    /// Whether request and response conform to the contract, as far as they were checked.
    pub(crate) fn is_valid(&self) -> bool {
        self.handling == Handling::Answered && self.request_breaches.is_empty() && self.response_breaches.is_empty()
    }

    /// The verdict in a few words.
    pub(crate) fn verdict(&self) -> &'static str {
        match (self.handling, self.request_breaches.is_empty(), self.response_breaches.is_empty()) {
            (Handling::NotForwarded, ..) => "not forwarded",
            (Handling::NoResponse, ..) => "no response",
            (Handling::Cancelled, ..) => "cancelled",
            (_, false, false) => "invalid request and response",
            (_, false, true) => "invalid request",
            (_, true, false) => "invalid response",
            _ if !self.not_checked.is_empty() => "not fully checked",
            _ => "valid",
        }
    }
}
