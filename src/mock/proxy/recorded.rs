//! A recorded exchange.

use crate::http::{Exchange, Request};

/// An exchange of a client with the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedExchange {
    /// The request as a case sends it: the client's own headers, and the path as the contract declares it.
    pub case: Request,
    /// What the target received and responded.
    pub sent: Exchange,
    /// How the client's request violates the contract, one line per violation.
    pub breaches: Vec<String>,
}

impl RecordedExchange {
    /// The path that comes before that of the contract, if the client sends it: `/v1`.
    pub(crate) fn server_path(&self) -> Option<&str> {
        let path = self.sent.request.path().strip_suffix(self.case.path())?;
        Some(path).filter(|path| !path.is_empty())
    }
}
