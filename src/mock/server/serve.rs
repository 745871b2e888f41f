//! The only listening socket: HTTP/1.1 and HTTP/2, plain or over TLS, in front of a [`crate::mock::Mock`].
//!
//! Every client is hostile: what one of them sends, holds open or leaves unfinished is bounded in size and time, so that the
//! others are served meanwhile.

use std::cell::Cell;
use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hyper::Version;
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::contract::Contract;
use crate::http::{Request, Response};

use crate::mock::Mock;
use crate::mock::faults::broken_response::{self, Content, Spoiled};
use crate::mock::faults::fault::Breakage;
use crate::mock::problem_details;
use crate::mock::respond::Answered;
use crate::mock::server::admin::Admin;
use crate::mock::server::proxy::Proxy;
use crate::mock::server::request_reader::Intake;
use crate::mock::server::tls::Certificate;
use crate::mock::server::wire::{Line, Spoiler, Wire};

/// The most bytes of the header lines of a request; hyper takes no more than 100 lines, for which it has room at hand.
const MAX_HEADER_BYTES: usize = 64 << 10;
/// How long a handshake, a request's header section, and then its body may take.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Streams of one HTTP/2 connection at a time, and the bytes of each that may come before they are read.
const MAX_STREAMS: u32 = 100;
const WINDOW: u32 = 64 << 10;
/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4096;
/// How long connections may finish after the stop.
const GRACE: Duration = Duration::from_secs(2);

/// Who answers.
#[derive(Debug)]
enum Service {
    Mock(RwLock<Arc<Mock>>),
    Proxy(Box<Proxy>),
}

/// A mock or a proxy, with what stands between it and the network.
#[derive(Debug)]
pub struct Server {
    service: Service,
    /// Answers below `/_signoff/`, where it is there.
    pub admin: Option<Admin>,
    /// Speaks TLS where it is there.
    pub certificate: Option<Certificate>,
}

impl Server {
    /// Plain HTTP, and nothing but the contract.
    pub fn new(mock: Mock) -> Self {
        Self { service: Service::Mock(RwLock::new(Arc::new(mock))), admin: None, certificate: None }
    }

    /// The same for what another answers.
    pub fn forwarding(proxy: Proxy) -> Self {
        Self { service: Service::Proxy(Box::new(proxy)), admin: None, certificate: None }
    }

    /// What requests are judged by now.
    pub fn contract(&self) -> Arc<Contract> {
        match &self.service {
            Service::Mock(mock) => current(mock).contract().clone(),
            Service::Proxy(proxy) => proxy.contract().clone(),
        }
    }

    /// What passed, where this is a proxy.
    pub fn proxy(&self) -> Option<&Proxy> {
        match &self.service {
            Service::Mock(_) => None,
            Service::Proxy(proxy) => Some(proxy),
        }
    }

    /// Lets another mock answer from here on; it goes on with the state where both began with the same.
    pub fn replace(&self, mut mock: Mock) {
        let Service::Mock(held) = &self.service else { return };
        let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
        mock.inherit(&held);
        *held = Arc::new(mock);
    }

    /// The answer to a request, with the request for the log; that of the mock's owner is none of its business.
    async fn answer(&self, request: Request, elapsed: i64) -> Result<(Request, Answered), Response> {
        match &self.service {
            Service::Mock(mock) => {
                let mock = current(mock);
                match self.admin.as_ref().and_then(|admin| admin.answer(&mock, &request)) {
                    Some(response) => Err(response),
                    None => {
                        let answered = mock.respond(&request, elapsed);
                        Ok((request, answered))
                    }
                }
            }
            Service::Proxy(proxy) => {
                let answered = proxy.respond(request.clone()).await;
                Ok((request, answered))
            }
        }
    }
}

/// The mock that answers now.
fn current(mock: &RwLock<Arc<Mock>>) -> Arc<Mock> {
    mock.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// One answered request, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub url: String,
    /// The operation, where there is one.
    pub operation: Option<String>,
    /// The status answered.
    pub status: u16,
    /// What the request broke, one line each.
    pub breaches: Vec<String>,
    /// The faults that struck the answer, as they are written.
    pub faults: Vec<String>,
}

/// Listens on `address`, with room for many who connect at once. Only inside a runtime.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Elsewhere it would let two listen on one port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves on `listener` until `stop` completes, then lets connections finish for a moment.
pub async fn serve(
    listener: TcpListener,
    server: Arc<Server>,
    log: impl Fn(Served) + 'static,
    stop: impl Future<Output = ()>,
) {
    let tls = server.certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config()));
    let (started, intake, log) = (Instant::now(), Intake::default(), Box::new(log));
    let counter = Rc::new(Counter { server, tls, builder: builder(), started, intake, log });
    let connections = GracefulShutdown::new();
    LocalSet::new()
        .run_until(async {
            tokio::select! {
                () = accept(&listener, &counter, &connections) => {}
                () = stop => {}
            }
            drop(listener);
            // What does not finish in time is dropped with the set of tasks.
            let _ = timeout(GRACE, connections.shutdown()).await;
        })
        .await;
}

async fn accept(listener: &TcpListener, counter: &Rc<Counter>, connections: &GracefulShutdown) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: connections that end give some back.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (counter, watcher) = (counter.clone(), connections.watcher());
        tokio::task::spawn_local(async move {
            match &counter.tls {
                None => counter.clone().converse(stream, watcher).await,
                // Apart, so that connections without TLS take no room for it.
                Some(tls) => Box::pin(counter.clone().secured(stream, tls, watcher)).await,
            }
        });
    }
}

/// Runs what HTTP/2 spawns on the one thread that serves.
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

/// Where requests are taken in and answers handed out.
struct Counter {
    server: Arc<Server>,
    tls: Option<TlsAcceptor>,
    builder: auto::Builder<LocalExecutor>,
    started: Instant,
    intake: Intake,
    log: Box<dyn Fn(Served)>,
}

impl Counter {
    /// One connection under TLS.
    async fn secured(self: Rc<Self>, stream: TcpStream, tls: &TlsAcceptor, watcher: Watcher) {
        if let Ok(Ok(stream)) = timeout(READ_TIMEOUT, tls.accept(stream)).await {
            self.converse(stream, watcher).await;
        }
    }

    /// One connection, from its first request on; one that brings none in time is closed.
    async fn converse<S: Line + 'static>(self: Rc<Self>, stream: S, watcher: Watcher) {
        let (spoiler, begun) = (Spoiler::default(), Rc::new(Cell::new(false)));
        let wire = Wire::new(stream, spoiler.clone());
        let service = service_fn(|request| {
            begun.set(true);
            let (counter, spoiler) = (self.clone(), spoiler.clone());
            async move { counter.serve(request, &spoiler).await }
        });
        let idle = async {
            sleep(READ_TIMEOUT).await;
            if begun.get() {
                pending::<()>().await;
            }
        };
        tokio::select! {
            // A connection that breaks is the client's affair.
            _ = watcher.watch(self.builder.serve_connection(TokioIo::new(wire), service)) => {}
            () = idle => {}
        }
    }

    /// An answer, or an error that breaks off the exchange.
    async fn serve(&self, request: hyper::Request<Incoming>, spoiler: &Spoiler) -> io::Result<Sent> {
        let version = request.version();
        let (request, answered) = match self.intake.read(request).await {
            Ok(request) => {
                let elapsed = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
                match self.server.answer(request, elapsed).await {
                    Ok(answered) => answered,
                    Err(response) => return Ok(sent(&response)),
                }
            }
            Err(refusal) => *refusal,
        };
        let Answered { response, breaches, operation, damage } = answered;
        let Request { method, url, headers, body } = request;
        // A client that waits or lets wait holds its answer and nothing else.
        drop((headers, body));
        let response = self.intake.house(response);
        let whole = sent(&response);
        let status = whole.status().as_u16();
        (self.log)(Served { method, url, operation, status, breaches, faults: damage.struck });
        if !damage.delay.is_zero() {
            sleep(damage.delay).await;
        }
        if damage.stall {
            pending::<()>().await;
        }
        match damage.breakage {
            None => Ok(whole),
            // One stream of many; garbage alone is for all of them.
            Some(breakage) if version == Version::HTTP_2 && breakage != Breakage::Garbage => {
                broken_response::stream(breakage, whole)
            }
            Some(breakage) => {
                *spoiler.borrow_mut() = Some(Spoiled::answer(breakage, &response));
                Ok(whole)
            }
        }
    }
}

type Sent = hyper::Response<Content>;

/// The response for the wire; a 500 that says so where HTTP cannot carry it.
fn sent(response: &Response) -> Sent {
    outward(response).unwrap_or_else(|unsendable| {
        let detail = format!("the answer holds what HTTP cannot carry: {unsendable}");
        let fallback = problem_details::problem(500, "The mock's behaviour is at fault", &detail, &[]);
        outward(&fallback).unwrap_or_default()
    })
}

fn outward(response: &Response) -> Result<Sent, hyper::http::Error> {
    let mut sent = hyper::Response::new(Content::from(response.body.clone()));
    *sent.status_mut() = hyper::StatusCode::from_u16(response.status)?;
    for (name, value) in response.headers.iter() {
        sent.headers_mut().append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(sent)
}
