//! A transport that changes the responses of the mock. As long as the requests are those of the unmutated run, it returns the
//! recorded responses and the mock does nothing; with the first other request, the mock catches up and responds from then on.

use std::cell::{Cell, RefCell};

use crate::contract::Contract;
use crate::contract::server::ServerPath;
use crate::http::{Exchange, Request};
use crate::mock::direct::{Checkpoint, Direct};
use crate::transport::{Error, Phase, Transport};

use super::clock;
use super::response_mutant::ResponseMutant;
use super::unmutated::{Sent, operation};

/// Maximum number of requests that the cases send to one mutant: a poll that a mutant does not let end is stopped.
pub(crate) const MAX_SENT: usize = 20_000;

/// Where responses come from.
pub(crate) struct Source<'s> {
    /// The contract.
    pub contract: &'s Contract,
    /// Paths of its servers.
    pub servers: &'s [ServerPath],
    /// The mock; none if only recorded responses exist.
    pub direct: Option<&'s Direct>,
}

/// Sends the requests of one story to a mutant.
pub(crate) struct MutatingTransport<'m> {
    source: &'m Source<'m>,
    /// State before the story, and its exchanges; none if the mock responds from the start.
    recorded: Option<(&'m Checkpoint, &'m [Sent])>,
    /// The change of responses, if the mutant is one.
    mutant: Option<&'m ResponseMutant>,
    position: Cell<usize>,
    is_live: Cell<bool>,
    /// How many of the recorded responses may be replayed.
    replayable: usize,
    sent: RefCell<usize>,
    is_different: Cell<bool>,
}

impl<'m> MutatingTransport<'m> {
    /// A transport for a story whose unmutated exchanges are `recorded`, of which the first `replayable` do not depend on the mutant.
    pub(crate) fn new(
        source: &'m Source<'m>,
        recorded: Option<(&'m Checkpoint, &'m [Sent])>,
        replayable: usize,
        mutant: Option<&'m ResponseMutant>,
    ) -> Self {
        let is_live = Cell::new(recorded.is_none());
        let (position, sent, is_different) = (Cell::new(0), RefCell::new(0), Cell::new(false));
        Self { source, recorded, mutant, position, is_live, replayable, sent, is_different }
    }

    /// Whether the mock has responded itself, so that its state is that of the mutant.
    pub(crate) fn is_live(&self) -> bool {
        self.is_live.get()
    }

    /// Whether a response of the mock was not that of the unmutated run.
    pub(crate) fn is_different(&self) -> bool {
        self.is_different.get()
    }

    /// Compares a response of the mock with that at its position in the unmutated run.
    fn compare(&self, exchange: &Exchange) {
        let recorded = self.recorded.and_then(|(_, sent)| sent.get(self.position.get()));
        let is_same = recorded.is_some_and(|sent| {
            let (one, other) = (&sent.exchange.response, &exchange.response);
            (one.status, &one.body) == (other.status, &other.body)
        });
        self.is_different.set(self.is_different.get() || !is_same);
    }

    fn recorded(&self, request: &Request) -> Option<&'m Sent> {
        let (_, sent) = self.recorded.filter(|_| !self.is_live.get())?;
        let position = self.position.get();
        let next = sent.get(position).filter(|next| next.exchange.request == *request && position < self.replayable);
        // Without a mock, the response to another request is that of its position.
        next.or_else(|| if self.source.direct.is_none() { sent.get(position).or(sent.last()) } else { None })
    }

    /// The mock handles what was replayed so far.
    fn go_live(&self, direct: &Direct) {
        self.is_live.set(true);
        let Some((before, sent)) = self.recorded else { return };
        direct.resume(before);
        let position = self.position.get();
        for sent in sent.iter().take(position) {
            direct.catch_up(&sent.exchange.request, sent.elapsed);
        }
        // The next request is received when it was received unmutated.
        let next = sent.get(position).map(|next| next.elapsed);
        direct.set_elapsed(next.unwrap_or_else(|| direct.elapsed().saturating_add(clock::STEP)));
    }
}

impl Transport for MutatingTransport<'_> {
    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        self.sent.replace_with(|sent| *sent + 1);
        if *self.sent.borrow() > MAX_SENT {
            return Err(Error::new(Phase::FirstByte, format!("more than {MAX_SENT} requests were sent to one mutant")));
        }
        clock::advance().await;
        let (mut exchange, operation, body) = match (self.recorded(&request), self.source.direct) {
            (Some(sent), _) => {
                let exchange = Exchange { request, ..sent.exchange.clone() };
                (exchange, sent.operation, sent.body.clone())
            }
            (None, Some(direct)) => {
                if !self.is_live.get() {
                    self.go_live(direct);
                }
                let exchange = direct.send(request).await?;
                self.compare(&exchange);
                let operation = operation(self.source.contract, self.source.servers, &exchange.request);
                (exchange, operation, None)
            }
            (None, None) => return Err(Error::new(Phase::FirstByte, "no response was recorded for the request")),
        };
        self.position.set(self.position.get() + 1);
        if let Some(mutant) = self.mutant.filter(|mutant| mutant.matches(operation, exchange.response.status))
            && let Some(operation) = operation.and_then(|index| self.source.contract.operations.get(index))
        {
            let body = body.or_else(|| serde_json::from_slice(&exchange.response.body).ok());
            let changed = mutant.apply(operation, &exchange.request, &exchange.response, body.as_ref());
            exchange.response = changed.unwrap_or(exchange.response);
        }
        Ok(exchange)
    }
}
