//! The trait that a run sends requests through.

use std::future::Future;

use crate::budget::Budget;
use crate::http::{Exchange, Request};

use super::error::Error;

/// Sends requests to one target.
pub(crate) trait Transport {
    /// The budget that the responses draw from, and everything that a run keeps of them.
    fn budget(&self) -> Budget {
        Budget::new(0)
    }

    /// Announces that the next requests are those of the case with this id. Meaningful only if one case runs at a time.
    fn begin_case(&self, _id: &str) {}

    /// Sends `request` and reads the whole response, within the transport's limits.
    fn send(&self, request: Request) -> impl Future<Output = Result<Exchange, Error>>;

    /// Sends again, on a new connection, a request that failed on a kept one ([`Phase::KeptConnection`]).
    ///
    /// [`Phase::KeptConnection`]: super::Phase::KeptConnection
    fn send_again(&self, request: Request) -> impl Future<Output = Result<Exchange, Error>> {
        self.send(request)
    }
}
