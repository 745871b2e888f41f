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
use crate::coverage::unmet_covers;
use crate::expression::Scope;
use crate::mock::direct::Direct;
use crate::mock::{Mock, MockRules};
use crate::run::{self, Event, Filter, Inputs, Limits, Outcome, PreparedRun, Sink, Start, Stop, Target, Verdict};
use crate::severity::Severity;

use super::connect::{Connector, Embedded};
use super::credentials;
use super::secrets::Vault;
use super::settings::Settings;
use super::target::{self, MOCK};

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
    mock: OnceCell<Option<RefCell<TrialMock>>>,
}

/// A mock with what is needed to send it requests.
pub(crate) struct TrialMock {
    target: Target,
    direct: Direct,
    runtime: Runtime,
}

impl<'a> MockTrial<'a> {
    /// Starts nothing yet.
    pub(crate) fn new(settings: &'a Settings, contract: &'a Arc<Contract>, env: &'a BTreeMap<String, String>) -> Self {
        Self { settings, contract, env, mock: OnceCell::new() }
    }

    /// Runs the case of a case file, given as YAML, on the mock in its initial state. Returns why it does not pass, or does not meet the
    /// clauses that it covers; none if it does. The reason has no values of the exchange.
    pub(crate) fn failure(&self, text: &str) -> Option<String> {
        let Some(mock) = self.mock.get_or_init(|| self.start().map(RefCell::new)) else {
            return Some("the mock of this project cannot be started".to_owned());
        };
        mock.borrow_mut().failure(&self.settings.file.root, self.contract, text)
    }

    /// The target `mock`, else the selected one if it is a mock, else the mock without rules.
    fn start(&self) -> Option<TrialMock> {
        let Self { settings, contract, env, .. } = *self;
        let selected = target::selected_name(settings, env);
        let is_selected = !settings.file.config.targets.contains_key(MOCK) && target::is_mock(settings, &selected);
        let mut vault = Vault::new(env, &settings.file.root, Scope::new(START.at, START.seed, "configuration"));
        let name = if is_selected { &selected } else { MOCK };
        let chosen = target::resolve(settings, name, &mut vault).ok()?;
        let credentials = credentials::resolve(settings, &chosen, contract, &Suite::default()).ok()?;
        let connector = Connector { settings, contract, start: START };
        let embedded = connector.embedded(&chosen, credentials).ok()?;
        let rules = connector.mock_rules(&chosen).ok()??;
        TrialMock::new(contract, rules, embedded)
    }
}

impl TrialMock {
    /// A mock of `contract`; none if its settings are invalid.
    pub(crate) fn new(contract: &Arc<Contract>, rules: MockRules, embedded: Embedded) -> Option<Self> {
        let mock = Mock::new(Arc::clone(contract), rules, START.at, START.seed);
        // With a paused clock, waiting takes no time.
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().ok()?;
        // The mock starts its clock, which is that of the runtime.
        let entered = runtime.enter();
        let direct = Direct::new(mock, embedded.settings).ok()?;
        drop(entered);
        Some(Self { target: embedded.target, direct, runtime })
    }

    /// Why a case does not pass; see [`MockTrial::failure`]. `root` is the directory that files of the case are relative to.
    pub(crate) fn failure(&mut self, root: &Path, contract: &Contract, text: &str) -> Option<String> {
        let invalid = || Some("the case is invalid".to_owned());
        let Ok(suite) = case::load::load_text(root, Path::new(FILE), text.to_owned(), contract) else {
            return invalid();
        };
        self.runtime.block_on(async {
            // The clock of the mock is that of the runtime.
            self.direct.restart();
            let (severities, waivers) = (Severities::default(), Waivers::default());
            let scope = Scope::new(START.at, START.seed, "run");
            let target = &self.target;
            let inputs = Inputs { contract, suite: &suite, target, severities: &severities, waivers: &waivers, scope };
            let Ok(prepared) = PreparedRun::new(inputs, &Filter::default()) else { return invalid() };
            let mut last = LastFailure { contract, target, failure: Some("the case is skipped".to_owned()) };
            run::run(&prepared, &self.direct, &LIMITS, &Stop::default(), &mut last).await;
            last.failure
        })
    }
}

/// Why the last case does not pass.
struct LastFailure<'a> {
    contract: &'a Contract,
    target: &'a Target,
    failure: Option<String>,
}

impl Sink for LastFailure<'_> {
    fn take(&mut self, event: Event<'_>) {
        if let Event::Finished(outcome) = event {
            self.failure = failure(self.contract, self.target, &outcome);
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
