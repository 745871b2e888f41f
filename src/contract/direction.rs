//! The direction in which a value is sent.

/// Which way a value travels: `readOnly` members belong in responses, `writeOnly` members in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// In a request.
    Request,
    /// In a response.
    Response,
}

impl Direction {
    /// The message that travels this way.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}
