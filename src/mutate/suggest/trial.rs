//! Verifies a changed case file: its cases pass on the unchanged mock with every seed and clock, and one of them fails on the mutant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::case::{self, CaseFile, Suite};
use crate::contract::Contract;
use crate::mock::routing;
use crate::run::{Inputs, Selection, Start};

use super::super::clock::paused_runtime;
use super::super::lanes::{self, Lane};
use super::super::response_mutant::ResponseMutant;
use super::super::setup::Setup;
use super::super::unmutated::{self, UnmutatedRun};
use super::super::unmutated_runs::SHIFTS;
use super::super::worker::{self, Ending, Worker};
use super::reason::NoSuggestion;

/// One way to run the cases on the unchanged mock.
#[derive(Debug, Clone, Copy)]
struct Variant {
    start: Start,
    /// Whether the mock generates data instead of using the document's examples.
    dynamic: bool,
}

/// Workers that are not in use.
type Pool = Mutex<Vec<Worker>>;

/// The result for one text of a case file.
type Passing = (Arc<str>, String, Result<Arc<Suite>, NoSuggestion>);

/// Maximum number of results that are kept.
const MAX_KEPT: usize = 500;

/// Runs changed case files.
pub(super) struct Trial<'t, 'a> {
    pub(super) setup: &'t Setup<'a>,
    /// Ids of the cases that are selected.
    selected: BTreeSet<&'t str>,
    variants: Vec<(Variant, Pool)>,
    /// File, text, and the suite or why it cannot be used.
    passing: Mutex<Vec<Passing>>,
    /// The cases that fail with generated data without any change, with the reason.
    failing: BTreeSet<String>,
    /// Number of problems of the case files by rule.
    lint: BTreeMap<&'static str, usize>,
}

impl<'t, 'a> Trial<'t, 'a> {
    /// A trial of changes of the suite, and the run of the unchanged suite on a mock that generates its data; none without a mock.
    pub(super) fn new(setup: &'t Setup<'a>, cases: &'t [String]) -> Option<(Self, UnmutatedRun)> {
        let start = |(seed, clock): (u64, i64)| Start {
            at: setup.start.at.saturating_add(clock),
            seed: setup.start.seed.wrapping_add(seed),
        };
        let generated = Variant { start: start(SHIFTS[1]), dynamic: true };
        let variants = [setup.start, start(SHIFTS[0])].map(|start| Variant { start, dynamic: false });
        let mut trial = Self {
            setup,
            selected: cases.iter().map(String::as_str).collect(),
            variants: variants.into_iter().chain([generated]).map(|variant| (variant, Pool::default())).collect(),
            passing: Mutex::default(),
            failing: BTreeSet::new(),
            lint: count(setup.inputs.suite, setup.inputs.contract),
        };
        let (_, pool) = trial.variants.last()?;
        let suite = setup.inputs.suite;
        let run = trial.with(pool, generated, |worker| Some(trial.unmutated(suite, generated.start, worker)?.1))?;
        trial.failing = run.failed.iter().cloned().collect();
        Some((trial, run))
    }

    /// Verifies `text` as the content of `file`: nothing fails unmutated, and the mutant is noticed.
    pub(super) fn verify(&self, file: &CaseFile, text: String, mutant: &ResponseMutant) -> Result<(), NoSuggestion> {
        let suite = self.passing(file, text)?;
        if self.notices(&suite, mutant)? { Ok(()) } else { Err(NoSuggestion::NotVerified) }
    }

    /// The stories that use `file`, with `text` as its content, if they pass on the unchanged mock. The results are kept: several
    /// survivors need the same expectation.
    pub(super) fn passing(&self, file: &CaseFile, text: String) -> Result<Arc<Suite>, NoSuggestion> {
        let lock = || self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().iter().find(|known| known.0 == file.name && known.1 == text).map(|known| known.2.clone());
        known.unwrap_or_else(|| {
            let suite = self.suite(file, &text).and_then(|suite| self.passes(&suite).map(|()| Arc::new(suite)));
            let mut kept = lock();
            if kept.len() < MAX_KEPT {
                kept.push((Arc::clone(&file.name), text, suite.clone()));
            }
            suite
        })
    }

    fn suite(&self, file: &CaseFile, text: &str) -> Result<Suite, NoSuggestion> {
        let suite = (self.setup.reload)(file, text.to_owned()).map_err(|_| NoSuggestion::NotVerified)?;
        let is_worse = count(&suite, self.setup.inputs.contract)
            .into_iter()
            .any(|(rule, number)| number > self.lint.get(rule).copied().unwrap_or_default());
        if is_worse { Err(NoSuggestion::NotVerified) } else { Ok(suite) }
    }

    fn passes(&self, suite: &Suite) -> Result<(), NoSuggestion> {
        for (variant, pool) in &self.variants {
            let run = self.with(pool, *variant, |worker| Some(self.unmutated(suite, variant.start, worker)?.1));
            let is_new = |failed: &String| !variant.dynamic || !self.failing.contains(failed);
            if run.ok_or(NoSuggestion::NotVerified)?.failed.iter().any(is_new) {
                return Err(NoSuggestion::NotVerified);
            }
        }
        Ok(())
    }

    /// Whether a case of `suite`, which passes without it, notices the mutant.
    pub(super) fn notices(&self, suite: &Suite, mutant: &ResponseMutant) -> Result<bool, NoSuggestion> {
        let contract = self.setup.inputs.contract;
        let (variant, pool) = self.variants.first().ok_or(NoSuggestion::NotVerified)?;
        let noticed = self.with(pool, *variant, |worker| {
            let (lanes, unmutated) = self.unmutated(suite, variant.start, worker)?;
            let servers = routing::server_paths(contract);
            let suite = worker::Suite { contract, servers, lanes: &lanes, unmutated: &unmutated };
            let stories = |lane: &Lane<'_>| (0..lane.len()).map(|story| (story, usize::MAX)).collect();
            let touched: Vec<_> = lanes.iter().enumerate().map(|(index, lane)| (index, stories(lane))).collect();
            Some(matches!(worker.run(&suite, &touched, Some(mutant)).ending, Ending::Killed { .. }))
        });
        noticed.ok_or(NoSuggestion::NotVerified)
    }

    /// Runs `work` with a worker of a variant.
    fn with<T>(&self, pool: &Pool, variant: Variant, work: impl FnOnce(&mut Worker) -> Option<T>) -> Option<T> {
        let lock = || pool.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = lock().pop();
        let mut worker = match waiting {
            Some(worker) => worker,
            None => {
                let runtime = paused_runtime().ok()?;
                let mock = self.setup.mock?;
                let mut direct = runtime.block_on(async { mock(variant.start) }).ok()?;
                direct.mock_mut().set_dynamic(variant.dynamic);
                Worker { runtime, direct: Some(direct) }
            }
        };
        let done = work(&mut worker);
        lock().push(worker);
        done
    }

    /// The selected cases of `suite`, and their run on the unchanged mock.
    fn unmutated<'s>(
        &'s self,
        suite: &'s Suite,
        start: Start,
        worker: &mut Worker,
    ) -> Option<(Vec<Lane<'s>>, UnmutatedRun)> {
        let Setup { inputs, .. } = self.setup;
        let is_selected = |case: &case::Case| self.selected.contains(case.id.as_str());
        let selected = suite.stories.iter().map(|story| story.cases.iter().map(is_selected).collect()).collect();
        let scope = inputs.scope.restarted(start.at, start.seed);
        let inputs: Inputs<'s> = Inputs { scope, suite, ..inputs.clone() };
        let lanes = lanes::prepare_selected(&inputs, &Selection::new(selected)).ok()?;
        let Worker { runtime, direct } = worker;
        let run = runtime.block_on(unmutated::run(&lanes, inputs.contract, direct.as_mut()?));
        Some((lanes, run))
    }
}

/// Number of problems that `signoff check` finds in the case files, by rule.
fn count(suite: &Suite, contract: &Contract) -> BTreeMap<&'static str, usize> {
    let mut numbers = BTreeMap::new();
    for problem in case::lint::lint(suite, contract) {
        *numbers.entry(problem.rule.unwrap_or_default()).or_default() += 1;
    }
    numbers
}
