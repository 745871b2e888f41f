//! Runs of the whole suite on one mock: what `signoff run` does, where every case finds what the cases before it left there.

use std::collections::BTreeSet;

use crate::case::Suite;
use crate::http::{Exchange, Request};
use crate::mock::direct::{Checkpoint, Direct};
use crate::run::{self, Event, Inputs, Limits, PreparedRun, Selection, Sink, Start, Stop};
use crate::transport::{Error, Transport};

use super::super::clock;
use super::super::lanes;
use super::super::unmutated::{Before, Failure, LIMITS, UnmutatedRun, failure};
use super::super::worker::Worker;
use super::patch::Patch;
use super::reason::NoSuggestion;
use super::trial::{Cases, Trial};

/// Number of stories that run concurrently.
const JOBS: usize = 16;

impl Trial<'_, '_> {
    /// Runs the suite three times on one mock: from the initial state, once more after that (as `again`), and from the initial state in
    /// reverse order. Also returns the state after the first run.
    pub(super) fn on_one_mock(
        &self,
        suite: &Suite,
        (cases, again): (Cases, Start),
        worker: &mut Worker,
    ) -> Option<([UnmutatedRun; 3], Checkpoint)> {
        let prepare = |start: Start| {
            let (inputs, selection) = match cases {
                Cases::Selected => self.selected(suite, start),
                Cases::All => self.whole(suite, start)?,
            };
            lanes::prepare_selected(&inputs, &selection).ok()
        };
        let mut lanes = prepare(self.setup.start)?;
        let forward = self.run(&lanes, Before::Shared(None), worker)?;
        let checkpoint = worker.direct.as_ref().map(|direct| worker.runtime.block_on(async { direct.checkpoint() }))?;
        let second = self.run(&prepare(again)?, Before::Shared(Some(&checkpoint)), worker)?;
        lanes.reverse();
        let mut reverse = self.run(&lanes, Before::Shared(None), worker)?;
        reverse.lanes.reverse();
        Some(([forward, second, reverse], checkpoint))
    }

    /// Whether every case of `suite` is selected.
    pub(super) fn is_whole(&self, suite: &Suite) -> bool {
        let counted = |found: (Inputs<'_>, Selection)| found.1.cases(suite).count();
        let selected = counted(self.selected(suite, self.setup.start));
        self.whole(suite, self.setup.start).map(counted) == Some(selected)
    }

    /// Ids of the cases that fail with all changes of the patch, and only with them, when the whole suite runs on one mock.
    pub(super) fn failing_together(&self, patch: &Patch) -> Result<BTreeSet<String>, NoSuggestion> {
        let suite = self.suite(&patch.changed(), true)?;
        let changed = self.together(&suite).ok_or(NoSuggestion::NotVerified)?;
        let unchanged = self.unchanged_together.get_or_init(|| self.together(self.setup.inputs.suite));
        let unchanged = unchanged.as_ref().ok_or(NoSuggestion::NotVerified)?;
        let new = changed.into_iter().zip(unchanged).flat_map(|(changed, unchanged)| &changed - unchanged);
        Ok(new.map(|failure| failure.case).collect())
    }

    /// The failing cases of each run of the suite on one mock: in order, again, in reverse order, and concurrently on two mocks.
    fn together(&self, suite: &Suite) -> Option<Vec<BTreeSet<Failure>>> {
        let [first, _, generated, again] = &self.variants;
        let mut failing = self.with(first, |worker| {
            let (runs, _) = self.on_one_mock(suite, (Cases::All, again.cases), worker)?;
            Some(runs.map(|run| run.failed.into_iter().collect::<BTreeSet<_>>()).to_vec())
        })?;
        for variant in [first, generated] {
            failing.push(self.with(variant, |worker| self.concurrently(suite, variant.cases, worker))?);
        }
        Some(failing)
    }

    fn concurrently(&self, suite: &Suite, start: Start, worker: &mut Worker) -> Option<BTreeSet<Failure>> {
        let (inputs, selection) = self.whole(suite, start)?;
        let prepared = PreparedRun::verified(inputs, selection).ok()?;
        let Worker { runtime, direct } = worker;
        let direct = direct.as_mut()?;
        let mut failures = Failures::default();
        runtime.block_on(async {
            direct.restart();
            let limits = Limits { jobs: JOBS, ..LIMITS };
            run::run(&prepared, &Paced(direct), &limits, &Stop::default(), &mut failures).await;
        });
        Some(failures.0)
    }
}

/// A mock to which every request takes a moment, in which other stories send theirs.
struct Paced<'d>(&'d Direct);

impl Transport for Paced<'_> {
    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        clock::advance().await;
        self.0.send(request).await
    }
}

#[derive(Default)]
struct Failures(BTreeSet<Failure>);

impl Sink for Failures {
    fn take(&mut self, event: Event<'_>) {
        if let Event::Finished(outcome) = event {
            self.0.extend(failure(&outcome));
        }
    }
}
