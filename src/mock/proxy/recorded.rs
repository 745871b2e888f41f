//! A recorded exchange.

use crate::http::{Exchange, Headers, Request};

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

    /// The request as reports show it: the client's own, with those of the target's headers `added` that were sent with it.
    pub(crate) fn shown(&self, added: &Headers) -> Request {
        let Request { url, headers: sent, .. } = &self.sent.request;
        let mut shown = Request { url: url.clone(), ..self.case.clone() };
        let is_sent = |(name, value): &(&str, &str)| sent.all(name).any(|sent| sent == *value);
        shown.headers.add_missing(&added.iter().filter(is_sent).collect());
        shown
    }
}
