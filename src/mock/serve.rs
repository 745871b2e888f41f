//! The only listening socket: HTTP/1.1 and HTTP/2 in front of a [`super::Mock`].

use std::convert::Infallible;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, timeout};

use crate::http::{Headers, Request, Response};

use super::Mock;
use super::plain;
use super::respond::{Answered, refused};

/// The largest request body, in bytes.
const MAX_BODY: usize = 10 << 20;
/// The most header lines of a request, and the most bytes of all of them.
const MAX_HEADERS: usize = 200;
const MAX_HEADER_BYTES: u32 = 64 << 10;
/// How long a request's header section, and then its body, may take.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// How long connections may finish after the stop.
const GRACE: Duration = Duration::from_secs(2);

/// One answered request, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub url: String,
    /// The status answered.
    pub status: u16,
    /// What the request broke, one line each.
    pub breaches: Vec<String>,
}

/// Serves `mock` on `listener` until `stop` completes, then lets connections finish for a moment.
pub async fn serve(
    listener: TcpListener,
    mock: Arc<Mock>,
    log: impl Fn(&Served) + 'static,
    stop: impl Future<Output = ()>,
) {
    let counter = Rc::new(Counter { mock, started: Instant::now(), log: Box::new(log) });
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
    let mut builder = auto::Builder::new(LocalExecutor);
    builder.http1().timer(TokioTimer::new()).header_read_timeout(READ_TIMEOUT).max_headers(MAX_HEADERS);
    builder.http2().timer(TokioTimer::new()).max_header_list_size(MAX_HEADER_BYTES);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: connections that end give some back.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let counter = counter.clone();
        let service = service_fn(move |request| {
            let counter = counter.clone();
            async move { Ok::<_, Infallible>(counter.serve(request).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let watched = connections.watch(connection);
        // A connection that breaks is the client's affair.
        tokio::task::spawn_local(async move { drop(watched.await) });
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

/// Where requests are taken in and answers handed out.
struct Counter {
    mock: Arc<Mock>,
    started: Instant,
    log: Box<dyn Fn(&Served)>,
}

impl Counter {
    async fn serve(&self, request: hyper::Request<Incoming>) -> hyper::Response<Full<Bytes>> {
        let (request, answered) = match read(request).await {
            Ok(request) => {
                let elapsed = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
                let answered = self.mock.respond(&request, elapsed);
                sleep(answered.delay).await;
                (request, answered)
            }
            Err(refusal) => refusal,
        };
        let response = outward(&answered.response).unwrap_or_else(|unsendable| {
            let detail = format!("the answer holds what HTTP cannot carry: {unsendable}");
            let fallback = plain::problem(500, "The mock's behaviour is at fault", &detail, &[]);
            outward(&fallback).unwrap_or_default()
        });
        let Request { method, url, .. } = request;
        (self.log)(&Served { method, url, status: response.status().as_u16(), breaches: answered.breaches });
        response
    }
}

/// Takes a request in; one that is too large or too slow comes back without its body and with its answer.
async fn read(request: hyper::Request<Incoming>) -> Result<Request, (Request, Answered)> {
    let (head, body) = request.into_parts();
    let lines = head.headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
    let request = Request {
        method: head.method.to_string(),
        url: head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: lines.collect::<Headers>(),
        body: None,
    };
    match timeout(READ_TIMEOUT, Limited::new(body, MAX_BODY).collect()).await {
        Ok(Ok(body)) => Ok(Request { body: Some(body.to_bytes()).filter(|body| !body.is_empty()), ..request }),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let detail = format!("expected a body of at most {MAX_BODY} bytes");
            Err((request, refused(413, "Content Too Large", detail)))
        }
        Ok(Err(error)) => Err((request, refused(400, "Bad Request", format!("the body broke off: {error}")))),
        Err(_) => Err((request, refused(408, "Request Timeout", "the body took too long".to_owned()))),
    }
}

fn outward(response: &Response) -> Result<hyper::Response<Full<Bytes>>, hyper::http::Error> {
    let mut sent = hyper::Response::new(Full::new(response.body.clone()));
    *sent.status_mut() = hyper::StatusCode::from_u16(response.status)?;
    for (name, value) in response.headers.iter() {
        sent.headers_mut().append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(sent)
}
