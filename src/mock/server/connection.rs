//! One client connection: reads requests, sends responses, and breaks them as faults require.

use std::cell::Cell;
use std::future::{Future, pending};
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use hyper::Version;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::http::Request;
use crate::mock::faults::broken_response::{BrokenResponse, break_stream};
use crate::mock::faults::effect::{FaultEffect, TransmissionFault};
use crate::mock::response::MockResponse;

use super::limits::{MAX_HEADER_BYTES, MAX_STREAMS, READ_TIMEOUT, WINDOW};
use super::request_reader::RequestReader;
use super::service::{Handled, Server};
use super::stream::{BreakableStream, PendingBreak, ResettableStream};
use super::wire::{self, WireResponse};

/// One request and its response, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Served {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub url: String,
    /// Name of the operation, if the request addressed one.
    pub operation: Option<String>,
    /// The status of the response.
    pub status: u16,
    /// How the request violates the contract, one line per violation.
    pub breaches: Vec<String>,
    /// The faults that applied, as they were written.
    pub faults: Vec<String>,
}

/// Handles the connections of one listener.
pub(crate) struct ConnectionHandler {
    server: Arc<Server>,
    tls: Option<TlsAcceptor>,
    builder: auto::Builder<LocalExecutor>,
    started: Instant,
    reader: RequestReader,
    log: Box<dyn Fn(Served)>,
}

impl ConnectionHandler {
    /// The clock of the server starts now. `log` is called for every request.
    pub(crate) fn new(server: Arc<Server>, log: Box<dyn Fn(Served)>) -> Self {
        let tls = server.certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config()));
        let (started, reader) = (Instant::now(), RequestReader::default());
        Self { server, tls, builder: builder(), started, reader, log }
    }

    /// Handles one connection until it ends.
    pub(crate) async fn handle(self: Rc<Self>, stream: TcpStream, watcher: Watcher) {
        match &self.tls {
            None => self.clone().requests(stream, watcher).await,
            // Boxed, so that connections without TLS take no memory for it.
            Some(tls) => Box::pin(self.clone().with_tls(stream, tls, watcher)).await,
        }
    }

    async fn with_tls(self: Rc<Self>, stream: TcpStream, tls: &TlsAcceptor, watcher: Watcher) {
        if let Ok(Ok(stream)) = timeout(READ_TIMEOUT, tls.accept(stream)).await {
            self.requests(stream, watcher).await;
        }
    }

    /// Handles the requests of one connection. It is closed if the first request does not arrive in time.
    async fn requests<S: ResettableStream + 'static>(self: Rc<Self>, stream: S, watcher: Watcher) {
        let (pending_break, begun) = (PendingBreak::default(), Rc::new(Cell::new(false)));
        let stream = BreakableStream::new(stream, pending_break.clone());
        let service = service_fn(|request| {
            begun.set(true);
            let (handler, pending_break) = (self.clone(), pending_break.clone());
            async move { handler.request(request, &pending_break).await }
        });
        let idle = async {
            sleep(READ_TIMEOUT).await;
            if begun.get() {
                pending::<()>().await;
            }
        };
        tokio::select! {
            // Errors of a connection are the client's, and there is nobody to report them to.
            _ = watcher.watch(self.builder.serve_connection(TokioIo::new(stream), service)) => {}
            () = idle => {}
        }
    }

    /// Handles one request; an error aborts the exchange.
    async fn request(
        &self,
        request: hyper::Request<Incoming>,
        pending_break: &PendingBreak,
    ) -> io::Result<WireResponse> {
        let version = request.version();
        let (request, responded) = match self.reader.read(request).await {
            Ok(request) => {
                let elapsed = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
                match self.server.handle(request, elapsed).await {
                    Handled::Service(request, response) => (request, response),
                    Handled::Admin(response) => return Ok(wire::encode(response).1),
                }
            }
            Err(refusal) => *refusal,
        };
        let MockResponse { response, violations, operation, effect } = responded;
        let Request { method, url, headers, body } = request;
        // While the response is delayed or read slowly, only the response stays in memory.
        drop((headers, body));
        let (response, sent) = wire::encode(self.reader.reserve(response));
        let FaultEffect { delay, stall, transmission, applied, .. } = effect;
        (self.log)(Served { method, url, operation, status: response.status, breaches: violations, faults: applied });
        if !delay.is_zero() {
            sleep(delay).await;
        }
        if stall {
            pending::<()>().await;
        }
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
