//! Forwards requests to a target and hands its answers back; every exchange is judged and kept.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::contract::Contract;
use crate::contract::judge;
use crate::http::{Exchange, Headers, Request, Response};
use crate::transport::Transport;
use crate::transport::network::Network;

use crate::mock::problem_details;
use crate::mock::respond::{Answered, violation};
use crate::mock::routing::{self, Routed};

/// Headers that are between two neighbours (RFC 9110 §7.6.1), or that the next connection sets for itself.
const HOP: [&str; 13] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Exchanges that are kept, and the most bytes of their bodies together.
const MOST: usize = 10_000;
const ROOM: usize = 64 << 20;

/// A client of the target with the contract beside it.
#[derive(Debug)]
pub struct Proxy {
    contract: Arc<Contract>,
    network: Network,
    prefixes: Vec<String>,
    kept: Mutex<RecordedExchanges>,
    unanswered: AtomicUsize,
    invalid: AtomicUsize,
}

/// What passed through, in the order in which the answers came.
#[derive(Debug, Default)]
pub struct RecordedExchanges {
    /// The exchanges that were completed.
    pub exchanges: Vec<Exchange>,
    /// How many more there were than could be kept.
    pub others: usize,
    bytes: usize,
}

impl Proxy {
    /// Judges by `contract` what goes over `network`.
    pub fn new(contract: Arc<Contract>, network: Network) -> Self {
        let prefixes = routing::prefixes(&contract);
        Self {
            contract,
            network,
            prefixes,
            kept: Mutex::default(),
            unanswered: AtomicUsize::new(0),
            invalid: AtomicUsize::new(0),
        }
    }

    /// What it judges by.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// Everything that passed so far; it is forgotten here.
    pub fn take_exchanges(&self) -> RecordedExchanges {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many requests got no answer.
    pub fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// How many requests broke the contract.
    pub fn invalid_requests(&self) -> usize {
        self.invalid.load(Ordering::Relaxed)
    }

    pub(crate) async fn respond(&self, request: Request) -> Answered {
        let (operation, mut said) = match routing::route(&self.contract, &self.prefixes, &request) {
            Routed::Answer(answered) => (None, answered.breaches),
            Routed::Operation(operation, read, path) => {
                let judged = judge::routed(&self.contract, operation, &path, &read);
                (Some(operation), judged.breaches.iter().map(violation).collect())
            }
        };
        self.invalid.fetch_add(usize::from(!said.is_empty()), Ordering::Relaxed);
        said.iter_mut().for_each(|line| line.insert_str(0, "request: "));
        let name = operation.map(|operation| operation.name.clone());
        let forwarded = Request { headers: passed(&request.headers), ..request };
        let exchange = match self.network.send(forwarded).await {
            Ok(exchange) => exchange,
            Err(error) => {
                self.unanswered.fetch_add(1, Ordering::Relaxed);
                said.push(format!("answer: {}", error.message));
                let response = problem_details::problem(502, "Bad Gateway", &error.message, &[]);
                return Answered { operation: name, ..Answered::now(response, said) };
            }
        };
        if let Some(operation) = operation {
            let Exchange { request, response, .. } = &exchange;
            let judged = judge::response(&self.contract, operation, &request.method, response);
            said.extend(judged.breaches.iter().map(|breach| format!("answer: {}", violation(breach))));
        }
        let response = returned(&exchange.response);
        self.keep(exchange);
        Answered { operation: name, ..Answered::now(response, said) }
    }

    fn keep(&self, mut exchange: Exchange) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = exchange.response.body.len() + exchange.request.body.as_ref().map_or(0, bytes::Bytes::len);
        // What is no path cannot be written down as a case.
        if !exchange.request.url.starts_with('/') || kept.exchanges.len() == MOST || kept.bytes + bytes > ROOM {
            kept.others += 1;
            return;
        }
        kept.bytes += bytes;
        // A copy: the request's own bytes take room among those that are being read.
        exchange.request.body = exchange.request.body.map(|body| bytes::Bytes::copy_from_slice(&body));
        kept.exchanges.push(exchange);
    }
}

fn passed(headers: &Headers) -> Headers {
    let is_passed = |name: &str| !HOP.iter().any(|hop| name.eq_ignore_ascii_case(hop));
    headers.iter().filter(|(name, _)| is_passed(name)).collect()
}

/// The answer for the client: its body is decoded already.
fn returned(response: &Response) -> Response {
    let mut headers = passed(&response.headers);
    headers.remove("content-encoding");
    Response { headers, ..response.clone() }
}
