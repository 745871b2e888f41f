//! The direction in which a value is sent.

/// The direction in which a value is sent: `readOnly` properties belong in responses, `writeOnly` properties in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// In a request.
    Request,
    /// In a response.
    Response,
}

impl Direction {
    /// Name of the message.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}
