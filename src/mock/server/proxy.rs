//! Forwards requests to a target and returns its responses; every exchange is validated and recorded.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::contract::{Contract, Operation, judge};
use crate::http::{Exchange, Headers, Request, Response};
use crate::mock::response::MockResponse;
use crate::mock::routing::{self, Routed};
use crate::mock::{problem_details, violation};
use crate::transport::network::Network;
use crate::transport::{self, Transport};

/// Headers of one hop (RFC 9110 §7.6.1), and those that the next connection sets itself.
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
/// Maximum number of recorded exchanges, and the maximum total size of their bodies in bytes.
const MAX_EXCHANGES: usize = 10_000;
const MAX_BYTES: usize = 64 << 20;

/// A validating, recording proxy.
#[derive(Debug)]
pub(crate) struct Proxy {
    contract: Arc<Contract>,
    network: Network,
    /// Added to every request that does not have them.
    headers: Headers,
    prefixes: Vec<String>,
    recorded: Mutex<RecordedExchanges>,
    unanswered: AtomicUsize,
    invalid: AtomicUsize,
}

/// Forwarded exchanges, in order of their responses.
#[derive(Debug, Default)]
pub(crate) struct RecordedExchanges {
    /// The completed exchanges.
    pub exchanges: Vec<Exchange>,
    /// How many more were not recorded, beyond the limits.
    pub others: usize,
    bytes: usize,
}

impl Proxy {
    /// A proxy that forwards over `network` with the target's `headers`, and validates against `contract`.
    pub(crate) fn new(contract: Arc<Contract>, network: Network, headers: Headers) -> Self {
        let prefixes = routing::prefixes(&contract);
        let (unanswered, invalid) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { contract, network, headers, prefixes, recorded: Mutex::default(), unanswered, invalid }
    }

    /// The contract that exchanges are validated against.
    pub(crate) fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// Takes the exchanges recorded so far.
    pub(crate) fn take_exchanges(&self) -> RecordedExchanges {
        std::mem::take(&mut *self.recorded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Number of requests without a response.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// Number of requests that violate the contract.
    pub(crate) fn invalid_requests(&self) -> usize {
        self.invalid.load(Ordering::Relaxed)
    }

    pub(crate) async fn respond(&self, request: Request) -> MockResponse {
        let (operation, mut violations) = self.validate(&request);
        self.invalid.fetch_add(usize::from(!violations.is_empty()), Ordering::Relaxed);
        violations.iter_mut().for_each(|line| line.insert_str(0, "request: "));
        let mut forwarded = Request { headers: end_to_end(&request.headers), ..request };
        forwarded.headers.add_missing(&self.headers);
        let response = match self.network.send(forwarded).await {
            Ok(exchange) => self.completed(exchange, operation, &mut violations),
            Err(error) => self.failed(&error, &mut violations),
        };
        MockResponse {
            operation: operation.map(|operation| operation.name.clone()),
            ..MockResponse::new(response, violations)
        }
    }

    /// The operation that the request addresses, and its violations.
    fn validate(&self, request: &Request) -> (Option<&Operation>, Vec<String>) {
        match routing::route(&self.contract, &self.prefixes, request) {
            Routed::Response(response) => (None, response.violations),
            Routed::Operation { operation, request, path } => {
                let judged = judge::routed_request(&self.contract, operation, &path, &request);
                (Some(operation), judged.breaches.iter().map(violation::describe).collect())
            }
        }
    }

    fn completed(&self, exchange: Exchange, operation: Option<&Operation>, violations: &mut Vec<String>) -> Response {
        if let Some(operation) = operation {
            let Exchange { request, response, .. } = &exchange;
            let judged = judge::response(&self.contract, operation, &request.method, response);
            let lines = judged.breaches.iter().map(|breach| format!("response: {}", violation::describe(breach)));
            violations.extend(lines);
        }
        let response = decoded(&exchange.response);
        self.record(exchange);
        response
    }

    fn failed(&self, error: &transport::Error, violations: &mut Vec<String>) -> Response {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        violations.push(format!("response: {}", error.message));
        problem_details::problem(502, "Bad Gateway", &error.message, &[])
    }

    fn record(&self, mut exchange: Exchange) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = exchange.response.body.len() + exchange.request.body.as_ref().map_or(0, Bytes::len);
        // A case cannot express a request whose URL is not a path.
        let is_path = exchange.request.url.starts_with('/');
        if !is_path || recorded.exchanges.len() == MAX_EXCHANGES || recorded.bytes + bytes > MAX_BYTES {
            recorded.others += 1;
            return;
        }
        recorded.bytes += bytes;
        // Copied: the original bytes are part of the budget for bodies being read.
        exchange.request.body = exchange.request.body.map(|body| Bytes::copy_from_slice(&body));
        recorded.exchanges.push(exchange);
    }
}

fn end_to_end(headers: &Headers) -> Headers {
    let is_end_to_end = |name: &str| !HOP.iter().any(|hop| name.eq_ignore_ascii_case(hop));
    headers.iter().filter(|(name, _)| is_end_to_end(name)).collect()
}

/// The response for the client, whose body the transport has decoded.
fn decoded(response: &Response) -> Response {
    let mut headers = end_to_end(&response.headers);
    headers.remove("content-encoding");
    Response { headers, ..response.clone() }
}
