//! A small contract, a target with scripted responses, and one line of text per event.

use std::cell::RefCell;
use std::fs;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep};

use crate::case::expand::Credentials;
use crate::case::{self, Suite};
use crate::check::{Severities, Waivers};
use crate::contract::{self, Contract};
use crate::expression::Scope;
use crate::http::{Exchange, Headers, Request, Response, Timings};
use crate::problem::Problem;
use crate::run::{Event, Filter, Inputs, Limits, PreparedRun, Sink, Stop, Target, Verdict, run};
use crate::transport::{Error, Phase, Transport};

const SPEC: &str = r#"
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    get:
      operationId: listThings
      responses: { "200": { description: all, content: { application/json: { schema: { type: object } } } } }
    post:
      operationId: makeThing
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } }
      responses: { "200": { description: made, content: { application/json: { schema: { type: object } } } } }
  /secrets/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
    get:
      operationId: getSecret
      security: [ { key: [] } ]
      responses: { "200": { description: one, content: { application/json: { schema: { type: object } } } } }
  /guarded:
    get:
      operationId: getGuarded
      security: [ { bearer: [] }, { key: [] }, { session: [] }, { token: [] } ]
      responses: { "200": { description: one, content: { application/json: { schema: { type: object } } } } }
  /things/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: string, maxLength: 3 } } ]
    get:
      operationId: getThing
      responses: { "200": { description: one, content: { application/json: { schema: { type: object } } } } }
    put:
      operationId: putThing
      requestBody:
        content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } }
      responses: { "200": { description: put, content: { application/json: { schema: { type: object } } } } }
    delete:
      operationId: dropThing
      responses: { "200": { description: gone, content: { application/json: { schema: { type: object } } } } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: x-key }
    bearer: { type: http, scheme: bearer }
    session: { type: apiKey, in: cookie, name: sid }
    token: { type: apiKey, in: query, name: token }
"#;

/// A contract, case files, a target and the settings of a run.
pub(super) struct Fixture {
    contract: Contract,
    suite: Suite,
    pub(super) target: Target,
    pub(super) filter: Filter,
    pub(super) waivers: Waivers,
    pub(super) limits: Limits,
    pub(super) stop: Stop,
}

impl Fixture {
    /// Creates the case files `a.yaml`, `b.yaml` … with these contents.
    pub(super) fn new(files: &[&str]) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("spec.yaml"), SPEC).expect("written");
        fs::create_dir(root.path().join("cases")).expect("made");
        for (name, text) in ('a'..).zip(files) {
            fs::write(root.path().join(format!("cases/{name}.yaml")), text).expect("written");
        }
        let contract = contract::load::load(root.path(), "spec.yaml".as_ref()).expect("a contract");
        let suite = case::load::load(root.path(), "cases".as_ref(), &contract).expect("cases");
        let credentials = Credentials { target: "fake".to_owned(), ..Credentials::default() };
        let target = Target { name: "fake".to_owned(), credentials, ..Target::default() };
        let limits = Limits { jobs: 8, fail_fast: false, grace: Duration::from_secs(10) };
        Self {
            contract,
            suite,
            target,
            filter: Filter::default(),
            waivers: Waivers::default(),
            limits,
            stop: Stop::default(),
        }
    }

    pub(super) fn prepare<'a>(&'a self, severities: &'a Severities) -> Result<PreparedRun<'a>, Vec<Problem>> {
        let Self { contract, suite, target, .. } = self;
        let scope = Scope::new(0, 1, "");
        PreparedRun::new(Inputs { contract, suite, target, severities, waivers: &self.waivers, scope }, &self.filter)
    }

    /// Runs the cases. Logs every event as a line, and the requests as `SECONDS METHOD URL`.
    pub(super) async fn run(&self, script: impl Fn(&Request) -> Reply) -> RunLog {
        let severities = Severities::default();
        let prepared = self.prepare(&severities).unwrap_or_else(|problems| panic!("{problems:#?}"));
        self.send(&prepared, script).await
    }

    /// Runs the cases of a prepared run.
    pub(super) async fn send(&self, prepared: &PreparedRun<'_>, script: impl Fn(&Request) -> Reply) -> RunLog {
        let target = Scripted { script, begun: Instant::now(), log: RefCell::default() };
        let mut lines = Lines::default();
        run(prepared, &target, &self.limits, &self.stop, &mut lines).await;
        let Lines { events, not_checked } = lines;
        RunLog { events, not_checked, sent: target.log.into_inner(), took: target.begun.elapsed() }
    }

    /// The problems that preparing the run reports, as displayed.
    pub(super) fn refusals(&self) -> Vec<String> {
        let problems = self.prepare(&Severities::default()).map(|_| ()).expect_err("refused");
        problems.iter().map(ToString::to_string).collect()
    }
}

/// Events, requests and duration of a run.
#[derive(Debug, PartialEq)]
pub(super) struct RunLog {
    pub(super) events: Vec<String>,
    pub(super) not_checked: Vec<String>,
    pub(super) sent: Vec<String>,
    pub(super) took: Duration,
}

/// One scripted response.
pub(super) struct Reply {
    after: Duration,
    result: Result<Response, Phase>,
}

/// A response with a JSON body, without delay.
pub(super) fn reply(status: u16, body: &str) -> Reply {
    let headers = [("content-type", "application/json")].into_iter().collect();
    let body = Bytes::copy_from_slice(body.as_bytes());
    let response = Response { status, version: "HTTP/1.1", headers, wire_size: body.len() as u64, body };
    Reply { after: Duration::ZERO, result: Ok(response) }
}

/// No response.
pub(super) fn broken(phase: Phase) -> Reply {
    Reply { after: Duration::ZERO, result: Err(phase) }
}

impl Reply {
    pub(super) fn after(mut self, seconds: u64) -> Self {
        self.after = Duration::from_secs(seconds);
        self
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.result.iter_mut().for_each(|response| response.headers.append(name, value));
        self
    }
}

struct Scripted<F> {
    script: F,
    begun: Instant,
    log: RefCell<Vec<String>>,
}

impl<F: Fn(&Request) -> Reply> Transport for Scripted<F> {
    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        let at = self.begun.elapsed().as_secs_f64();
        self.log.borrow_mut().push(format!("{at} {} {}", request.method, request.url));
        let Reply { after, result } = (self.script)(&request);
        sleep(after).await;
        let timings = Timings { connect: None, first_byte: after, total: after };
        let message = "broken".to_owned();
        let failed = |phase| Error { phase, message, status: None, headers: Headers::default(), received: 0, after };
        result.map(|response| Exchange { request, response, timings, incomplete: None }).map_err(failed)
    }
}

#[derive(Default)]
struct Lines {
    events: Vec<String>,
    not_checked: Vec<String>,
}

impl Sink for Lines {
    fn take(&mut self, event: Event<'_>) {
        let line = match event {
            Event::StoryFinished { .. } => return,
            Event::Learned(secret) => format!("learned {}", secret.name),
            Event::Waiting { status, pause } => format!("waiting {} s after {status}", pause.as_secs()),
            Event::Started { cases } => format!("{cases} cases"),
            Event::Draining => "draining".to_owned(),
            Event::Finished(outcome) => {
                let findings: Vec<_> = outcome.findings.iter().map(|finding| finding.check).collect();
                let known = outcome.acknowledged.iter().map(|known| {
                    let busy = if known.busy { "busy " } else { "" };
                    format!(" ({busy}{}: {})", known.finding.check, known.reason)
                });
                let verdict = match outcome.verdict {
                    Verdict::Passed => "passed".to_owned(),
                    Verdict::Failed => format!("failed by {}", findings.join(", ")),
                    Verdict::Errored(reason) => format!("errored: {reason}"),
                    Verdict::Invalid(reason) => format!("invalid: {reason}"),
                    Verdict::Skipped(reason) => format!("skipped: {reason}"),
                    Verdict::Excluded(reason) => format!("excluded: {reason}"),
                };
                self.not_checked.extend(outcome.not_checked.iter().map(|one| one.reason.clone()));
                format!("{}: {verdict}{}", outcome.case.name, known.collect::<String>())
            }
        };
        self.events.push(line);
    }
}
