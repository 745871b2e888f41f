//! Recorded responses as a transport.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::http::{Exchange, Request};

use super::error::{Error, Phase};
use super::send::Transport;

/// Returns recorded exchanges and failures in their order, regardless of what is sent; each once.
#[derive(Debug)]
pub(crate) struct Replay {
    exchanges: Mutex<VecDeque<Result<Exchange, Error>>>,
}

impl Replay {
    /// Replays these exchanges.
    pub(crate) fn new(exchanges: Vec<Result<Exchange, Error>>) -> Self {
        Self { exchanges: Mutex::new(exchanges.into()) }
    }
}

impl Transport for Replay {
    async fn send(&self, _: Request) -> Result<Exchange, Error> {
        let next = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.unwrap_or_else(|| Err(Error::new(Phase::Request, "no recorded response is left")))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::http::{Headers, Response, Timings};

    #[tokio::test]
    async fn responses_are_replayed_once_and_in_order() {
        let request = || Request { method: "GET".into(), url: "/".into(), ..Request::default() };
        let exchange = |status: u16| Exchange {
            request: request(),
            response: Response {
                status,
                version: "HTTP/1.1",
                headers: Headers::default(),
                body: Bytes::new(),
                wire_size: 0,
            },
            timings: Timings::default(),
            incomplete: None,
        };
        let replay = Replay::new(vec![Ok(exchange(200)), Ok(exchange(404))]);
        let mut statuses = Vec::new();
        while let Ok(exchange) = replay.send(request()).await {
            statuses.push(exchange.response.status);
        }
        assert_eq!(statuses, [200, 404]);
        assert_eq!(replay.send(request()).await, Err(Error::new(Phase::Request, "no recorded response is left")));
    }
}
