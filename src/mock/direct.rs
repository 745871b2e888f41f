//! The mock as a transport: no socket, no thread, and no port.
//!
//! Requests and responses are those of HTTP/1.1 over a socket, limits and faults included. The differences:
//!
//! - `date` follows the clock of the mock, not that of the machine.
//! - A fault that resets the connection is always an error. The network transport repeats a request if
//!   the reset connection was reused, and the mock then counts it twice.
//! - There is no certificate, no admin interface, and no limit on the size of a request's header section.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ::http::header::{ACCEPT, CONTENT_LENGTH, DATE, HOST};
use ::http::{HeaderMap, HeaderValue, Method};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};
use url::Position;

use crate::contract::{Judgement, Operation};
use crate::http::{Exchange, Headers, Request, Response, Timings};
use crate::transport::outgoing::{Outgoing, Prepared};
use crate::transport::{Error, Phase, Settings, Transport, coding, failure};

use super::faults::effect::{FaultEffect, TransmissionFault};
use super::model::{Mock, MockOptions};
use super::response::MockResponse;
use super::rules::state::State;
use super::server::{limits, wire};

/// A mock that is called directly.
#[derive(Debug)]
pub struct Direct {
    mock: Mock,
    outgoing: Outgoing,
    settings: Settings,
    started: Instant,
    /// How far the clock of the mock is ahead of `started`, in microseconds.
    ahead: AtomicI64,
}

/// State and clock of a mock at one time.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoint {
    state: State,
    elapsed: i64,
}

impl Checkpoint {
    /// The state of the mock rules.
    pub(crate) fn state(&self) -> Arc<Value> {
        self.state.share()
    }
}

impl Direct {
    /// Starts the mock's clock. `settings` are those of a network transport; what concerns connections only has no effect. Errors
    /// name the invalid setting.
    pub fn new(mock: Mock, settings: Settings) -> Result<Self, String> {
        let outgoing = Outgoing::new(&settings)?;
        let options = MockOptions { tls: settings.url.scheme() == "https", ..mock.options };
        let (mock, ahead) = (mock.with_options(options), AtomicI64::new(0));
        Ok(Self { mock, outgoing, settings, started: Instant::now(), ahead })
    }

    /// Returns to the initial state, as if the mock had just been created.
    pub fn restart(&mut self) {
        self.mock.restart();
        self.started = Instant::now();
        self.ahead = AtomicI64::new(0);
    }

    /// The mock.
    pub(crate) fn mock_mut(&mut self) -> &mut Mock {
        &mut self.mock
    }

    /// The current state and time. Faults keep a state of their own, which is not part of it.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { state: self.mock.lock_state().clone(), elapsed: self.elapsed() }
    }

    /// Returns to the state and the time of a checkpoint.
    pub(crate) fn resume(&self, checkpoint: &Checkpoint) {
        *self.mock.lock_state() = checkpoint.state.clone();
        self.set_elapsed(checkpoint.elapsed);
    }

    /// Adds a breach to the judgement of a request, received `elapsed` microseconds after the start, whose credentials the mock refuses
    /// although they are well-formed.
    pub(crate) fn check_credentials(
        &self,
        operation: &Operation,
        request: &Request,
        elapsed: i64,
        judgement: &mut Judgement,
    ) {
        self.mock.check_credentials(operation, request, self.mock.started.saturating_add(elapsed), judgement);
    }

    /// Handles a request as if it had been received `elapsed` microseconds after the start; the clock continues from there.
    pub(crate) fn catch_up(&self, request: &Request, elapsed: i64) {
        if let Ok(prepared) = self.outgoing.prepare(request) {
            self.set_elapsed(elapsed);
            self.handle(&received(prepared, request));
        }
    }

    /// Microseconds since the start.
    pub(crate) fn elapsed(&self) -> i64 {
        self.since_started().saturating_add(self.ahead.load(Ordering::Relaxed))
    }

    /// Sets the clock to so many microseconds after the start.
    pub(crate) fn set_elapsed(&self, elapsed: i64) {
        self.ahead.store(elapsed.saturating_sub(self.since_started()), Ordering::Relaxed);
    }

    fn since_started(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn handle(&self, request: &Request) -> MockResponse {
        if request.body.as_ref().is_some_and(|body| body.len() > limits::MAX_BODY) {
            return MockResponse::beyond_limits(413, "Content Too Large", limits::body_too_large(limits::MAX_BODY));
        }
        self.mock.handle(request, self.elapsed())
    }

    /// Waits as long as rules and faults delay the response, within the time-outs.
    async fn delay(&self, effect: &FaultEffect) -> Result<(), Error> {
        let limit = self.settings.first_byte_timeout.min(self.settings.total_timeout);
        let delay = if effect.stall { Duration::MAX } else { effect.delay };
        if !delay.is_zero() {
            let late = |_| Error::new(Phase::FirstByte, failure::no_response_within(&failure::seconds(limit)));
            timeout(limit, sleep(delay)).await.map_err(late)?;
        }
        Ok(())
    }

    /// `date` of a response that is sent now.
    fn date(&self) -> Option<HeaderValue> {
        let now = Timestamp::from_microsecond(self.mock.started.saturating_add(self.elapsed())).ok()?;
        HeaderValue::from_str(&now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
    }

    async fn exchange(&self, request: &Request) -> Result<Response, Error> {
        let prepared = self.outgoing.prepare(request).map_err(|message| Error::new(Phase::Request, message))?;
        let MockResponse { response, effect, .. } = self.handle(&received(prepared, request));
        self.delay(&effect).await?;
        let mut sent = Transmission::new(response, &request.method);
        match effect.transmission {
            Some(fault) => sent.inject(fault)?,
            None => sent.add_date(self.date()),
        }
        sent.receive(self.settings.max_body)
    }
}

impl Transport for Direct {
    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        let began = Instant::now();
        let response = self.exchange(&request).await.map_err(|error| Error { after: began.elapsed(), ..error })?;
        let total = began.elapsed();
        let timings = Timings { connect: None, first_byte: total, total };
        Ok(Exchange { request, response, timings, incomplete: None })
    }
}

/// The request as a server receives it: with the headers that the HTTP client adds.
fn received(prepared: Prepared, request: &Request) -> Request {
    let Prepared { method, url, mut headers } = prepared;
    let body = request.body.clone().filter(|body| !body.is_empty());
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    if let Ok(host) = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]) {
        headers.entry(HOST).or_insert(host);
    }
    let length = body.as_ref().map(|body| body.len());
    // A method with a meaning for content announces its absence, too.
    let is_announced = matches!(method, Method::POST | Method::PUT | Method::PATCH);
    if let Some(length) = length.or(is_announced.then_some(0)) {
        headers.entry(CONTENT_LENGTH).or_insert(length.into());
    }
    let url = url[Position::BeforePath..Position::AfterQuery].to_owned();
    Request {
        method: method.as_str().to_owned(),
        url,
        headers: lines(&headers),
        body,
        certificate: request.certificate,
    }
}

/// A response on its way.
struct Transmission {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    has_content: bool,
}

impl Transmission {
    fn new(response: Response, method: &str) -> Self {
        let (Response { status, body, .. }, encoded) = wire::encode(response);
        let mut headers = encoded.into_parts().0.headers;
        let has_content = method != "HEAD" && !matches!(status, 204 | 304);
        if has_content {
            headers.entry(CONTENT_LENGTH).or_insert(body.len().into());
        }
        Self { status, headers, has_content, body: if has_content { body } else { Bytes::new() } }
    }

    fn add_date(&mut self, date: Option<HeaderValue>) {
        if let Some(date) = date {
            self.headers.entry(DATE).or_insert(date);
        }
    }

    /// Breaks the response; an error if the client receives no complete one.
    fn inject(&mut self, fault: TransmissionFault) -> Result<(), Error> {
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        let half = self.body.len() / 2;
        match fault {
            TransmissionFault::Reset => return Err(Error::new(Phase::FirstByte, failure::no_response(&reset))),
            TransmissionFault::Garbage => return Err(Error::new(Phase::FirstByte, "the response is not HTTP")),
            // The client reads no further than the announced length.
            TransmissionFault::WrongLength => {
                self.headers.insert(CONTENT_LENGTH, half.into());
                self.body.truncate(half);
            }
            // Nothing is missing from a response without content.
            TransmissionFault::ResetBody | TransmissionFault::Truncate if !self.has_content => {
                self.headers.insert(CONTENT_LENGTH, 1.into());
            }
            TransmissionFault::ResetBody => return Err(self.incomplete(half, &reset)),
            TransmissionFault::Truncate => {
                return Err(self.incomplete(half, &io::Error::from(io::ErrorKind::UnexpectedEof)));
            }
        }
        Ok(())
    }

    fn incomplete(&mut self, received: usize, error: &io::Error) -> Error {
        let announced = self.body.len().max(1);
        self.headers.insert(CONTENT_LENGTH, announced.into());
        let progress = failure::progress(received as u64, Some(announced as u64));
        self.error(failure::incomplete_body(error, &progress), received)
    }

    fn error(&self, message: String, received: usize) -> Error {
        let (status, headers) = (Some(self.status), lines(&self.headers));
        Error { status, headers, received: received as u64, ..Error::new(Phase::Body, message) }
    }

    /// The response as received: decoded, with at most `max_body` bytes.
    fn receive(self, max_body: u64) -> Result<Response, Error> {
        let wire_size = self.body.len() as u64;
        if wire_size > max_body {
            return Err(self.error(failure::body_exceeds(max_body), self.body.len()));
        }
        let headers = lines(&self.headers);
        let decoded = coding::decode(&headers, self.body.clone(), max_body);
        let body = decoded.map_err(|error| self.error(error.to_string(), self.body.len()))?;
        Ok(Response { status: self.status, version: "HTTP/1.1", headers, body, wire_size })
    }
}

/// Header lines as a parser returns them: without surrounding white space.
fn lines(headers: &HeaderMap) -> Headers {
    let lines = headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
    lines.map(|(name, value)| (name, value.trim_matches([' ', '\t']).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::expand::Credentials;
    use crate::case::{self, Suite};
    use crate::check::{Severities, Waivers};
    use crate::contract::Contract;
    use crate::contract::load::{Options, load_with};
    use crate::expression::Scope;
    use crate::mock::{MockRules, in_process};
    use crate::run::{self, Event, Filter, Inputs, Limits, PreparedRun, Sink, Stop, Target};
    use crate::transport::network::Network;

    /// 2025-02-13T19:08:07.000Z
    const STARTED: i64 = 1_739_473_687_000_000;

    /// The contract, the cases and the target of this repository.
    struct Project {
        contract: Arc<Contract>,
        suite: Suite,
        target: Target,
    }

    impl Project {
        fn load() -> Self {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let options = Options { overlays: vec!["specs/imprint.overlay.yaml".into()], ..Options::default() };
            let contract = load_with(root, Path::new("specs/imprint.yaml"), &options).expect("the contract");
            let suite = case::load::load(root, Path::new("cases"), &contract).expect("the cases");
            let customer = "BBB815E9-F654-438D-9AD3-3F7BB8136FC0".into();
            let target = Target {
                name: "mock".to_owned(),
                vars: [("customer".to_owned(), customer)].into_iter().collect(),
                credentials: Credentials {
                    target: "mock".to_owned(),
                    own: [("bearerAuth".to_owned(), "a-key".into())].into_iter().collect(),
                    ..Credentials::default()
                },
                ..Target::default()
            };
            Self { contract: Arc::new(contract), suite, target }
        }

        fn mock(&self, rules: &str) -> Mock {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let rules = MockRules::load(root, Path::new(rules), &self.contract).expect("mock rules");
            Mock::new(self.contract.clone(), rules, STARTED, 7)
        }

        /// Runs the cases one after the other; everything that was found out about each, without the times.
        async fn run(&self, transport: &impl Transport) -> Vec<String> {
            let (severities, waivers) = (Severities::default(), Waivers::default());
            let Self { contract, suite, target } = self;
            let scope = Scope::new(STARTED, 7, "run");
            let inputs = Inputs { contract, suite, target, severities: &severities, waivers: &waivers, scope };
            let prepared = PreparedRun::new(inputs, &Filter::default()).expect("a valid suite");
            let limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };
            let mut log = Log::default();
            run::run(&prepared, transport, &limits, &Stop::default(), &mut log).await;
            log.0
        }
    }

    #[derive(Default)]
    struct Log(Vec<String>);

    impl Sink for Log {
        fn take(&mut self, event: Event<'_>) {
            let Event::Finished(outcome) = event else { return };
            let responses = outcome.attempts.iter().map(|attempt| match &attempt.result {
                Ok((Exchange { response, .. }, _)) => {
                    let names: Vec<_> = response.headers.iter().map(|(name, _)| name).collect();
                    format!("{} {names:?} {}", response.status, String::from_utf8_lossy(&response.body))
                }
                Err(error) => error.to_string(),
            });
            let responses = responses.collect::<Vec<_>>().join("\n");
            let text = format!("{} {:?} {:?}\n{responses}", outcome.case.id, outcome.verdict, outcome.findings);
            self.0.push(without_times(&text));
        }
    }

    /// `text` without what follows the hour of the mock's clock.
    fn without_times(text: &str) -> String {
        let mut parts = text.split("2025-02-13T19:");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('Z').map_or(part, |(_, rest)| rest))
    }

    fn settings(url: &str) -> Settings {
        Settings {
            url: url.parse().expect("a URL"),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(10),
            max_body: 1_000_000,
            ca_pem: None,
            identities: Default::default(),
            proxy: None,
            connections: 1,
        }
    }

    #[tokio::test]
    async fn the_cases_have_the_findings_that_they_have_over_a_socket() {
        let project = Project::load();
        for rules in ["specs/imprint.mock.yaml", "specs/imprint.broken.mock.yaml"] {
            let running = in_process::start(project.mock(rules)).expect("a free port");
            let network = Network::new(settings(running.url())).expect("valid settings");
            let mut direct = Direct::new(project.mock(rules), settings(running.url())).expect("valid settings");
            let over_a_socket = project.run(&network).await;
            assert!(over_a_socket.len() >= 25, "{over_a_socket:#?}");
            assert_eq!(project.run(&direct).await, over_a_socket);
            direct.restart();
            assert_eq!(project.run(&direct).await, over_a_socket, "after a restart");
        }
    }
}
