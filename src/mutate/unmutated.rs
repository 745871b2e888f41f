//! Runs of the suite on the unchanged mock: what was sent and received, and how each case ended.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::server::ServerPath;
use crate::http::{Exchange, Request};
use crate::mock::direct::{Checkpoint, Direct};
use crate::mock::routing::{self, Routed};
use crate::run::{self, Captured, Event, Limits, Outcome, Sink, Stop, Verdict};
use crate::severity::Severity;
use crate::transport::{Error, Transport};

use super::clock;
use super::lanes::{Lane, PreparedStory};

/// State of the mock before the first story of a lane.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Before<'c> {
    /// The initial state.
    Initial,
    /// The state after the lanes before it, as `signoff run` has it; of the first lane that of a checkpoint, else the initial one.
    Shared(Option<&'c Checkpoint>),
}

/// One exchange of an unmutated run.
pub(crate) struct Sent {
    /// Index of the case among the case ids of the run.
    pub case: usize,
    /// Whether the case is a row of a table.
    pub is_row: bool,
    /// Index of the operation that the request addresses; none also if the response is not to be changed.
    pub operation: Option<usize>,
    /// Request and response.
    pub exchange: Exchange,
    /// The response as JSON.
    pub body: Option<Value>,
    /// Whether it is a recorded response that is too large to be changed.
    pub is_large: bool,
    /// Time of the mock when it handled the request, in microseconds since its start.
    pub elapsed: i64,
}

/// What happened in one story.
pub(crate) struct StoryRun {
    /// State of the mock before the story; none of a recorded target, or if the lanes share the state.
    pub before: Option<Checkpoint>,
    /// Every exchange, in order.
    pub sent: Vec<Sent>,
    /// Strings and numbers that the cases captured, each with the number of exchanges before it could be used.
    pub captured: Vec<(usize, Value)>,
    /// Strings and numbers that are variables: those of the story, then the captures in order. None of a recorded target.
    pub variables: Vec<Variable>,
}

/// A variable of a story.
pub(crate) struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Arc<Value>,
    /// Number of exchanges before it could be used, if it was captured.
    pub captured: Option<usize>,
}

/// An unmutated run: per lane, per story.
pub(crate) struct UnmutatedRun {
    /// What happened.
    pub lanes: Vec<Vec<StoryRun>>,
    /// State of the mock rules after each lane; empty of a recorded target, or if the lanes share the state.
    pub after: Vec<Arc<Value>>,
    /// Ids of the cases that ended, in order.
    pub cases: Vec<String>,
    /// The cases that did not pass, with the reason.
    pub failed: Vec<Failure>,
}

/// A case that did not pass.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Failure {
    /// Id of the case.
    pub case: String,
    /// The check, or the error.
    pub reason: String,
}

/// `cases/orders.yaml::creates an order: body-schema`.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.case, self.reason)
    }
}

impl UnmutatedRun {
    /// Every exchange.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Sent> {
        self.lanes.iter().flatten().flat_map(|story| &story.sent)
    }
}

/// Limits of every run of a story: one case after another, to the first failure.
pub(crate) const LIMITS: Limits = Limits { jobs: 1, fail_fast: false, grace: std::time::Duration::ZERO };

/// Runs one lane after the other.
pub(crate) async fn run(
    lanes: &[Lane<'_>],
    contract: &Contract,
    direct: &mut Direct,
    before: Before<'_>,
) -> UnmutatedRun {
    let servers = routing::server_paths(contract);
    let mut run = UnmutatedRun { lanes: Vec::new(), after: Vec::new(), cases: Vec::new(), failed: Vec::new() };
    direct.restart();
    if let Before::Shared(Some(checkpoint)) = before {
        direct.resume(checkpoint);
    }
    // A checkpoint of shared state holds what all stories before it left there, so one per story would take too much memory.
    let is_kept = matches!(before, Before::Initial);
    for lane in lanes {
        if is_kept {
            direct.restart();
        }
        let mut stories = Vec::new();
        for story in lane {
            let recorder = Recorder { direct, contract, servers: &servers, sent: RefCell::default() };
            let before = is_kept.then(|| direct.checkpoint());
            stories.push(run_story(story, &recorder, before, &mut run).await);
        }
        run.lanes.push(stories);
        run.after.extend(is_kept.then(|| direct.checkpoint().state()));
    }
    run
}

async fn run_story(
    story: &PreparedStory<'_>,
    recorder: &Recorder<'_>,
    before: Option<Checkpoint>,
    run: &mut UnmutatedRun,
) -> StoryRun {
    let of_story = story.prepared.variables(story.story).into_iter();
    let of_story = of_story.map(|(name, value)| Variable { name, value: Arc::new(value), captured: None });
    let variables = of_story.filter(|variable| is_leaf(&variable.value)).collect();
    let mut ended = Ended { first: run.cases.len(), run, attempts: Vec::new(), captured: Vec::new(), variables };
    run::run(&story.prepared, recorder, &LIMITS, &Stop::default(), &mut ended).await;
    let Ended { attempts, captured, variables, .. } = ended;
    let mut sent = recorder.sent.take();
    sent.iter_mut().zip(attempts).for_each(|(sent, (case, is_row))| (sent.case, sent.is_row) = (case, is_row));
    StoryRun { before, sent, captured, variables }
}

/// Sends to the mock and keeps every exchange.
struct Recorder<'r> {
    direct: &'r Direct,
    contract: &'r Contract,
    servers: &'r [ServerPath],
    sent: RefCell<Vec<Sent>>,
}

impl Transport for Recorder<'_> {
    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        clock::advance().await;
        let elapsed = self.direct.elapsed();
        let exchange = self.direct.send(request).await?;
        let operation = operation(self.contract, self.servers, &exchange.request);
        let body = serde_json::from_slice(&exchange.response.body).ok();
        self.sent.borrow_mut().push(Sent {
            case: 0,
            is_row: false,
            operation,
            exchange: exchange.clone(),
            body,
            is_large: false,
            elapsed,
        });
        Ok(exchange)
    }
}

/// Index of the operation that a request addresses.
pub(crate) fn operation(contract: &Contract, servers: &[ServerPath], request: &Request) -> Option<usize> {
    match routing::route(contract, servers, request) {
        Routed::Operation { operation, .. } => Some(operation.index),
        Routed::Response(_) => None,
    }
}

/// Collects how the cases of a story end.
struct Ended<'e> {
    first: usize,
    run: &'e mut UnmutatedRun,
    /// The case of every attempt, in order.
    attempts: Vec<(usize, bool)>,
    captured: Vec<(usize, Value)>,
    variables: Vec<Variable>,
}

impl Sink for Ended<'_> {
    fn take(&mut self, event: Event<'_>) {
        let Event::Finished(outcome) = event else { return };
        let case = self.run.cases.len().max(self.first);
        self.run.cases.push(outcome.case.id.clone());
        let received = outcome.attempts.iter().filter(|attempt| attempt.result.is_ok()).count();
        self.attempts.extend(std::iter::repeat_n((case, !outcome.case.row.is_empty()), received));
        let mut captured = Vec::new();
        outcome.captured.iter().for_each(|one| leaves(&one.value, &mut captured));
        let sent = self.attempts.len();
        self.captured.extend(captured.into_iter().map(|value| (sent, value)));
        for Captured { name, value } in outcome.captured.iter().filter(|captured| is_leaf(&captured.value)) {
            let (name, value) = ((*name).to_owned(), Arc::clone(value));
            self.variables.push(Variable { name, value, captured: Some(sent) });
        }
        self.run.failed.extend(failure(&outcome));
    }
}

/// How a case failed; none if it passed or was not sent.
pub(crate) fn failure(outcome: &Outcome<'_>) -> Option<Failure> {
    let reason = match &outcome.verdict {
        Verdict::Failed => {
            let error = outcome.findings.iter().find(|finding| finding.severity == Severity::Error);
            error.map(|finding| finding.check.to_owned()).unwrap_or_default()
        }
        Verdict::Errored(reason) | Verdict::Invalid(reason) => reason.clone(),
        Verdict::Passed | Verdict::Skipped(_) | Verdict::Excluded(_) => return None,
    };
    Some(Failure { case: outcome.case.id.clone(), reason })
}

/// Adds every string and number in `value`.
pub(crate) fn leaves(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(properties) => properties.values().for_each(|value| leaves(value, found)),
        leaf if is_leaf(leaf) => found.push(leaf.clone()),
        _ => {}
    }
}

/// Whether the value is a string that is not empty, or a number: equal ones have the same origin more often than not.
fn is_leaf(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        _ => false,
    }
}
