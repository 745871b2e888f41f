//! Forwards requests, and validates and records the exchanges.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::time::Instant;

use crate::budget::Budget;
use crate::contract::server::ServerPath;
use crate::contract::{Breach, Contract, Location, Rule, judge};
use crate::http::{Exchange, Headers, Request, Response};
use crate::mock::routing::{self, Routed};
use crate::mock::served::{Handling, Served};
use crate::mock::{origin, problem_details, violation};
use crate::severity::Severity;
use crate::transport::network::{Network, OpenResponse};
use crate::transport::{self, Phase, Transport};

use super::address::{self, TargetAddress};
use super::exchange_file::ExchangeFile;
use super::headers;
use super::incoming::{self, IncomingRequest};
use super::recorded::{RecordedExchange, Unanswered, without_response};

/// Headers of lines with a location that is rewritten for the client.
const LOCATIONS: [&str; 2] = ["location", "content-location"];

/// A validating, recording proxy.
pub(crate) struct Proxy {
    contract: Arc<Contract>,
    network: Network,
    options: ProxyOptions,
    target: TargetAddress,
    /// Paths that may precede those of the contract, the most specific first.
    servers: Vec<ServerPath>,
    recording: Mutex<Option<ExchangeFile>>,
    started: Instant,
}

/// How a proxy forwards and judges.
pub(crate) struct ProxyOptions {
    /// The base URL of the target.
    pub target: url::Url,
    /// Headers that are added to requests.
    pub headers: TargetHeaders,
    /// Methods that may be forwarded; empty means all.
    pub allow: Vec<String>,
    /// Severity of the check of a rule of responses; none if it is disabled.
    pub severity: Box<dyn Fn(Rule) -> Option<Severity> + Send + Sync>,
    /// Whether only this machine can reach the proxy.
    pub is_loopback: bool,
}

/// Headers of the target, which are added to requests that do not have them.
#[derive(Debug, Default)]
pub(crate) struct TargetHeaders {
    /// Without a secret.
    pub public: Headers,
    /// With a secret: not added to requests of pages of other sites.
    pub secret: Headers,
}

impl Proxy {
    /// A proxy that forwards over `network`, validates against `contract` and records into `recording`.
    pub(crate) fn new(
        contract: Arc<Contract>,
        network: Network,
        options: ProxyOptions,
        recording: ExchangeFile,
    ) -> Self {
        let target = TargetAddress::new(options.target.clone());
        let mut servers = routing::server_paths(&contract);
        if !target.path().is_empty() {
            servers.push(ServerPath::from_path(target.path()));
            ServerPath::sort(&mut servers);
        }
        Self {
            contract,
            network,
            options,
            target,
            servers,
            recording: Mutex::new(Some(recording)),
            started: Instant::now(),
        }
    }

    /// The contract that exchanges are validated against.
    pub(crate) fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// The budget of the client's responses.
    pub(crate) fn budget(&self) -> Budget {
        self.network.budget()
    }

    /// Takes the recording; later exchanges are not recorded.
    pub(crate) fn take_recording(&self) -> Option<ExchangeFile> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Validates a request. Its trailers are forwarded only.
    pub(crate) fn receive(&self, received: Request, trailers: Headers) -> IncomingRequest {
        let received = Request { url: address::encoded(&received.url), ..received };
        let is_foreign = origin::is_foreign(&received.headers, self.options.is_loopback);
        let (mut operation, mut name, mut not_checked, mut notes) = (None, None, Vec::new(), Vec::new());
        // The target's headers belong to the request as much as those of the client.
        let (content, undecoded) = match incoming::decoded(&received, self.network.max_body()) {
            Ok(content) => (content, None),
            Err(reason) => (received.clone(), Some(reason)),
        };
        let mut whole = content.clone();
        self.added(is_foreign).for_each(|headers| whole.headers.add_missing(headers));
        let (case_url, breaches) = match routing::route(&self.contract, &self.servers, &whole) {
            Routed::Operation { operation: found, request, path } => {
                let mut judged = judge::routed_request(&self.contract, found, &path, &request);
                not_checked.extend(judged.not_checked.drain(..).map(|one| one.reason));
                (operation, name) = (Some(found.index), Some(found.name.clone()));
                let is_known = |breach: &&Breach| undecoded.is_none() || !matches!(breach.location, Location::Body(_));
                not_checked.extend(undecoded.clone());
                let advice = violation::take_advice(&mut judged);
                notes.extend(advice.iter().filter(is_known).map(|one| format!("request: {}", violation::warn(one))));
                (request.url.clone(), judged.breaches.iter().filter(is_known).map(violation::describe).collect())
            }
            Routed::Response(response) => {
                let mut violations = response.violations;
                // Servers answer OPTIONS themselves, of paths that no contract describes as well.
                if received.method == "OPTIONS" {
                    violations.clear();
                    let reason = format!("the contract does not describe {}", received.method);
                    not_checked.push(reason);
                }
                (self.target.below(&received.url, &self.servers), violations)
            }
        };
        let is_verbatim = operation.is_some() && case_url == received.url;
        let forwarded_url =
            if is_verbatim { case_url.clone() } else { self.target.below(&received.url, &self.servers) };
        IncomingRequest {
            received,
            trailers,
            content,
            operation,
            name,
            case_url,
            forwarded_url,
            breaches,
            not_checked,
            notes,
            is_foreign,
        }
    }

    /// The target's headers for a request; a page of another site gets no secret.
    fn added(&self, is_foreign: bool) -> impl Iterator<Item = &Headers> {
        let TargetHeaders { public, secret } = &self.options.headers;
        std::iter::once(public).chain(Some(secret).filter(|_| !is_foreign))
    }

    /// Forwards a request, and returns the response after its header section; else the proxy's own response, with its line of the
    /// log.
    pub(crate) async fn forward(&self, incoming: &IncomingRequest) -> Result<OpenResponse, Box<(Response, Served)>> {
        let received = &incoming.received;
        if let Some(reason) = headers::tunnel(&received.method, &received.headers) {
            // No document describes a tunnel: its request violates none.
            let (response, served) = *not_forwarded(incoming, 501, "Not Implemented", reason);
            let (request_breaches, not_checked) = (Vec::new(), Vec::new());
            let served = Served { request_breaches, not_checked, is_request_unchecked: false, ..served };
            return Err(Box::new((response, served)));
        }
        let allow = &self.options.allow;
        if !allow.is_empty() && !allow.contains(&received.method) {
            let reason = format!("the target allows only {} (`allow`)", allow.join(", "));
            self.record_unanswered(incoming, Unanswered::excused(&format!("not forwarded: {reason}")));
            return Err(not_forwarded(incoming, 403, "Forbidden", &reason));
        }
        let (request, trailers) = self.outgoing(incoming);
        self.network.open(request, &trailers).await.map_err(|error| match error.phase {
            Phase::Request => not_forwarded(incoming, 400, "Bad Request", &error.message),
            _ => {
                self.record_unanswered(incoming, Unanswered::from_error(&error));
                no_response(incoming, &error)
            }
        })
    }

    /// The request as the target receives it, and its trailers.
    fn outgoing(&self, incoming: &IncomingRequest) -> (Request, Headers) {
        let received = &incoming.received;
        let mut headers = headers::of_request(&received.headers, self.options.target.scheme());
        let trailers = headers::end_to_end(&incoming.trailers);
        if !trailers.is_empty() && headers.get("trailer").is_none() {
            // HTTP/1.1 sends only trailers that are announced; HTTP/2 needs no announcement.
            headers.append("trailer", trailers.iter().map(|(name, _)| name).collect::<Vec<_>>().join(", "));
        }
        self.added(incoming.is_foreign).for_each(|added| headers.add_missing(added));
        let url = incoming.forwarded_url.clone();
        let request = Request {
            method: received.method.clone(),
            url,
            headers,
            body: received.body.clone(),
            ..Request::default()
        };
        (request, trailers)
    }

    /// Records a request that the proxy did not wait for, since it stops; returns its line of the log.
    pub(crate) fn abandon(&self, incoming: &IncomingRequest) -> Served {
        let message = "not received before the proxy stopped";
        let error = transport::Error::new(Phase::FirstByte, format!("response {message}"));
        self.record_unanswered(incoming, Unanswered::from_error(&error));
        let note = format!("response: {message}");
        Served { handling: Handling::NoResponse, ..with_note(incoming.served(0), note) }
    }

    /// Records a request whose client did not wait for the response; returns its line of the log.
    pub(crate) fn cancel(&self, incoming: &IncomingRequest) -> Served {
        let message = "the client closed the connection before the response";
        self.record_unanswered(incoming, Unanswered::excused(message));
        Served { handling: Handling::Cancelled, ..with_note(incoming.served(0), format!("request: {message}")) }
    }

    /// The header section of a response for the client.
    pub(crate) fn head(&self, open: &OpenResponse) -> Response {
        let local = |(name, value): (&str, &str)| match LOCATIONS.iter().any(|other| name.eq_ignore_ascii_case(other)) {
            true => (name.to_owned(), self.target.local(value)),
            false => (name.to_owned(), value.to_owned()),
        };
        let mut response = problem_details::response(open.status(), None, "");
        for (name, value) in headers::end_to_end(open.headers()).iter().map(local) {
            response.headers.append(name, value);
        }
        response
    }

    /// Validates and records an exchange that has ended; returns its line of the log.
    pub(crate) fn complete(&self, incoming: &IncomingRequest, open: OpenResponse) -> Served {
        let mut served = incoming.served(open.status());
        let headers = open.headers().clone();
        if incoming.is_foreign && self.options.headers.secret.iter().next().is_some() {
            served.notes.push("request: cross-origin, forwarded without the target's secret headers".to_owned());
        }
        match open.finish() {
            Err(error) => {
                served.handling = Handling::NoResponse;
                served.notes.push(format!("response: {}", error.message));
                let sent = without_response(self.outgoing(incoming).0, error.status, error.headers.clone());
                self.record(incoming, sent, Some(Unanswered::from_error(&error)));
                served.messages.push((headers, Bytes::new()));
            }
            Ok(exchange) => {
                served.messages.push((headers, exchange.response.body.clone()));
                let operation = incoming.operation.and_then(|index| self.contract.operations.get(index));
                let judged = judge::exchange(&self.contract, operation, &exchange);
                for breach in &judged.breaches {
                    let line = format!("response: {}", violation::describe_with_value(breach));
                    match (self.options.severity)(breach.rule) {
                        Some(Severity::Error) => served.response_breaches.push(line),
                        Some(Severity::Warning) => served.notes.push(format!("warning: {line}")),
                        None => {}
                    }
                }
                if operation.is_some() {
                    let reasons = judged.not_checked.iter().map(|one| format!("response: {}", one.reason));
                    served.not_checked.extend(reasons);
                }
                self.record(incoming, exchange, None);
            }
        }
        served
    }

    fn record_unanswered(&self, incoming: &IncomingRequest, unanswered: Unanswered) {
        let sent = without_response(self.outgoing(incoming).0, None, Headers::default());
        self.record(incoming, sent, Some(unanswered));
    }

    fn record(&self, incoming: &IncomingRequest, sent: Exchange, unanswered: Option<Unanswered>) {
        let Request { method, body, .. } = &incoming.content;
        let case = Request {
            method: method.clone(),
            url: incoming.case_url.clone(),
            headers: incoming.case_headers(),
            body: body.clone(),
            ..Request::default()
        };
        if let Some(recording) = &mut *self.recording.lock().unwrap_or_else(PoisonError::into_inner) {
            let breaches = incoming.breaches.clone();
            let mut recorded = RecordedExchange { case, sent, unanswered, started: self.started.elapsed(), breaches };
            recorded.started = recorded.started.saturating_sub(recorded.took());
            recording.push(&recorded);
        }
    }
}

fn with_note(mut served: Served, note: String) -> Served {
    served.notes.push(note);
    served
}

fn not_forwarded(incoming: &IncomingRequest, status: u16, title: &str, reason: &str) -> Box<(Response, Served)> {
    let mut served = incoming.served(status);
    served.handling = Handling::NotForwarded;
    served.notes.push(reason.to_owned());
    Box::new((problem_details::problem(status, title, reason, &[]), served))
}

fn no_response(incoming: &IncomingRequest, error: &transport::Error) -> Box<(Response, Served)> {
    let mut served = incoming.served(502);
    served.handling = Handling::NoResponse;
    served.notes.push(format!("response: {}", error.message));
    Box::new((problem_details::problem(502, "Bad Gateway", &error.message, &[]), served))
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy").field("target", &self.target).finish_non_exhaustive()
    }
}
