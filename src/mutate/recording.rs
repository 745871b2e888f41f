//! One pass of the cases over a live target: their exchanges are kept in memory, so that mutants of the responses can be tried
//! without sending anything again.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;

use crate::contract::Contract;
use crate::contract::server::ServerPath;
use crate::expression;
use crate::http::{Exchange, Request, Response};
use crate::mock::routing;
use crate::run::{Attempt, Event, Outcome, Repetition, Sink, Verdict};
use crate::secret::Secret;

use super::lanes::Lane;
use super::unmutated::{self, Sent, StoryRun, UnmutatedRun};

/// Maximum memory of the kept exchanges in bytes.
const MAX_KEPT: usize = 32 << 20;

/// How much of that large responses may take, in bytes: all replays of a story check them again.
const MAX_KEPT_LARGE: usize = 16 << 20;

/// Maximum memory of one exchange whose response is changed, in bytes: every mutant copies it.
const MAX_CHANGED: usize = 2 << 20;

/// Memory of an exchange apart from its messages, in bytes.
const OVERHEAD: usize = 512;

/// The exchanges of a pass, case by case.
pub(crate) struct Recording<'c> {
    contract: &'c Contract,
    servers: Vec<ServerPath>,
    /// Finished cases by id.
    cases: BTreeMap<String, RecordedCase>,
    /// Ids of stories of which an exchange is too large to be kept.
    too_large: BTreeSet<String>,
    /// Operation and status of the responses that are not changed.
    pub not_changed: BTreeSet<(usize, u16)>,
    room: usize,
    room_for_large: usize,
    /// The cases that failed, with the reason.
    pub failed: Vec<String>,
    /// Cases whose exchanges were not completed, with the reason.
    pub errored: Vec<String>,
    /// Cases that are finished, and all cases.
    pub progress: (usize, usize),
    /// Secrets that were received.
    pub learned: Vec<Secret>,
}

/// What one case sent and received.
struct RecordedCase {
    story: String,
    sent: Vec<Sent>,
    captured: Vec<Value>,
    size: usize,
    /// How much of that large responses take.
    large: usize,
}

impl<'c> Recording<'c> {
    /// A recording without exchanges.
    pub(crate) fn new(contract: &'c Contract) -> Self {
        Self {
            contract,
            servers: routing::server_paths(contract),
            cases: BTreeMap::new(),
            too_large: BTreeSet::new(),
            not_changed: BTreeSet::new(),
            room: MAX_KEPT,
            room_for_large: MAX_KEPT_LARGE,
            failed: Vec::new(),
            errored: Vec::new(),
            progress: (0, 0),
            learned: Vec::new(),
        }
    }

    /// Ids of the stories of which no response is changed, because their exchanges are too large.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = &str> {
        self.too_large.iter().map(String::as_str)
    }

    /// Number of responses that are kept, but too large to be changed.
    pub(crate) fn large(&self) -> usize {
        self.cases.values().flat_map(|case| &case.sent).filter(|sent| sent.is_large).count()
    }

    fn record(&mut self, outcome: &Outcome<'_>) {
        let case = self.recorded(outcome);
        if case.size > self.room || case.large > self.room_for_large || self.too_large.contains(&case.story) {
            // A story without one of its exchanges cannot be replayed.
            let of_story = self.cases.values_mut().filter(|kept| kept.story == case.story);
            let mut dropped = case.sent;
            for kept in of_story {
                self.room += std::mem::take(&mut kept.size);
                self.room_for_large += std::mem::take(&mut kept.large);
                kept.captured = Vec::new();
                dropped.append(&mut kept.sent);
            }
            let response = |sent: &Sent| Some((sent.operation?, sent.exchange.response.status));
            self.not_changed.extend(dropped.iter().filter_map(response));
            self.too_large.insert(case.story);
            return;
        }
        self.room -= case.size;
        self.room_for_large -= case.large;
        self.cases.insert(outcome.case.id.clone(), case);
    }

    fn recorded(&mut self, outcome: &Outcome<'_>) -> RecordedCase {
        // Replaying uses no access tokens.
        let attempts = outcome.attempts.iter().filter(|attempt| attempt.repeated != Some(Repetition::Token));
        let sent: Vec<_> = attempts.filter_map(|attempt| self.sent(outcome, attempt)).collect();
        let mut captured = Vec::new();
        outcome.captured.iter().for_each(|one| unmutated::leaves(&one.value, &mut captured));
        let size_of = |sent: &Sent| size(&sent.exchange, sent.body.as_ref());
        let of_captured = captured.iter().map(expression::size).sum::<usize>();
        let size = sent.iter().map(size_of).sum::<usize>() + of_captured + OVERHEAD;
        let large = sent.iter().filter(|sent| sent.is_large).map(size_of).sum();
        RecordedCase { story: outcome.story.id.clone(), sent, captured, size, large }
    }

    /// The exchange of an attempt. None of an earlier attempt that was not completed, or whose body was dropped: without it, the
    /// case waits a shorter time for the same result. A large response is not changed, but the cases after it need it.
    fn sent(&mut self, outcome: &Outcome<'_>, attempt: &Attempt) -> Option<Sent> {
        let (exchange, judgement) =
            attempt.result.as_ref().ok().filter(|(exchange, _)| exchange.incomplete.is_none())?;
        let operation = unmutated::operation(self.contract, &self.servers, &exchange.request);
        let parsed = || serde_json::from_slice(&exchange.response.body).ok().map(Cow::Owned);
        let is_small = size(exchange, None) <= MAX_CHANGED;
        let body: Option<Cow<'_, Value>> =
            judgement.body.as_ref().map(Cow::Borrowed).or_else(|| if is_small { parsed() } else { None });
        let is_large = size(exchange, body.as_deref()) > MAX_CHANGED;
        if let (true, Some(operation)) = (is_large, operation) {
            self.not_changed.insert((operation, exchange.response.status));
        }
        Some(Sent {
            case: 0,
            is_row: !outcome.case.row.is_empty(),
            operation: operation.filter(|_| !is_large),
            exchange: detached(exchange),
            body: body.filter(|_| !is_large).map(Cow::into_owned),
            is_large,
            elapsed: 0,
        })
    }

    /// The exchanges of the stories in `lanes`, as those of an unmutated run.
    pub(crate) fn into_run(mut self, lanes: &[Lane<'_>]) -> UnmutatedRun {
        let mut run = UnmutatedRun { lanes: Vec::new(), after: Vec::new(), cases: Vec::new(), failed: Vec::new() };
        for lane in lanes {
            let mut stories = Vec::new();
            for story in lane {
                let (mut sent, mut captured) = (Vec::new(), Vec::new());
                for case in story.story.every() {
                    let Some(recorded) = self.cases.remove(&case.id) else { continue };
                    let index = run.cases.len();
                    run.cases.push(case.id.clone());
                    sent.extend(recorded.sent.into_iter().map(|sent| Sent { case: index, ..sent }));
                    let before = sent.len();
                    captured.extend(recorded.captured.into_iter().map(|value| (before, value)));
                }
                stories.push(StoryRun { before: None, sent, captured, variables: Vec::new() });
            }
            run.lanes.push(stories);
        }
        run
    }
}

impl Sink for Recording<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Started { cases } => self.progress.1 = cases,
            Event::Finished(outcome) => {
                self.progress.0 += 1;
                let failure = unmutated::failure(&outcome).map(|failure| failure.to_string());
                match outcome.verdict {
                    Verdict::Errored(_) => self.errored.extend(failure),
                    _ => self.failed.extend(failure),
                }
                self.record(&outcome);
            }
            Event::Learned(secret) => self.learned.push(secret),
            Event::Waiting { .. } | Event::StoryFinished { .. } | Event::Draining => {}
        }
    }
}

/// The exchange without what its body borrows: memory of the run, and the turn to process a large message.
fn detached(exchange: &Exchange) -> Exchange {
    let Exchange { request, response, timings, incomplete } = exchange;
    let body = Bytes::copy_from_slice(&response.body);
    Exchange {
        request: request.clone(),
        response: Response { body, ..response.clone() },
        timings: *timings,
        incomplete: incomplete.clone(),
    }
}

/// Approximate memory of an exchange in bytes.
fn size(exchange: &Exchange, body: Option<&Value>) -> usize {
    let Exchange { request: Request { url, headers, body: sent, .. }, response, .. } = exchange;
    let sent = url.len() + headers.size() + sent.as_ref().map_or(0, Bytes::len);
    let received = response.headers.size() + response.body.len() + body.map_or(0, expression::size);
    OVERHEAD + sent + received
}
