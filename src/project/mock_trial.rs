//! Runs a case against the mock of the project, without a socket: verifies cases that are shown as examples.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::case::{self, Suite};
use crate::check::{Severities, Waivers};
use crate::contract::Contract;
use crate::coverage::{Coverage, unmet_covers};
use crate::expression::Scope;
use crate::mock::direct::Direct;
use crate::mock::{Mock, MockRules};
use crate::record::clauses::Tried;
use crate::run::{self, Event, Filter, Inputs, Limits, Outcome, PreparedRun, Sink, Start, Stop, Target, Verdict};
use crate::severity::Severity;

use super::connect::{Connector, Embedded};
use super::secrets::Vault;
use super::settings::Settings;
use super::target::{self, MOCK};
use super::{credentials, environment};

/// Clock and seed of the mock: 2025-02-13T19:08:07Z.
const START: Start = Start { at: 1_739_473_687_000_000, seed: 1 };

/// Limits of the run of one case.
const LIMITS: Limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };

/// Name of the file as which a case is read.
const FILE: &str = "trial.yaml";

/// The mock of a project with its rules, started when the first case needs it.
pub(crate) struct MockTrial<'a> {
    settings: &'a Settings,
    contract: &'a Arc<Contract>,
    env: &'a BTreeMap<String, String>,
    /// The cases whose credentials and variables the mock has, in addition to its own ones.
    suite: Option<&'a Suite>,
    mock: OnceCell<Option<RefCell<TrialMock>>>,
}

/// A mock with what is needed to send it requests.
pub(crate) struct TrialMock {
    target: Target,
    direct: Direct,
    runtime: Runtime,
    scope: Scope,
}

/// A run of suites on a mock.
pub(crate) struct SuitesRun {
    /// Ids of the cases that do not pass, with the reason.
    pub failed: BTreeMap<String, String>,
    /// What the exchanges met.
    pub coverage: Coverage,
}

impl<'a> MockTrial<'a> {
    /// Starts nothing yet.
    pub(crate) fn new(settings: &'a Settings, contract: &'a Arc<Contract>, env: &'a BTreeMap<String, String>) -> Self {
        Self { settings, contract, env, suite: None, mock: OnceCell::new() }
    }

    /// Prepares the mock for the cases of `suite`, too.
    pub(crate) fn with_suite(self, suite: &'a Suite) -> Self {
        Self { suite: Some(suite), ..self }
    }

    /// Runs the case of a case file, given as YAML, on the mock in its initial state. Returns why it does not pass, or does not meet the
    /// clauses that it covers; none if it does. The reason has no values of the exchange.
    pub(crate) fn failure(&self, text: &str) -> Option<String> {
        self.tried(text).failure
    }

    /// Runs the case of a case file as [`MockTrial::failure`] does, and returns also which clauses it meets.
    pub(crate) fn tried(&self, text: &str) -> Tried {
        match self.mock() {
            Some(mock) => mock.borrow_mut().tried(&self.settings.file.root, self.contract, text),
            None => {
                Tried { failure: Some("the mock of this project cannot be started".to_owned()), ..Tried::default() }
            }
        }
    }

    /// Runs several suites, one after the other, on the mock in its initial state; none if it cannot be started.
    pub(crate) fn run(&self, suites: &[&Suite]) -> Option<SuitesRun> {
        let mock = self.mock()?;
        mock.borrow_mut().run(self.contract, suites)
    }

    /// The name of the target; none if the mock cannot be started.
    pub(crate) fn target(&self) -> Option<String> {
        self.mock().map(|mock| mock.borrow().target.name.clone())
    }

    fn mock(&self) -> Option<&RefCell<TrialMock>> {
        self.mock.get_or_init(|| self.start().map(RefCell::new)).as_ref()
    }

    /// The target `mock`, else the selected one if it is a mock, else the mock without rules.
    fn start(&self) -> Option<TrialMock> {
        let Self { settings, contract, env, .. } = *self;
        let selected = target::selected_name(settings, env);
        let is_selected = !settings.file.config.targets.contains_key(MOCK) && target::is_mock(settings, &selected);
        let mut vault = Vault::new(env, &settings.file.root, Scope::new(START.at, START.seed, "configuration"));
        let name = if is_selected { &selected } else { MOCK };
        let chosen = target::resolve(settings, name, &mut vault).ok()?;
        let none = Suite::default();
        let suite = self.suite.unwrap_or(&none);
        let credentials = credentials::resolve(settings, &chosen, contract, suite).ok()?;
        let connector = Connector { settings, contract, start: START };
        let embedded = connector.embedded(&chosen, credentials).ok()?;
        let rules = connector.mock_rules(&chosen).ok()??;
        let mut mock = TrialMock::new(contract, rules, embedded)?;
        // Cases that read other variables fail.
        if let Ok(values) = environment::of_cases(suite, name, &mut vault) {
            values.iter().for_each(|(name, value)| mock.scope.set(name, value));
        }
        Some(mock)
    }
}

impl TrialMock {
    /// A mock of `contract`; none if its settings are invalid.
    pub(crate) fn new(contract: &Arc<Contract>, rules: MockRules, embedded: Embedded) -> Option<Self> {
        let mock = Mock::new(Arc::clone(contract), rules, START.at, START.seed).with_refused(embedded.refused);
        let mock = mock.with_verifier(embedded.verifier);
        // With a paused clock, waiting takes no time.
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().ok()?;
        // The mock starts its clock, which is that of the runtime.
        let entered = runtime.enter();
        let direct = Direct::new(mock, embedded.settings).ok()?;
        drop(entered);
        let scope = Scope::new(START.at, START.seed, "run");
        Some(Self { target: embedded.target, direct, runtime, scope })
    }

    /// Why a case does not pass; see [`MockTrial::failure`]. `root` is the directory that files of the case are relative to.
    #[cfg(test)]
    pub(crate) fn failure(&mut self, root: &Path, contract: &Contract, text: &str) -> Option<String> {
        self.tried(root, contract, text).failure
    }

    fn tried(&mut self, root: &Path, contract: &Contract, text: &str) -> Tried {
        let failed = |why: &str| Tried { failure: Some(why.to_owned()), ..Tried::default() };
        let Ok(suite) = case::load::load_text(root, Path::new(FILE), text.to_owned(), contract) else {
            return failed("the case is invalid");
        };
        let Some(run) = self.run(contract, &[&suite]) else { return failed("the case is invalid") };
        let (held, _) = run.coverage.cases();
        let met = held.first().map(|case| case.operations.clone()).unwrap_or_default();
        Tried { failure: run.failed.into_values().next(), met }
    }

    /// Runs suites; see [`MockTrial::run`].
    fn run(&mut self, contract: &Contract, suites: &[&Suite]) -> Option<SuitesRun> {
        let Self { target, direct, runtime, scope } = self;
        runtime.block_on(async {
            // The clock of the mock is that of the runtime.
            direct.restart();
            let (severities, waivers) = (Severities::default(), Waivers::default());
            let mut run = SuitesRun { failed: BTreeMap::new(), coverage: Coverage::default() };
            for &suite in suites {
                let (severities, waivers, scope) = (&severities, &waivers, scope.clone());
                let inputs = Inputs { contract, suite, target, severities, waivers, scope };
                let selection = Filter::default().select(contract, suite).ok()?;
                let prepared = PreparedRun::unverified(inputs, selection);
                let mut outcomes = Outcomes { contract, target, run: &mut run };
                run::run(&prepared, direct, &LIMITS, &Stop::default(), &mut outcomes).await;
            }
            Some(run)
        })
    }
}

/// Collects how cases end.
struct Outcomes<'a> {
    contract: &'a Contract,
    target: &'a Target,
    run: &'a mut SuitesRun,
}

impl Sink for Outcomes<'_> {
    fn take(&mut self, event: Event<'_>) {
        if let Event::Finished(outcome) = event {
            self.run.coverage.observe(self.contract, self.target, &outcome, &|_, _| false);
            let failure = failure(self.contract, self.target, &outcome);
            self.run.failed.extend(failure.map(|why| (outcome.case.id.clone(), why)));
        }
    }
}

fn failure(contract: &Contract, target: &Target, outcome: &Outcome<'_>) -> Option<String> {
    let exchange = outcome.attempts.last().and_then(|attempt| attempt.result.as_ref().ok());
    let status = exchange.map(|(exchange, _)| exchange.response.status);
    let failed = outcome.findings.iter().find(|finding| finding.severity == Severity::Error);
    match (&outcome.verdict, status, failed) {
        (Verdict::Passed, ..) if unmet_covers(contract, target, outcome).is_empty() => None,
        (Verdict::Passed, Some(status), _) => Some(format!("its response with {status} does not meet the clause")),
        (Verdict::Failed, Some(status), Some(finding)) => {
            Some(format!("it responds with {status}, which fails the check `{}`", finding.check))
        }
        _ => Some("the case ends by an error".to_owned()),
    }
}
