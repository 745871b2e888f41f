//! The only file that opens a client connection (reqwest).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::BytesMut;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

use crate::http::{Exchange, Headers, Request, Response, Timings};

use super::address::Address;
use super::connect::{Clock, Timed};
use super::{Error, Phase, Transport, coding, failure};

/// Header lines of an answer that are accepted.
const MAX_HEADERS: usize = 1_000;
/// Bytes of a header section over HTTP/2 that are accepted.
const MAX_HEADER_BYTES: u32 = 256 * 1024;
/// Shorter than the 5 s after which Node closes an idle connection: a POST that meets a closing one cannot be sent again.
const IDLE: Duration = Duration::from_secs(4);

/// Bytes of a body beyond which it waits for room, so that many large ones together do not fill the memory.
const LARGE: usize = 256 * 1024;
/// Bytes that the large bodies being read may take together; one that may be larger is read alone.
const ROOM: u32 = 12_000_000;
/// Bytes of a stream over HTTP/2 that may come before they are read.
const WINDOW: u32 = 256 * 1024;

/// How to reach one target.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base URL: scheme, authority and a path prefix without a final `/`.
    pub url: url::Url,
    /// Sent with every request unless the request has that header itself.
    pub headers: Headers,
    /// For DNS, TCP and TLS.
    pub connect_timeout: Duration,
    /// From send to the response's header section.
    pub first_byte_timeout: Duration,
    /// From send to the last byte.
    pub total_timeout: Duration,
    /// The most bytes of a body, on the wire and after decoding.
    pub max_body: u64,
    /// PEM of certificate authorities to trust beside the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// PEM of a client certificate and its key.
    pub identity_pem: Option<Vec<u8>>,
    /// `http://proxy:3128`; none is used unasked.
    pub proxy: Option<url::Url>,
    /// Idle connections to keep: the number of jobs.
    pub connections: usize,
}

/// A client of one target.
#[derive(Debug)]
pub struct Network {
    client: reqwest::Client,
    address: Address,
    /// Who is connected to, for messages: `api.example.com:443`, and through which proxy.
    peer: String,
    headers: Headers,
    first_byte: Duration,
    connect: Duration,
    total: Duration,
    max_body: u64,
    /// Bytes that are left for large bodies.
    room: Semaphore,
    /// What a fresh client is made of.
    settings: Settings,
    /// A client that uses no connection twice.
    fresh: OnceLock<reqwest::Client>,
}

impl Network {
    /// Prepares the client; opens nothing. Errors say which setting is wrong.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let address = Address::of(&settings.url)?;
        let proxy = settings.proxy.as_ref().and_then(url::Url::host_str);
        let peer = match proxy {
            Some(proxy) => format!("{} through the proxy {proxy}", address.authority()),
            None => address.authority().to_owned(),
        };
        Ok(Self {
            address,
            peer,
            client: client(&settings)?,
            headers: settings.headers.clone(),
            first_byte: settings.first_byte_timeout,
            connect: settings.connect_timeout,
            total: settings.total_timeout,
            max_body: settings.max_body,
            room: Semaphore::new(ROOM as usize),
            settings: Settings { connections: 0, ..settings },
            fresh: OnceLock::new(),
        })
    }

    fn add_headers(&self, request: &mut Request) {
        let absent = |name: &str| request.headers.get(name).is_none();
        let added: Vec<_> = self.headers.iter().filter(|(name, _)| absent(name)).collect();
        added.into_iter().for_each(|(name, value)| request.headers.append(name, value));
    }

    fn build(&self, request: &Request) -> Result<reqwest::Request, String> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|_| format!("{:?} is not a method (RFC 9110 §9.1)", request.method))?;
        let mut built = reqwest::Request::new(method, self.address.locate(&request.url)?);
        *built.headers_mut() = header_map(request)?;
        *built.body_mut() = request.body.clone().map(Into::into);
        Ok(built)
    }

    /// Sends and reads; what came before a failure or a time-out stays in `arrived`.
    async fn fetch(&self, request: reqwest::Request, arrived: &mut Arrived) -> Result<(), Failure> {
        let mut room = None;
        let sending = self.answer(request, arrived.clock.clone());
        let limit = self.first_byte.min(self.total);
        let sent = timeout(limit, sending).await.map_err(|_| self.too_slow(arrived, limit))?;
        let mut response = sent?;
        arrived.head(&response);
        loop {
            let deadline = arrived.sent + self.total + arrived.waited;
            let read = timeout_at(deadline, response.chunk()).await.map_err(|_| self.too_slow(arrived, self.total))?;
            let Some(chunk) = read.map_err(|error| arrived.broken(&error))? else { return Ok(()) };
            if arrived.received() + chunk.len() as u64 > self.max_body {
                return Err((Phase::Body, format!("the body is larger than {}", failure::size(self.max_body))));
            }
            if arrived.body.len() + chunk.len() > LARGE && room.is_none() {
                room = self.make_room(arrived).await;
            }
            arrived.body.extend_from_slice(&chunk);
        }
    }

    /// Waits until there is room for the whole body. It is taken all at once, so that nobody waits who holds some, and others'
    /// slowness does not count against this exchange.
    async fn make_room(&self, arrived: &mut Arrived) -> Option<SemaphorePermit<'_>> {
        let most = arrived.announced.unwrap_or(self.max_body).min(self.max_body);
        let taken = u32::try_from(most).unwrap_or(ROOM).min(ROOM);
        let began = Instant::now();
        let room = self.room.acquire_many(taken).await.ok();
        arrived.waited += began.elapsed();
        // A buffer that grows is there twice while it is moved.
        arrived.body.reserve((taken as usize).saturating_sub(arrived.body.len()));
        room
    }

    /// The head of the answer. A target may close a connection that is kept open just when it is used again; what was sent then
    /// has not been read, so it is sent once more by a fresh connection, as browsers do.
    async fn answer(&self, request: reqwest::Request, clock: Arc<Clock>) -> Result<reqwest::Response, Failure> {
        let again = request.try_clone();
        let sent = clock.watch(self.client.execute(request)).await;
        let was_kept_open = clock.took().is_none();
        let sent = match (sent, again) {
            (Err(error), Some(again)) if was_kept_open && failure::is_closed(&error) => {
                let fresh = self.fresh().map_err(|message| (Phase::Request, message))?;
                clock.watch(fresh.execute(again)).await
            }
            (sent, _) => sent,
        };
        sent.map_err(|error| self.unanswered(&error))
    }

    fn fresh(&self) -> Result<&reqwest::Client, String> {
        if self.fresh.get().is_none() {
            // Another that came first will do as well.
            let _ = self.fresh.set(client(&self.settings)?);
        }
        Ok(self.fresh.get_or_init(|| self.client.clone()))
    }

    fn unanswered(&self, error: &reqwest::Error) -> Failure {
        let peer = &self.peer;
        let message = if !error.is_connect() {
            let hint = failure::certificate(&self.settings, error);
            return (Phase::FirstByte, failure::answering(error) + hint);
        } else if error.is_timeout() {
            format!("no connection to {peer} within {}", failure::seconds(self.connect))
        } else if error.is_dns() {
            format!("the name of {peer} is not known: {}", failure::deepest(error))
        } else {
            failure::connecting(error, peer)
        };
        (Phase::Connect, message)
    }

    fn too_slow(&self, arrived: &Arrived, limit: Duration) -> Failure {
        let limit = failure::seconds(limit);
        if arrived.status.is_some() {
            (Phase::Body, format!("the body was not complete within {limit}: {} had come", arrived.progress()))
        } else if arrived.clock.is_connecting() {
            (Phase::Connect, format!("no connection to {} within {limit}", self.peer))
        } else {
            (Phase::FirstByte, format!("no answer within {limit}"))
        }
    }
}

impl Transport for Network {
    async fn send(&self, mut request: Request) -> Result<Exchange, Error> {
        self.add_headers(&mut request);
        let mut arrived = Arrived::new();
        let built = self.build(&request).map_err(|message| arrived.error((Phase::Request, message)))?;
        match self.fetch(built, &mut arrived).await {
            Ok(()) => arrived.complete(request, self.max_body),
            Err(failed) => Err(arrived.error(failed)),
        }
    }
}

/// How far an exchange got, and why no further.
type Failure = (Phase, String);

/// What has come of an answer so far.
struct Arrived {
    sent: Instant,
    /// How long it stood still for want of room.
    waited: Duration,
    clock: Arc<Clock>,
    first_byte: Duration,
    status: Option<u16>,
    version: &'static str,
    headers: Headers,
    announced: Option<u64>,
    body: BytesMut,
}

impl Arrived {
    fn new() -> Self {
        Self {
            sent: Instant::now(),
            waited: Duration::ZERO,
            clock: Arc::default(),
            first_byte: Duration::ZERO,
            status: None,
            version: "",
            headers: Headers::default(),
            announced: None,
            body: BytesMut::new(),
        }
    }

    fn head(&mut self, response: &reqwest::Response) {
        self.first_byte = self.sent.elapsed();
        self.status = Some(response.status().as_u16());
        self.version = version(response.version());
        let lines = response.headers().iter();
        self.headers = lines.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect();
        self.announced = self.headers.get("content-length").and_then(|length| length.parse().ok());
    }

    fn took(&self) -> Duration {
        self.sent.elapsed().saturating_sub(self.waited)
    }

    fn received(&self) -> u64 {
        self.body.len() as u64
    }

    fn progress(&self) -> String {
        failure::progress(self.received(), self.announced)
    }

    fn broken(&self, error: &reqwest::Error) -> Failure {
        (Phase::Body, failure::reading(error, &self.progress()))
    }

    fn error(&self, (phase, message): Failure) -> Error {
        let (received, after) = (self.received(), self.took());
        Error { phase, message, status: self.status, headers: self.headers.clone(), received, after }
    }

    fn complete(mut self, request: Request, max_body: u64) -> Result<Exchange, Error> {
        let total = self.took();
        let timings = Timings { connect: self.clock.took(), first_byte: self.first_byte, total };
        let wire_size = self.received();
        let decoded = coding::decode(&self.headers, self.body.split().freeze(), max_body);
        let body = decoded.map_err(|message| Error { received: wire_size, ..self.error((Phase::Body, message)) })?;
        let status = self.status.unwrap_or_default();
        let response = Response { status, version: self.version, headers: self.headers, body, wire_size };
        Ok(Exchange { request, response, timings })
    }
}

fn version(version: reqwest::Version) -> &'static str {
    match version {
        reqwest::Version::HTTP_2 => "HTTP/2.0",
        reqwest::Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

/// The header lines as the client takes them. The framing of the body is the client's own business.
fn header_map(request: &Request) -> Result<HeaderMap, String> {
    let length = request.body.as_ref().map_or(0, |body| body.len());
    let mut map = HeaderMap::with_capacity(request.headers.len());
    for (name, value) in request.headers.iter() {
        let valid = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name:?} is not a header name"))?;
        let checked = HeaderValue::from_bytes(value.as_bytes());
        let line =
            checked.map_err(|_| format!("the value of header {name} holds a line break or control character"))?;
        if valid == "transfer-encoding" || (valid == "content-length" && value.trim() != length.to_string()) {
            return Err(format!("header {valid} does not fit the body of {length} bytes: leave it out"));
        }
        map.append(valid, line);
    }
    Ok(map)
}

fn client(settings: &Settings) -> Result<reqwest::Client, String> {
    // Fails only when a provider is installed already, which will do as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect_timeout)
        .connector_layer(Timed)
        .pool_max_idle_per_host(settings.connections)
        .pool_idle_timeout(IDLE)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .http2_initial_stream_window_size(WINDOW)
        // Streams that wait for room leave enough of the connection to the one that has it.
        .http2_initial_connection_window_size(windows(settings.connections));
    if let Some(url) = &settings.proxy {
        let proxy = reqwest::Proxy::all(url.clone()).map_err(|error| wrong("proxy", error))?;
        builder = builder.proxy(proxy);
    }
    if let Some(pem) = &settings.identity_pem {
        builder = builder.identity(reqwest::Identity::from_pem(pem).map_err(|error| wrong("client_cert", error))?);
    }
    let proxied_by_tls = settings.proxy.as_ref().is_some_and(|proxy| proxy.scheme() == "https");
    let builder = match &settings.ca_pem {
        Some(pem) => builder.tls_certs_merge(authorities(pem)?),
        // Reading the system's certificates takes milliseconds, and plain HTTP needs none.
        None if settings.url.scheme() == "http" && !proxied_by_tls => builder.tls_certs_only([]),
        None => builder,
    };
    builder.build().map_err(|error| format!("the client cannot be set up: {}", failure::deepest(&error)))
}

/// The window of a connection that as many streams share, and one more.
fn windows(streams: usize) -> u32 {
    const MOST: u32 = (1 << 31) - 1;
    u32::try_from(streams).unwrap_or(MOST).saturating_add(1).saturating_mul(WINDOW).min(MOST)
}

fn authorities(pem: &[u8]) -> Result<Vec<reqwest::Certificate>, String> {
    let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| wrong("ca_file", error))?;
    if certificates.is_empty() {
        return Err("ca_file holds no certificate in PEM form".to_owned());
    }
    Ok(certificates)
}

fn wrong(setting: &str, error: reqwest::Error) -> String {
    format!("{setting} is wrong: {}", failure::deepest(&error.without_url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> Settings {
        Settings {
            url: url.parse().expect("a URL"),
            headers: Headers::default(),
            connect_timeout: Duration::from_secs(1),
            first_byte_timeout: Duration::from_secs(1),
            total_timeout: Duration::from_secs(1),
            max_body: 1_000,
            ca_pem: None,
            identity_pem: None,
            proxy: None,
            connections: 1,
        }
    }

    fn request(method: &str, headers: &[(&str, &str)]) -> Request {
        let headers = headers.iter().copied().collect();
        Request { method: method.to_owned(), url: "/".to_owned(), headers, body: Some("body".into()) }
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let refused = |settings| Network::new(settings).map(drop).expect_err("wrong");
        let https = settings("https://a");
        let ca = Settings { ca_pem: Some(b"no certificate".to_vec()), ..https.clone() };
        assert_eq!(refused(ca), "ca_file holds no certificate in PEM form");
        let identity = Settings { identity_pem: Some(b"no key".to_vec()), ..https.clone() };
        assert_eq!(refused(identity), "client_cert is wrong: unexpected error: private key or certificate not found");
        assert!(Network::new(https).is_ok());
    }

    #[test]
    fn the_target_adds_the_headers_that_a_request_has_not() {
        let headers = [("User-Agent", "acme"), ("X-Trace", "1"), ("X-Trace", "2")].into_iter().collect();
        let network = Network::new(Settings { headers, ..settings("http://a") }).expect("valid");
        let mut request = request("GET", &[("user-agent", "mine")]);
        network.add_headers(&mut request);
        let lines: Vec<_> = request.headers.iter().collect();
        assert_eq!(lines, [("user-agent", "mine"), ("X-Trace", "1"), ("X-Trace", "2")]);
    }

    fn check(request: &Request, expect: Result<(), &str>) {
        let network = Network::new(settings("http://a")).expect("valid");
        assert_eq!(network.build(request).map(drop).as_ref().map_err(String::as_str), expect.as_ref().map_err(|e| *e));
    }

    #[test]
    fn what_http_cannot_carry_is_refused() {
        check(&request("PURGE", &[("x", "caf\u{e9}"), ("content-length", "4")]), Ok(()));
        check(&request("GET IT", &[]), Err("\"GET IT\" is not a method (RFC 9110 §9.1)"));
        check(&request("GET", &[("a b", "")]), Err("\"a b\" is not a header name"));
        let broken = "the value of header x holds a line break or control character";
        check(&request("GET", &[("x", "a\r\nhost: evil")]), Err(broken));
        let length = "header content-length does not fit the body of 4 bytes: leave it out";
        check(&request("POST", &[("Content-Length", "5")]), Err(length));
    }
}
