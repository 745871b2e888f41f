//! One client connection: reads requests, sends responses, and breaks them as faults require.

use std::cell::Cell;
use std::future::{Future, pending};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::Version;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::budget::Budget;
use crate::http::{ClientCertificate, Headers, NO_CERTIFICATE, Request, Response};
use crate::mock::faults::broken_response::{BrokenResponse, break_stream};
use crate::mock::faults::effect::{FaultEffect, TransmissionFault};
use crate::mock::proxy::{ForwardedBody, IncomingRequest};
use crate::mock::response::MockResponse;
use crate::mock::served::{Handling, Served};

use super::head_budget::{HeadGauge, HeldHead, decoded_size};
use super::limits::{HEAD_COPIES, MAX_HEADER_BYTES, MAX_LOGGED, MAX_STREAMS, READ_TIMEOUT, WINDOW};
use super::request_reader::RequestReader;
use super::service::{Handled, Server};
use super::stream::{BreakableStream, PendingBreak, ResettableStream};
use super::wire::{self, SentBody, WireResponse};

/// Handles the connections of one listener.
pub(crate) struct ConnectionHandler {
    server: Arc<Server>,
    tls: Option<TlsAcceptor>,
    builder: auto::Builder<LocalExecutor>,
    started: Instant,
    reader: RequestReader,
    budget: Budget,
    log: Box<dyn Fn(Served)>,
    is_abandoning: Cell<bool>,
}

impl ConnectionHandler {
    /// The clock of the server starts now. `log` is called for every request.
    pub(crate) fn new(server: Arc<Server>, log: Box<dyn Fn(Served)>) -> Self {
        let tls = server.certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config()));
        let budget = server.budget();
        let reader = RequestReader::new(budget.clone(), server.max_body);
        Self {
            server,
            tls,
            builder: builder(),
            started: Instant::now(),
            reader,
            budget,
            log,
            is_abandoning: Cell::new(false),
        }
    }

    /// Waits for no request any longer: those in flight are logged as unanswered when they are dropped.
    pub(crate) fn abandon(&self) {
        self.is_abandoning.set(true);
    }

    /// Handles one connection until it ends.
    pub(crate) async fn handle(self: Rc<Self>, stream: TcpStream, watcher: Watcher) {
        match &self.tls {
            None => self.clone().requests(stream, ClientCertificate::Unknown, watcher).await,
            // Boxed, so that connections without TLS take no memory for it.
            Some(tls) => Box::pin(self.clone().with_tls(stream, tls, watcher)).await,
        }
    }

    async fn with_tls(self: Rc<Self>, stream: TcpStream, tls: &TlsAcceptor, watcher: Watcher) {
        if let Ok(Ok(stream)) = timeout(READ_TIMEOUT, tls.accept(stream)).await {
            let has_one = stream.get_ref().1.peer_certificates().is_some();
            let certificate = match has_one {
                true => ClientCertificate::Present(0),
                false if self.requests_certificates() => ClientCertificate::Absent,
                false => ClientCertificate::Unknown,
            };
            self.requests(stream, certificate, watcher).await;
        }
    }

    fn requests_certificates(&self) -> bool {
        self.server.certificate.as_ref().is_some_and(|certificate| certificate.requests_certificates)
    }

    /// The client certificate of a request on a connection with this one.
    fn certificate(&self, of_connection: ClientCertificate, headers: &mut Headers) -> ClientCertificate {
        match (self.server.has_own_client, headers.get(NO_CERTIFICATE).is_some()) {
            (false, _) => of_connection,
            (true, false) => ClientCertificate::Present(0),
            (true, true) => {
                headers.remove(NO_CERTIFICATE);
                ClientCertificate::Absent
            }
        }
    }

    /// Handles the requests of one connection. It is closed if the first request does not arrive in time.
    async fn requests<S: ResettableStream + 'static>(
        self: Rc<Self>,
        stream: S,
        certificate: ClientCertificate,
        watcher: Watcher,
    ) {
        let (pending_break, begun) = (PendingBreak::default(), Rc::new(Cell::new(false)));
        let gauge = HeadGauge::new(self.budget.clone());
        let stream = BreakableStream::new(stream, gauge.clone(), pending_break.clone());
        let service = service_fn(|request| {
            begun.set(true);
            let held = gauge.hold(decoded_size(&request));
            let (handler, pending_break) = (self.clone(), pending_break.clone());
            async move {
                let held = held?;
                match handler.server.proxy().is_some() {
                    true => handler.forward(request, held).await,
                    false => {
                        let sent = handler.request(request, certificate, held, &pending_break).await;
                        sent.map(|sent| sent.map(SentBody::Whole))
                    }
                }
            }
        });
        let idle = async {
            sleep(READ_TIMEOUT).await;
            if begun.get() {
                pending::<()>().await;
            }
        };
        tokio::select! {
            // Errors of a connection are the client's: no one else needs them.
            _ = watcher.watch(self.builder.serve_connection(TokioIo::new(stream), service)) => {}
            () = idle => {}
        }
    }

    /// Forwards one request, and passes the response on while it is received.
    async fn forward(
        self: Rc<Self>,
        request: hyper::Request<Incoming>,
        held: HeldHead,
    ) -> io::Result<hyper::Response<SentBody>> {
        let Some(proxy) = self.server.proxy() else { return Err(io::ErrorKind::Unsupported.into()) };
        let (request, trailers) = match self.reader.read(request, &held).await {
            Ok(read) => read,
            Err(refusal) => return Ok(self.not_forwarded(*refusal, &held)),
        };
        let incoming = proxy.receive(request, trailers);
        let Ok(waiting) = self.budget.reserve(incoming.memory()) else {
            return Ok(self.not_forwarded((incoming.into_request(), overloaded()), &held));
        };
        let in_flight = InFlight { handler: &self, incoming: Some(&incoming) };
        let forwarded = proxy.forward(&incoming).await;
        in_flight.end();
        let open = match forwarded {
            Ok(open) => open,
            Err(own) => {
                let (response, served) = *own;
                (self.log)(served);
                return Ok(wire::encode(closing(response, &held)).1.map(SentBody::Whole));
            }
        };
        let Ok(opened) = self.budget.reserve(open.headers().size() * HEAD_COPIES) else {
            return Ok(self.not_forwarded((incoming.into_request(), overloaded()), &held));
        };
        let head = closing(proxy.head(&open), &held);
        let handler = self.clone();
        let on_end = move |open| {
            if let Some(proxy) = handler.server.proxy() {
                (handler.log)(proxy.complete(&incoming, open));
            }
            drop((held, waiting, opened));
        };
        let body = ForwardedBody::new(open, Box::new(on_end));
        Ok(wire::encode(head).1.map(|_| SentBody::Forwarded(body)))
    }

    /// Logs a request that could not be read.
    fn not_forwarded(&self, (request, refused): (Request, MockResponse), held: &HeldHead) -> hyper::Response<SentBody> {
        let Request { method, url, headers, body, .. } = request;
        let (status, handling) = (refused.response.status, Handling::NotForwarded);
        let notes = refused.violations.into_iter().chain(refused.not_checked).collect();
        let messages = vec![(headers, body.unwrap_or_default())];
        (self.log)(Served { method, url, status, handling, notes, messages, ..Served::default() });
        wire::encode(closing(refused.response, held)).1.map(SentBody::Whole)
    }

    /// Handles one request; an error aborts the exchange.
    async fn request(
        &self,
        request: hyper::Request<Incoming>,
        certificate: ClientCertificate,
        held: HeldHead,
        pending_break: &PendingBreak,
    ) -> io::Result<WireResponse> {
        let version = request.version();
        let (request, responded) = match self.reader.read(request, &held).await {
            Ok((mut request, _)) => {
                request.certificate = self.certificate(certificate, &mut request.headers);
                let elapsed = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
                match self.server.handle(request, elapsed) {
                    Handled::Service(request, response) => (request, response),
                    Handled::Admin(response) => {
                        return Ok(wire::encode(closing(self.reader.reserve(response), &held)).1);
                    }
                }
            }
            Err(refusal) => *refusal,
        };
        let MockResponse { response, violations, not_checked, notes, decoded, operation, effect, .. } = responded;
        let Request { method, url, headers, body, .. } = request;
        // While the response is delayed or read slowly, only the response stays in memory: a large request is dropped before memory is
        // reserved for it, unless the log may contain values of it.
        let is_logged = |body: &Bytes| {
            body.len() <= MAX_LOGGED || ![&violations, &not_checked, &notes].into_iter().all(Vec::is_empty)
        };
        let body = decoded.or(body).unwrap_or_default();
        let mut sizes = vec![body.len()];
        let body = Some(body).filter(is_logged).unwrap_or_default();
        let (response, sent) = wire::encode(closing(self.reader.reserve(response), &held));
        let FaultEffect { delay, stall, transmission, applied, .. } = effect;
        let mut messages = vec![(headers, body)];
        if self.server.admin.is_some() {
            sizes.push(response.body.len());
            messages.push(journaled(&response));
        }
        (self.log)(Served {
            method,
            url,
            operation,
            status: response.status,
            request_breaches: violations,
            is_request_unchecked: !not_checked.is_empty(),
            not_checked,
            notes,
            faults: applied,
            messages,
            sizes,
            ..Served::default()
        });
        drop(held);
        wait(delay, stall).await;
        match transmission {
            None => Ok(sent),
            // Breaks this stream only. Garbage cannot be limited to a stream.
            Some(fault) if version == Version::HTTP_2 && fault != TransmissionFault::Garbage => {
                break_stream(fault, sent)
            }
            Some(fault) => {
                *pending_break.borrow_mut() = Some(BrokenResponse::new(fault, &response));
                Ok(sent)
            }
        }
    }
}

/// The response, which closes the connection if there is no memory to keep it open (RFC 9112 §9.6).
fn closing(mut response: Response, held: &HeldHead) -> Response {
    if !held.may_stay_open() {
        response.headers.set("connection", "close");
    }
    response
}

/// A forwarded request without a response so far. When it is dropped, either the server or the client does not wait any longer.
struct InFlight<'a> {
    handler: &'a ConnectionHandler,
    incoming: Option<&'a IncomingRequest>,
}

impl InFlight<'_> {
    /// The request is logged elsewhere.
    fn end(mut self) {
        self.incoming = None;
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let (Some(incoming), Some(proxy)) = (self.incoming, self.handler.server.proxy()) {
            let is_abandoning = self.handler.is_abandoning.get();
            (self.handler.log)(if is_abandoning { proxy.abandon(incoming) } else { proxy.cancel(incoming) });
        }
    }
}

/// Waits as long as rules and faults delay a response; forever if it is to `stall`.
async fn wait(delay: Duration, stall: bool) {
    if !delay.is_zero() {
        sleep(delay).await;
    }
    if stall {
        pending::<()>().await;
    }
}

/// A response for the journal, without a large body.
fn journaled(response: &Response) -> (Headers, Bytes) {
    let body = Some(&response.body).filter(|body| body.len() <= MAX_LOGGED).cloned();
    (response.headers.clone(), body.unwrap_or_default())
}

/// The refusal of a request that there is no memory to forward.
fn overloaded() -> MockResponse {
    MockResponse::beyond_limits(503, "Service Unavailable", "too many requests at the same time".to_owned())
}

/// Runs the tasks of HTTP/2 on the thread of the server.
#[derive(Debug, Clone, Copy)]
struct LocalExecutor;

impl<F: Future<Output = ()> + 'static> hyper::rt::Executor<F> for LocalExecutor {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}

fn builder() -> auto::Builder<LocalExecutor> {
    let mut builder = auto::Builder::new(LocalExecutor);
    let mut http1 = builder.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(READ_TIMEOUT);
    http1.max_buf_size(MAX_HEADER_BYTES);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(READ_TIMEOUT).max_concurrent_streams(MAX_STREAMS);
    http2.initial_stream_window_size(WINDOW).initial_connection_window_size(WINDOW * 4);
    http2.max_header_list_size(u32::try_from(MAX_HEADER_BYTES).unwrap_or(u32::MAX));
    builder
}
