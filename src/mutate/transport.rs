//! A transport that changes the responses of the mock. As long as the requests are those of the unmutated run, it returns the
//! recorded responses and the mock does nothing; with the first other request, the mock catches up and responds from then on.

use std::cell::Cell;

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::server::ServerPath;
use crate::http::{Exchange, Request};
use crate::mock::direct::{Checkpoint, Direct};
use crate::transport::{Error, Phase, Transport};

use super::clock;
use super::response_mutant::ResponseMutant;
use super::unmutated::{Sent, operation};

/// Maximum number of requests that the cases send to one mutant: a poll that a mutant does not let end is stopped.
const MAX_SENT: usize = 20_000;

/// Where responses come from.
pub(crate) struct Source<'s> {
    /// The contract.
    pub contract: &'s Contract,
    /// Paths of its servers.
    pub servers: &'s [ServerPath],
    /// The mock.
    pub direct: &'s Direct,
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
    sent: SentRequests,
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
        let (position, sent, is_different) = (Cell::new(0), SentRequests::default(), Cell::new(false));
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
        sent.get(position).filter(|next| next.exchange.request == *request && position < self.replayable)
    }

    /// The mock handles what was replayed so far.
    fn go_live(&self) {
        self.is_live.set(true);
        let direct = self.source.direct;
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
        self.sent.count()?;
        clock::advance().await;
        let Source { contract, servers, direct } = self.source;
        let exchange = match self.recorded(&request) {
            Some(sent) => replayed(contract, sent, request, self.mutant),
            None => {
                if !self.is_live.get() {
                    self.go_live();
                }
                let exchange = direct.send(request).await?;
                self.compare(&exchange);
                let operation = operation(contract, servers, &exchange.request);
                mutated(contract, operation, exchange, None, self.mutant)
            }
        };
        self.position.set(self.position.get() + 1);
        Ok(exchange)
    }
}

/// Number of requests that were sent to one mutant.
#[derive(Debug, Default)]
pub(crate) struct SentRequests(Cell<usize>);

impl SentRequests {
    /// Counts one more request. Fails beyond the limit.
    pub(crate) fn count(&self) -> Result<(), Error> {
        self.0.set(self.0.get() + 1);
        if self.0.get() <= MAX_SENT {
            return Ok(());
        }
        Err(Error::new(Phase::FirstByte, format!("more than {MAX_SENT} requests were sent to one mutant")))
    }
}

/// A recorded exchange with the change of the mutant, as the response to `request`.
pub(crate) fn replayed(
    contract: &Contract,
    sent: &Sent,
    request: Request,
    mutant: Option<&ResponseMutant>,
) -> Exchange {
    let exchange = Exchange { request, ..sent.exchange.clone() };
    mutated(contract, sent.operation, exchange, sent.body.as_ref(), mutant)
}

/// The exchange with the change of the mutant. `body` is the JSON of the response; without it, the response is parsed.
fn mutated(
    contract: &Contract,
    operation: Option<usize>,
    mut exchange: Exchange,
    body: Option<&Value>,
    mutant: Option<&ResponseMutant>,
) -> Exchange {
    let Some(mutant) = mutant.filter(|mutant| mutant.matches(operation, exchange.response.status)) else {
        return exchange;
    };
    let parsed: Option<Value> = match body {
        Some(_) => None,
        None => serde_json::from_slice(&exchange.response.body).ok(),
    };
    let changed = mutant.apply(contract, &exchange.request, &exchange.response, body.or(parsed.as_ref()));
    exchange.response = changed.map_or(exchange.response, |changed| changed.response);
    exchange
}
