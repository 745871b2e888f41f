//! A recorded exchange.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::http::{Exchange, Headers, Request, Response, Timings};
use crate::transport::{Error, Phase};

/// An exchange of a client with the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedExchange {
    /// The request as a case sends it: the client's own headers, and the path as the contract declares it.
    pub case: Request,
    /// What the target received and responded, as far as it did.
    pub sent: Exchange,
    /// Why there is no complete response.
    pub unanswered: Option<Unanswered>,
    /// Time from the start of the proxy to that of the exchange.
    pub started: Duration,
    /// How the client's request violates the contract, one line per violation.
    pub breaches: Vec<String>,
}

/// Why an exchange has no complete response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unanswered {
    /// What happened.
    pub message: String,
    /// Whether this is no fault of the target: the client did not wait, or the request was not forwarded.
    pub is_excused: bool,
    /// Bytes of the body received.
    pub received: u64,
    /// Time until the failure.
    pub after: Duration,
}

impl Unanswered {
    /// No response of the target, for a reason that is not its fault.
    pub(crate) fn excused(message: &str) -> Self {
        Self { message: message.to_owned(), is_excused: true, received: 0, after: Duration::ZERO }
    }

    /// The target's fault.
    pub(crate) fn from_error(error: &Error) -> Self {
        Self { message: error.message.clone(), is_excused: false, received: error.received, after: error.after }
    }
}

/// An exchange of which at most the header section of the response was received.
pub(super) fn without_response(request: Request, status: Option<u16>, headers: Headers) -> Exchange {
    let (status, body) = (status.unwrap_or_default(), Bytes::new());
    let response = Response { status, version: "HTTP/1.1", headers, body, wire_size: 0 };
    Exchange { request, response, timings: Timings::default(), incomplete: None }
}

impl RecordedExchange {
    /// Its duration, up to the failure if there is no complete response.
    pub(crate) fn took(&self) -> Duration {
        self.unanswered.as_ref().map_or(self.sent.timings.total, |unanswered| unanswered.after)
    }

    /// The status of the response, if its header section was received.
    pub(crate) fn status(&self) -> Option<u16> {
        Some(self.sent.response.status).filter(|status| *status > 0)
    }

    /// The exchange as a transport returns it.
    pub(crate) fn into_result(self) -> Result<Exchange, Error> {
        let status = self.status();
        match self.unanswered {
            None => Ok(self.sent),
            Some(Unanswered { message, received, after, .. }) => {
                // The proxy has sent again already, and a failed connection does not prevent the exchanges that follow.
                let phase = if status.is_some() { Phase::Body } else { Phase::FirstByte };
                Err(Error { phase, message, status, headers: self.sent.response.headers, received, after })
            }
        }
    }

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
