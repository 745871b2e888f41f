//! Shared state of a run in progress: permits, rate limit, stopping, and the queue of events.

use std::cell::Cell;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, sleep_until};

use crate::case::expand;
use crate::case::{Case, Role, Story};
use crate::http::{Exchange, Headers, Request};
use crate::token::TokenUse;
use crate::transport::{self, Transport};

use super::event::{Event, Sink};
use super::limits::Limits;
use super::outcome::{Outcome, Verdict};
use super::outcome_queue::OutcomeQueue;
use super::prepared::PreparedRun;
use super::rate_limiter::RateLimiter;
use super::stop::{Stop, StopPhase};

/// Total time that the cases of a run wait for a target that asks them to retry later.
const PATIENCE: Duration = Duration::from_secs(300);

/// A run in progress.
pub(super) struct RunContext<'r, T> {
    /// What is run.
    pub(super) prepared: &'r PreparedRun<'r>,
    transport: &'r T,
    limits: &'r Limits,
    /// Stopping as requested by the user.
    user_stop: &'r Stop,
    /// The user's stop or the first failure, whichever comes first.
    stop: Stop,
    queue: OutcomeQueue<'r>,
    rate: Option<RateLimiter>,
    /// How long cases may still wait in total because the target asks them to retry later.
    patience: Cell<Duration>,
    /// One for each story, or each case of an independent story, that may run concurrently.
    permits: Semaphore,
    started: Instant,
}

impl<'r, T: Transport> RunContext<'r, T> {
    /// The context of a run that starts now.
    pub(super) fn new(
        prepared: &'r PreparedRun<'r>,
        transport: &'r T,
        limits: &'r Limits,
        user_stop: &'r Stop,
        sink: &'r mut dyn Sink,
    ) -> Self {
        Self {
            prepared,
            transport,
            limits,
            user_stop,
            stop: Stop::default(),
            queue: OutcomeQueue::new(sink, transport.budget()),
            patience: Cell::new(PATIENCE),
            rate: prepared.target.rate.and_then(RateLimiter::new),
            permits: Semaphore::new(limits.jobs.max(1)),
            started: Instant::now(),
        }
    }

    /// Stops the run when the user requests it; returns when the run is to be abandoned.
    pub(super) async fn follow_user_stop(&self) {
        self.user_stop.reached(StopPhase::Draining).await;
        self.drain();
        self.user_stop.reached(StopPhase::Abandoned).await;
    }

    fn drain(&self) {
        if self.stop.phase() < StopPhase::Draining {
            self.stop.advance(StopPhase::Draining);
            self.queue.push(Event::Draining);
        }
    }

    /// Reports the beginning of a run of so many cases.
    pub(super) fn begin(&self, cases: usize) {
        self.queue.push(Event::Started { cases });
    }

    /// Announces the case whose requests follow.
    pub(super) fn begin_case(&self, case: &Case) {
        self.transport.begin_case(&case.id);
    }

    /// Passes events to the sink while the run goes on; never returns.
    pub(super) async fn deliver(&self) {
        self.queue.deliver().await;
    }

    /// Passes the remaining events to the sink.
    pub(super) fn flush(&self) {
        self.queue.flush();
    }

    /// Number of stories or independent cases that run concurrently.
    pub(super) fn jobs(&self) -> usize {
        self.limits.jobs.max(1)
    }

    /// Waits until one more story or independent case may run.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// Reports a finished case; the first failure stops the run under `fail_fast`.
    pub(super) fn finish(&self, outcome: Outcome<'r>) {
        let failed = matches!(outcome.verdict, Verdict::Failed | Verdict::Errored(_) | Verdict::Invalid(_));
        self.queue.push(Event::Finished(Box::new(outcome)));
        if failed && self.limits.fail_fast {
            self.drain();
        }
    }

    /// Reports that a case waits because of the status of a response.
    pub(super) fn report_wait(&self, status: u16, pause: Duration) {
        self.queue.push(Event::Waiting { status, pause });
    }

    /// Reports a story all of whose cases are finished.
    pub(super) fn finish_story(&self, story: &'r Story) {
        self.queue.push(Event::StoryFinished { story });
    }

    /// An outcome without attempts that starts now.
    pub(super) fn new_outcome<'c>(&self, story: &'c Story, case: &'c Case, verdict: Verdict) -> Outcome<'c> {
        Outcome {
            story,
            case,
            verdict,
            attempts: Vec::new(),
            findings: Vec::new(),
            found_in: Vec::new(),
            acknowledged: Vec::new(),
            waived: Vec::new(),
            captured: Vec::new(),
            not_checked: Vec::new(),
            retried: false,
            started: self.started.elapsed(),
            took: Duration::ZERO,
        }
    }

    /// The reason why no further case starts; `None` while the run goes on.
    pub(super) fn stopped(&self) -> Option<&'static str> {
        if self.user_stop.phase() >= StopPhase::Draining {
            Some("interrupted")
        } else {
            (self.stop.phase() >= StopPhase::Draining).then_some("fail-fast")
        }
    }

    /// Waits for the rate limit; false if stopping ended the wait.
    pub(super) async fn await_rate_limit(&self, role: Role) -> bool {
        match &self.rate {
            Some(rate) => self.wait(role, rate.acquire()).await,
            None => true,
        }
    }

    /// The time in microseconds since 1970 (UTC): that of the start, which was read once, and the time since then.
    pub(super) fn wall_clock(&self) -> i64 {
        let since = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        self.prepared.start().saturating_add(since)
    }

    /// Takes `pause` out of the time that cases may wait for the target; false if too little is left.
    pub(super) fn spend_patience(&self, pause: Duration) -> bool {
        let left = self.patience.get().checked_sub(pause);
        left.into_iter().for_each(|left| self.patience.set(left));
        left.is_some()
    }

    /// Waits for `duration`; false if stopping ended the wait.
    pub(super) async fn pause(&self, role: Role, duration: Duration) -> bool {
        self.wait(role, sleep(duration)).await
    }

    /// Stopping ends every wait but those of a teardown.
    async fn wait(&self, role: Role, waiting: impl Future<Output = ()>) -> bool {
        let draining = async {
            match role {
                Role::Teardown => std::future::pending().await,
                Role::Setup | Role::Case => self.stop.reached(StopPhase::Draining).await,
            }
        };
        tokio::select! {
            biased;
            () = draining => false,
            () = waiting => true,
        }
    }

    /// Sends the request of `case` in its attempt of that number, `again` on a new connection after a kept one failed; abandons it when the
    /// grace period of a stopping run is over.
    pub(super) async fn send(
        &self,
        case: &Case,
        request: Request,
        attempt: usize,
        again: bool,
    ) -> Result<Sent, transport::Error> {
        let sent = Instant::now();
        let sending = self.send_authorized(case, request, attempt, again);
        let grace_over = async {
            self.stop.reached(StopPhase::Draining).await;
            sleep(self.limits.grace).await;
        };
        tokio::select! {
            biased;
            result = sending => result,
            () = grace_over => Err(abandoned(self.limits.grace, sent.elapsed())),
        }
    }

    /// Sends it with an access token and a signature, if the target needs them.
    async fn send_authorized(
        &self,
        case: &Case,
        mut request: Request,
        attempt: usize,
        again: bool,
    ) -> Result<Sent, transport::Error> {
        let learn = |secret| self.queue.push(Event::Learned(secret));
        let mut authorized = self.prepared.target.tokens.authorize(&mut request, learn).await?;
        for (name, value) in self.signed(case, &request, attempt).iter() {
            request.headers.set(name, value);
            authorized.iter_mut().for_each(|(_, with_stand_in)| with_stand_in.set(name, value));
        }
        let sending =
            async { if again { self.transport.send_again(request).await } else { self.transport.send(request).await } };
        let mut exchange = sending.await?;
        let token = authorized.and_then(|(token, with_stand_in)| {
            // Nothing that reads the exchange needs the token.
            exchange.request.headers = with_stand_in;
            token
        });
        Ok(Sent { exchange, token })
    }

    /// Waits until the token has expired that the request needs as an expired one. The error is the verdict of a case that cannot have it.
    pub(super) async fn await_expired_token(&self, role: Role, request: &Request) -> Result<(), Verdict> {
        let learn = |secret| self.queue.push(Event::Learned(secret));
        match self.prepared.target.tokens.expiry(&request.headers, learn).await {
            Err(reason) => Err(Verdict::Skipped(reason)),
            Ok(Some(expiry)) if !self.wait(role, sleep_until(expiry)).await => {
                Err(Verdict::Skipped(self.stopped().unwrap_or_default().to_owned()))
            }
            Ok(_) => Ok(()),
        }
    }

    /// The header fields of a signature made now. A request that could be signed when it was built can be signed now.
    fn signed(&self, case: &Case, request: &Request, attempt: usize) -> Headers {
        let signer = self.prepared.target.signer.as_ref();
        let label = || format!("{} {attempt}", case.id);
        let signed = signer.map(|signer| expand::signed_headers(case, signer, request, self.wall_clock(), &label()));
        signed.and_then(Result::ok).unwrap_or_default()
    }

    /// Whether a request that was refused with 401 may be sent again with another access token; notes that other responses accept it.
    pub(super) async fn renews_token(&self, status: u16, used: &TokenUse) -> bool {
        let tokens = &self.prepared.target.tokens;
        match status {
            401 => tokens.renew(used).await,
            _ => {
                tokens.accept(used);
                false
            }
        }
    }
}

/// A completed exchange. Its request has the stand-in of an access token, not the token.
pub(super) struct Sent {
    /// The exchange.
    pub(super) exchange: Exchange,
    /// The valid token that the request was sent with.
    pub(super) token: Option<TokenUse>,
}

fn abandoned(grace: Duration, after: Duration) -> transport::Error {
    let seconds = grace.as_secs_f64();
    transport::Error {
        phase: transport::Phase::FirstByte,
        message: format!("abandoned after the {seconds} s grace period; the request may have taken effect"),
        status: None,
        headers: Headers::default(),
        received: 0,
        after,
    }
}
