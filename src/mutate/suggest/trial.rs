//! Verifies a changed case file: its cases pass on the unchanged mock with every seed, clock and state, and one of them fails on the mutant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use crate::case::{self, CaseFile, Suite};
use crate::contract::Contract;
use crate::mock::direct::Checkpoint;
use crate::mock::routing;
use crate::run::{Filter, Inputs, Selection, Start, Target};

use super::super::clock::paused_runtime;
use super::super::lanes::{self, Lane};
use super::super::response_mutant::ResponseMutant;
use super::super::setup::Setup;
use super::super::unmutated::{self, Before, Failure, UnmutatedRun};
use super::super::unmutated_runs::SHIFTS;
use super::super::worker::{self, Ending, Worker};
use super::reason::NoSuggestion;

/// Cases of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cases {
    /// Those in which mutants are tried.
    Selected,
    /// Those of `signoff run`.
    All,
}

/// One way to run the cases on the unchanged mock.
pub(super) struct Variant {
    /// Clock and seed of the mock.
    mock: Start,
    /// Clock and seed of the cases.
    pub(super) cases: Start,
    /// Whether the mock generates data instead of using the document's examples.
    dynamic: bool,
    /// The target, if its variables have other values.
    target: Option<Target>,
    /// What other cases left on the mock; without it, every lane has the initial state.
    before: Option<Checkpoint>,
    /// The cases that fail without any change.
    failing: BTreeSet<Failure>,
    /// Workers that are not in use.
    workers: Mutex<Vec<Worker>>,
}

impl Variant {
    fn new(start: Start) -> Self {
        let (failing, workers) = (BTreeSet::new(), Mutex::default());
        Self { mock: start, cases: start, dynamic: false, target: None, before: None, failing, workers }
    }
}

/// Runs of the unchanged suite that show which values an expectation can state.
pub(super) struct Comparison {
    /// On a mock that generates its data.
    pub(super) generated: UnmutatedRun,
    /// On a mock with what other cases left there.
    pub(super) shared: Vec<UnmutatedRun>,
    /// With other values of the variables, which are those of the target then; none if the cases cannot be prepared with them.
    pub(super) varied: Option<(UnmutatedRun, BTreeMap<String, Value>)>,
}

/// The result for one text of a case file.
type Passing = (Arc<str>, String, Result<Arc<Suite>, NoSuggestion>);

/// Maximum number of results that are kept.
const MAX_KEPT: usize = 500;

/// Runs changed case files.
pub(super) struct Trial<'t, 'a> {
    pub(super) setup: &'t Setup<'a>,
    /// Ids of the cases that are selected.
    selected: BTreeSet<&'t str>,
    /// As the mutants are compared with; another seed and clock; generated data; the state after a run of the whole suite.
    pub(super) variants: [Variant; 4],
    /// File, text, and the suite or why it cannot be used.
    passing: Mutex<Vec<Passing>>,
    /// The failing cases of the unchanged suite in the runs on one mock.
    pub(super) unchanged_together: OnceLock<Option<Vec<BTreeSet<Failure>>>>,
    /// Number of problems of the case files by rule.
    lint: BTreeMap<&'static str, usize>,
}

impl<'t, 'a> Trial<'t, 'a> {
    /// A trial of changes of the suite, and the runs of the unchanged suite to compare with; none without a mock.
    pub(super) fn new(setup: &'t Setup<'a>, cases: &'t [String]) -> Option<(Self, Comparison)> {
        setup.mock?;
        let shifted = |(seed, clock): (u64, i64)| Start {
            at: setup.start.at.saturating_add(clock),
            seed: setup.start.seed.wrapping_add(seed),
        };
        let generated = Variant { dynamic: true, ..Variant::new(shifted(SHIFTS[1])) };
        // A second run of the suite has another seed, and begins when the first ends.
        let again = Start { at: setup.start.at, ..shifted(SHIFTS[0]) };
        let again = Variant { cases: again, ..Variant::new(setup.start) };
        let mut trial = Self {
            setup,
            selected: cases.iter().map(String::as_str).collect(),
            variants: [Variant::new(setup.start), Variant::new(shifted(SHIFTS[0])), generated, again],
            passing: Mutex::default(),
            unchanged_together: OnceLock::new(),
            lint: count(setup.inputs.suite, setup.inputs.contract),
        };
        let suite = setup.inputs.suite;
        let [first, .., generated, again] = &trial.variants;
        let generated =
            trial.with(generated, |worker| trial.unmutated(suite, generated, worker).map(|(_, run)| run))?;
        let (shared, own) =
            trial.with(first, |worker| trial.on_one_mock(suite, (Cases::Selected, again.cases), worker))?;
        let whole = || trial.with(first, |worker| trial.on_one_mock(suite, (Cases::All, again.cases), worker));
        let checkpoint = if trial.is_whole(suite) { own } else { whole()?.1 };
        let failing = |run: &UnmutatedRun| run.failed.iter().cloned().collect();
        trial.variants[2].failing = failing(&generated);
        trial.variants[3].failing = failing(&shared[1]);
        trial.variants[3].before = Some(checkpoint);
        let varied = Variant { target: Some(varied_target(setup)), ..Variant::new(setup.start) };
        let run = trial.with(&varied, |worker| trial.unmutated(suite, &varied, worker).map(|(_, run)| run));
        let varied = run.zip(varied.target.map(|target| target.vars));
        Some((trial, Comparison { generated, shared: shared.into(), varied }))
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
            let suite = self.suite(&[(file, &text)], false);
            let suite = suite.and_then(|suite| self.passes(&suite).map(|()| Arc::new(suite)));
            let mut kept = lock();
            if kept.len() < MAX_KEPT {
                kept.push((Arc::clone(&file.name), text, suite.clone()));
            }
            suite
        })
    }

    /// Loads the stories that changed files concern, or all, if `signoff check` finds no new problem in them.
    pub(super) fn suite(&self, changed: &[case::load::Changed<'_>], is_whole: bool) -> Result<Suite, NoSuggestion> {
        let suite = (self.setup.reload)(changed, is_whole).map_err(|_| NoSuggestion::NotVerified)?;
        let is_worse = count(&suite, self.setup.inputs.contract)
            .into_iter()
            .any(|(rule, number)| number > self.lint.get(rule).copied().unwrap_or_default());
        if is_worse { Err(NoSuggestion::NotVerified) } else { Ok(suite) }
    }

    fn passes(&self, suite: &Suite) -> Result<(), NoSuggestion> {
        for variant in &self.variants {
            let run = self.with(variant, |worker| Some(self.unmutated(suite, variant, worker)?.1));
            let is_new = |failed: &Failure| !variant.failing.contains(failed);
            if run.ok_or(NoSuggestion::NotVerified)?.failed.iter().any(is_new) {
                return Err(match variant.before {
                    Some(_) => NoSuggestion::State,
                    None => NoSuggestion::NotVerified,
                });
            }
        }
        Ok(())
    }

    /// Whether a case of `suite`, which passes without it, notices the mutant.
    pub(super) fn notices(&self, suite: &Suite, mutant: &ResponseMutant) -> Result<bool, NoSuggestion> {
        let contract = self.setup.inputs.contract;
        let [variant, ..] = &self.variants;
        let noticed = self.with(variant, |worker| {
            let (lanes, unmutated) = self.unmutated(suite, variant, worker)?;
            let servers = routing::server_paths(contract);
            let suite =
                worker::Suite { contract, servers, lanes: &lanes, unmutated: &unmutated, large: Mutex::default() };
            let stories = |lane: &Lane<'_>| (0..lane.len()).map(|story| (story, usize::MAX)).collect();
            let touched: Vec<_> = lanes.iter().enumerate().map(|(index, lane)| (index, stories(lane))).collect();
            Some(matches!(worker.run(&suite, &touched, Some(mutant)).ending, Ending::Killed { .. }))
        });
        noticed.ok_or(NoSuggestion::NotVerified)
    }

    /// Runs `work` with a worker of a variant.
    pub(super) fn with<T>(&self, variant: &Variant, work: impl FnOnce(&mut Worker) -> Option<T>) -> Option<T> {
        let lock = || variant.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = lock().pop();
        let mut worker = match waiting {
            Some(worker) => worker,
            None => {
                let runtime = paused_runtime().ok()?;
                let mock = self.setup.mock?;
                let mut direct = runtime.block_on(async { mock(variant.mock) }).ok()?;
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
        variant: &'s Variant,
        worker: &mut Worker,
    ) -> Option<(Vec<Lane<'s>>, UnmutatedRun)> {
        let (inputs, selection) = self.selected(suite, variant.cases);
        let inputs = Inputs { target: variant.target.as_ref().unwrap_or(inputs.target), ..inputs };
        let lanes = lanes::prepare_selected(&inputs, &selection).ok()?;
        let before = variant.before.as_ref().map_or(Before::Initial, |before| Before::Shared(Some(before)));
        let run = self.run(&lanes, before, worker)?;
        Some((lanes, run))
    }

    /// Runs lanes on the unchanged mock.
    pub(super) fn run(&self, lanes: &[Lane<'_>], before: Before<'_>, worker: &mut Worker) -> Option<UnmutatedRun> {
        let Worker { runtime, direct } = worker;
        Some(runtime.block_on(unmutated::run(lanes, self.setup.inputs.contract, direct.as_mut()?, before)))
    }

    /// All cases of `suite`, also those that are not selected: they leave something on a mock.
    pub(super) fn whole<'s>(&'s self, suite: &'s Suite, start: Start) -> Option<(Inputs<'s>, Selection)> {
        let (inputs, _) = self.selected(suite, start);
        let selection = Filter::default().select(inputs.contract, suite).ok()?;
        Some((inputs, selection))
    }

    /// The selected cases of `suite`, with another clock and seed.
    pub(super) fn selected<'s>(&'s self, suite: &'s Suite, start: Start) -> (Inputs<'s>, Selection) {
        let Setup { inputs, .. } = self.setup;
        let is_selected = |case: &case::Case| self.selected.contains(case.id.as_str());
        let selected = suite.stories.iter().map(|story| story.cases.iter().map(is_selected).collect()).collect();
        let scope = inputs.scope.restarted(start.at, start.seed);
        (Inputs { scope, suite, ..inputs.clone() }, Selection::new(selected))
    }
}

/// The target with another value of each variable of the cases. Those that need a captured or random value keep it.
fn varied_target(setup: &Setup<'_>) -> Target {
    let Setup { inputs: Inputs { suite, target, scope, .. }, .. } = setup;
    let mut vars: BTreeMap<String, Value> =
        target.vars.iter().map(|(name, value)| (name.clone(), other(value))).collect();
    for (name, tree) in suite.stories.iter().flat_map(|story| &story.vars) {
        let value = tree.as_ref().filter(|tree| !tree.is_random()).and_then(|tree| tree.expand(scope).ok().flatten());
        if let Some(value) = value {
            vars.entry(name.clone()).or_insert_with(|| other(&value));
        }
    }
    Target { vars, ..Target::clone(target) }
}

/// Another value of the same form.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(value) => (!value).into(),
        Value::Number(number) => {
            number.as_i64().and_then(|number| number.checked_add(1)).map_or(value.clone(), Value::from)
        }
        Value::String(text) => {
            let next = |c: char| match c {
                'z' => 'a',
                'Z' => 'A',
                '9' => '1',
                c if c.is_ascii_alphanumeric() => char::from(c as u8 + 1),
                c => c,
            };
            text.chars().map(next).collect::<String>().into()
        }
        Value::Array(items) => items.iter().map(other).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), other(value))).collect())
        }
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
