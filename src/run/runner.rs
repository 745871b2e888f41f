//! Runs a plan: stories concurrent, cases of a story in order, on the current tokio runtime.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};

use crate::case::{Case, Role, Story};
use crate::http::{Exchange, Headers, Request};
use crate::transport::{self, Transport};

use super::desk::Desk;
use super::rate::Rate;
use super::{Event, Outcome, PreparedRun, Sink, Stop, StopPhase, Verdict, story};

/// When a run starts and what its randomness derives from: read once, outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// Microseconds since 1970 (UTC).
    pub at: i64,
    /// The seed.
    pub seed: u64,
}

/// How a run is bounded.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Stories (or independent cases) at a time, at least 1.
    pub jobs: usize,
    /// Whether the first failed or errored case starts the draining.
    pub fail_fast: bool,
    /// How long exchanges in flight may go on once draining.
    pub grace: Duration,
}

/// Runs every selected case of `plan` and hands each finished one to `sink`. Returns when all is done or abandoned. Cases that
/// draining leaves out are handed over as skipped, `interrupted` or `fail-fast`; failing fast leaves `stop` as it is.
pub async fn run(
    plan: &PreparedRun<'_>,
    transport: &impl Transport,
    limits: &Limits,
    stop: &Stop,
    sink: &mut dyn Sink,
) {
    let run = Run {
        plan,
        transport,
        limits,
        stop,
        halt: Stop::default(),
        desk: Desk::before(sink),
        rate: plan.target.rate.and_then(Rate::new),
        permits: Semaphore::new(limits.jobs.max(1)),
        started: Instant::now(),
    };
    tokio::select! {
        biased;
        () = run.follow_stop() => {}
        () = run.play_all() => {}
        () = run.desk.work() => {}
    }
    run.desk.clear();
}

/// A run under way: what every story shares.
pub(super) struct Run<'r, T> {
    pub(super) plan: &'r PreparedRun<'r>,
    transport: &'r T,
    limits: &'r Limits,
    /// What the user asks.
    stop: &'r Stop,
    /// The user's stop or the first failure, whichever comes first.
    halt: Stop,
    desk: Desk<'r>,
    rate: Option<Rate>,
    /// One for each story, or each case of an independent story, that may go on at a time.
    permits: Semaphore,
    started: Instant,
}

impl<'r, T: Transport> Run<'r, T> {
    /// Returns when the run is abandoned.
    async fn follow_stop(&self) {
        self.stop.reached(StopPhase::Draining).await;
        self.drain();
        self.stop.reached(StopPhase::Abandoned).await;
    }

    fn drain(&self) {
        if self.halt.phase() < StopPhase::Draining {
            self.halt.advance(StopPhase::Draining);
            self.desk.put(Event::Draining);
        }
    }

    async fn play_all(&self) {
        let cases = self.plan.stories().map(|(story, selected)| self.plan.cases(story, selected).count()).sum();
        self.desk.put(Event::Started { cases });
        let jobs = self.limits.jobs.max(1);
        stream::iter(lanes(self.plan)).for_each_concurrent(jobs, |lane| self.play_lane(lane)).await;
    }

    async fn play_lane(&self, lane: Lane<'r>) {
        for (story, selected) in lane {
            story::play(self, story, selected).await;
        }
    }

    /// Stories or independent cases at a time.
    pub(super) fn jobs(&self) -> usize {
        self.limits.jobs.max(1)
    }

    /// Waits until one more story or independent case may go on.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// Hands a finished case over.
    pub(super) fn finish(&self, outcome: Outcome<'r>) {
        let failed = matches!(outcome.verdict, Verdict::Failed | Verdict::Errored(_));
        self.desk.put(Event::Finished(Box::new(outcome)));
        if failed && self.limits.fail_fast {
            self.drain();
        }
    }

    /// An outcome of nothing sent so far, begun now.
    pub(super) fn blank<'c>(&self, story: &'c Story, case: &'c Case, verdict: Verdict) -> Outcome<'c> {
        Outcome {
            story,
            case,
            verdict,
            attempts: Vec::new(),
            findings: Vec::new(),
            acknowledged: Vec::new(),
            waived: Vec::new(),
            not_checked: Vec::new(),
            started: self.started.elapsed(),
            took: Duration::ZERO,
        }
    }

    /// Why no case starts any more; none while the run goes on.
    pub(super) fn halted(&self) -> Option<&'static str> {
        if self.stop.phase() >= StopPhase::Draining {
            Some("interrupted")
        } else {
            (self.halt.phase() >= StopPhase::Draining).then_some("fail-fast")
        }
    }

    /// Waits for the next turn under the rate limit; false when draining cut the wait short.
    pub(super) async fn turn(&self, role: Role) -> bool {
        match &self.rate {
            Some(rate) => self.wait(role, rate.turn()).await,
            None => true,
        }
    }

    /// Waits for `duration`; false when draining cut the wait short.
    pub(super) async fn pause(&self, role: Role, duration: Duration) -> bool {
        self.wait(role, sleep(duration)).await
    }

    /// Draining wakes every wait but a teardown's.
    async fn wait(&self, role: Role, waiting: impl Future<Output = ()>) -> bool {
        let draining = async {
            match role {
                Role::Teardown => std::future::pending().await,
                Role::Setup | Role::Case => self.halt.reached(StopPhase::Draining).await,
            }
        };
        tokio::select! {
            biased;
            () = draining => false,
            () = waiting => true,
        }
    }

    /// Sends; once draining, within the grace.
    pub(super) async fn send(&self, request: Request) -> Result<Exchange, transport::Error> {
        let sent = Instant::now();
        let grace_over = async {
            self.halt.reached(StopPhase::Draining).await;
            sleep(self.limits.grace).await;
        };
        tokio::select! {
            biased;
            result = self.transport.send(request) => result,
            () = grace_over => Err(cut_off(self.limits.grace, sent.elapsed())),
        }
    }
}

fn cut_off(grace: Duration, after: Duration) -> transport::Error {
    let seconds = grace.as_secs_f64();
    transport::Error {
        phase: transport::Phase::FirstByte,
        message: format!("given up {seconds} s after the run was stopped: the request may have taken effect"),
        status: None,
        headers: Headers::default(),
        received: 0,
        after,
    }
}

/// Stories that run one after another, each with which of its cases are selected.
type Lane<'p> = Vec<(&'p Story, &'p [bool])>;

/// Stories of one `serial` name share a lane, every other has its own; the longest lane starts first, so that none is left
/// running alone at the end.
fn lanes<'p>(plan: &'p PreparedRun<'_>) -> Vec<Lane<'p>> {
    let mut serial: BTreeMap<&str, Lane<'p>> = BTreeMap::new();
    let mut lanes = Vec::new();
    for (story, selected) in plan.stories() {
        match &story.file.serial {
            Some(name) => serial.entry(name).or_default().push((story, selected)),
            None => lanes.push(vec![(story, selected)]),
        }
    }
    lanes.extend(serial.into_values());
    let cases =
        |lane: &Lane<'p>| lane.iter().map(|(story, selected)| plan.cases(story, selected).count()).sum::<usize>();
    lanes.sort_by_cached_key(|lane| Reverse(cases(lane)));
    lanes
}
