//! Runs the cases against one mutant at a time, until the first of them notices it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::contract::Contract;
use crate::contract::server::ServerPath;
use crate::mock::direct::{Checkpoint, Direct};
use crate::mock::mutation::BehaviourMutation;
use crate::run::{self, Event, Outcome, Sink, Stop, StopPhase, Verdict};
use crate::severity::Severity;
use crate::transport::Transport;

use super::lanes::{Lane, PreparedStory};
use super::recorded_target::RecordedTarget;
use super::response_mutant::ResponseMutant;
use super::transport::{MutatingTransport, Source};
use super::unmutated::{LIMITS, UnmutatedRun};

/// Virtual time after which a case that ended by an error counts as timed out.
const LONG: Duration = Duration::from_secs(5);

/// How the cases ended against one mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A case has a finding of severity error: its id, and the check.
    Killed { case: String, check: &'static str },
    /// A case ended by an error: its id, the reason, and whether it waited until a time-out.
    Errored { case: String, reason: String, timed_out: bool },
    /// Every case passed.
    Survived,
}

/// A run against one mutant.
pub(crate) struct Ran {
    /// How the cases ended.
    pub ending: Ending,
    /// Whether the mock responded otherwise than unmutated, or had another state in the end.
    pub is_different: bool,
}

/// What all workers share.
pub(crate) struct Suite<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Paths of its servers.
    pub servers: Vec<ServerPath>,
    /// The stories.
    pub lanes: &'a [Lane<'a>],
    /// The run on the unchanged mock.
    pub unmutated: &'a UnmutatedRun,
    /// The turn to replay a story with a large response: on every processor, they would take too much memory.
    pub large: Mutex<()>,
}

impl Suite<'_> {
    fn has_large(&self, touched: &[(usize, Touched)]) -> bool {
        let mut stories =
            touched.iter().flat_map(|(lane, stories)| stories.iter().map(move |(story, _)| (*lane, *story)));
        stories.any(|(lane, story)| self.unmutated.lanes[lane][story].sent.iter().any(|sent| sent.is_large))
    }
}

/// A mock with its own clock.
pub(crate) struct Worker {
    /// The runtime whose clock is paused.
    pub runtime: Runtime,
    /// The mock; none if the responses of a live target were recorded.
    pub direct: Option<Direct>,
}

/// Where a mutant may show: the stories of a lane, and how many exchanges of each are the same as without it.
pub(crate) type Touched = Vec<(usize, usize)>;

impl Worker {
    /// Runs the touched stories of each lane in `touched` (lane, stories with their number of unaffected exchanges).
    pub(crate) fn run(&self, suite: &Suite<'_>, touched: &[(usize, Touched)], mutant: Option<&ResponseMutant>) -> Ran {
        let turn = || suite.large.lock().unwrap_or_else(PoisonError::into_inner);
        let _turn = suite.has_large(touched).then(turn);
        let source = |direct| Source { contract: suite.contract, servers: &suite.servers, direct };
        let source = self.direct.as_ref().map(source);
        self.runtime.block_on(async {
            let mut is_different = false;
            for (lane, stories) in touched {
                let ran = match &source {
                    Some(source) => run_lane(suite, source, *lane, stories, mutant).await,
                    None => replay_lane(suite, *lane, stories, mutant).await,
                };
                is_different |= ran.is_different;
                if ran.ending != Ending::Survived {
                    return ran;
                }
            }
            Ran { ending: Ending::Survived, is_different }
        })
    }

    /// Runs the stories in `touched` on the mock with a fault.
    pub(crate) fn run_with(
        &mut self,
        suite: &Suite<'_>,
        touched: &[(usize, Touched)],
        fault: BehaviourMutation,
    ) -> Ran {
        self.set_fault(Some(fault));
        let ran = self.run(suite, touched, None);
        self.set_fault(None);
        ran
    }

    fn set_fault(&mut self, fault: Option<BehaviourMutation>) {
        if let Some(direct) = &mut self.direct {
            direct.mock_mut().set_mutation(fault);
        }
    }
}

/// Runs the stories of a lane from the first that is touched. An untouched story is run only if the state before it is not that of the
/// unmutated run.
async fn run_lane(
    suite: &Suite<'_>,
    source: &Source<'_>,
    lane: usize,
    touched: &Touched,
    mutant: Option<&ResponseMutant>,
) -> Ran {
    let mut ran = Ran { ending: Ending::Survived, is_different: false };
    let Some(first) = touched.iter().map(|(story, _)| *story).min() else { return ran };
    let mut is_live = false;
    for (index, story) in suite.lanes[lane].iter().enumerate().skip(first) {
        let run = &suite.unmutated.lanes[lane][index];
        let has_same_state = |before: &Checkpoint| source.direct.checkpoint().state() == before.state();
        is_live = is_live && !run.before.as_ref().is_some_and(has_same_state);
        ran.is_different |= is_live;
        let replayable = touched.iter().find(|(touched, _)| *touched == index).map(|(_, replayable)| *replayable);
        if !is_live && replayable.is_none() {
            continue;
        }
        let recorded = run.before.as_ref().filter(|_| !is_live).map(|before| (before, run.sent.as_slice()));
        let transport = MutatingTransport::new(source, recorded, replayable.unwrap_or_default(), mutant);
        ran.ending = run_story(story, &transport).await;
        ran.is_different |= transport.is_different();
        if ran.ending != Ending::Survived {
            return ran;
        }
        is_live = transport.is_live();
    }
    ran.is_different |= is_live && source.direct.checkpoint().state() != suite.unmutated.after[lane];
    ran
}

/// Replays the touched stories of a lane of a recorded target.
async fn replay_lane(suite: &Suite<'_>, lane: usize, touched: &Touched, mutant: Option<&ResponseMutant>) -> Ran {
    let mut ending = Ending::Survived;
    for (story, _) in touched {
        let recorded = &suite.unmutated.lanes[lane][*story].sent;
        let target = RecordedTarget::new(suite.contract, &suite.unmutated.cases, recorded, mutant);
        ending = run_story(&suite.lanes[lane][*story], &target).await;
        if ending != Ending::Survived {
            break;
        }
    }
    Ran { ending, is_different: true }
}

/// Runs a story up to the first case that does not pass.
async fn run_story(story: &PreparedStory<'_>, transport: &impl Transport) -> Ending {
    let stop = Stop::default();
    let mut first_failure = FirstFailure { stop: stop.clone(), ending: Ending::Survived };
    run::run(&story.prepared, transport, &LIMITS, &stop, &mut first_failure).await;
    first_failure.ending
}

/// Abandons the run after the first case that does not pass.
struct FirstFailure {
    stop: Stop,
    ending: Ending,
}

impl Sink for FirstFailure {
    fn take(&mut self, event: Event<'_>) {
        if self.ending != Ending::Survived {
            return;
        }
        if let Event::Finished(outcome) = event
            && let Some(ending) = ending(&outcome)
        {
            self.ending = ending;
            self.stop.advance(StopPhase::Abandoned);
        }
    }
}

fn ending(outcome: &Outcome<'_>) -> Option<Ending> {
    let case = || outcome.case.id.clone();
    match &outcome.verdict {
        Verdict::Failed => {
            let finding = outcome.findings.iter().find(|finding| finding.severity == Severity::Error)?;
            Some(Ending::Killed { case: case(), check: finding.check })
        }
        Verdict::Errored(reason) | Verdict::Invalid(reason) => {
            Some(Ending::Errored { case: case(), reason: reason.clone(), timed_out: outcome.took >= LONG })
        }
        Verdict::Passed | Verdict::Skipped(_) | Verdict::Excluded(_) => None,
    }
}
