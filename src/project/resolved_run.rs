//! Resolves every input of a run before anything listens or is sent.

use std::collections::{BTreeMap, HashSet};

use crate::check::{Severities, Waivers};
use crate::contract::Contract;
use crate::expression::Scope;
use crate::problem::Problem;
use crate::record::{Baseline, Secret};
use crate::run::{Filter, Inputs, PreparedRun, Start, Target};
use crate::severity::Severity;

use super::connect::{Connection, Connector};
use super::coverage::CoverageSettings;
use super::credentials::TargetCredentials;
use super::format::FailOn;
use super::loaded::Project;
use super::mock_trial::MockTrial;
use super::secrets::Vault;
use super::settings::Settings;
use super::start::start;
use super::target::{self, ChosenTarget};
use super::waivers::WaiverFile;
use super::{
    baseline, client_certificates, credentials, environment, negative_credentials, unknown_targets, unused_variables,
};

/// The resolved inputs of a run.
pub(crate) struct ResolvedRun {
    /// Paths and values of the call.
    pub settings: Settings,
    /// The contract and the cases.
    pub project: Project,
    /// The selected target.
    pub chosen: ChosenTarget,
    /// Its credentials.
    pub credentials: TargetCredentials,
    /// Severity by check.
    pub severities: Severities,
    /// Every waiver of the file.
    pub waiver_file: WaiverFile,
    /// The waivers that apply now, on this target.
    pub waivers: Waivers,
    /// Exclusions, owners and gates of clause coverage.
    pub coverage: CoverageSettings,
    /// The run to compare with.
    pub baseline: Option<Baseline>,
    /// Findings whose waiver for this target has expired.
    pub expired: HashSet<String>,
    /// Warnings about waivers, targets and the baseline.
    pub notes: Vec<Problem>,
    /// Variables of all stories.
    pub scope: Scope,
    /// Clock and seed.
    pub start: Start,
}

impl ResolvedRun {
    /// Resolves the inputs at `now` (microseconds since 1970). The secrets are returned also on failure, since the problems may
    /// contain them.
    pub(crate) fn new(
        settings: Settings,
        env: &BTreeMap<String, String>,
        now: i64,
    ) -> (Result<Self, Vec<Problem>>, Vec<Secret>) {
        let name = target::selected_name(&settings, env);
        let start = start(now, settings.overrides.execution.seed, target::is_mock(&settings, &name));
        let root = settings.file.root.clone();
        let mut vault = Vault::new(env, &root, Scope::new(start.at, start.seed, "configuration"));
        vault = vault.with_commands(&settings.overrides.commands, &settings.file.config.exec, &name);
        let run = resolve(settings, &name, start, &mut vault);
        (run, vault.into_secrets())
    }

    /// A run of cases that were recorded from `target`, which gets placeholder credentials.
    pub(crate) fn from_recording(
        settings: Settings,
        project: Project,
        chosen: ChosenTarget,
        start: Start,
    ) -> Result<Self, Vec<Problem>> {
        let values = credentials::placeholders(&chosen.name, &project.contract);
        let credentials = TargetCredentials { values, ..TargetCredentials::default() };
        let severities = settings.severities()?;
        let waiver_file = WaiverFile::load(&settings)?;
        // The requests of clients are no run of all cases, so that no gate applies.
        let CoverageSettings { rules, .. } = CoverageSettings::resolve(&settings, &project.contract)?;
        let coverage = CoverageSettings { rules, ..CoverageSettings::default() };
        let waivers = waiver_file.applicable(&chosen.name, start.at);
        let scope = Scope::new(start.at, start.seed, "run");
        let (baseline, expired, notes) = (None, HashSet::new(), Vec::new());
        Ok(Self {
            settings,
            project,
            chosen,
            credentials,
            severities,
            waiver_file,
            waivers,
            coverage,
            baseline,
            expired,
            notes,
            scope,
            start,
        })
    }

    /// The name of the partner: the target's, else that of the configuration.
    pub(crate) fn partner(&self) -> Option<String> {
        let of_target = self.chosen.target.partner.clone();
        of_target.or_else(|| self.settings.file.config.partner.clone()).filter(|name| !name.trim().is_empty())
    }

    /// Starts the mock if the target is one, and prepares the client; sends nothing.
    pub(crate) fn connect(&self) -> Result<Connection, Vec<Problem>> {
        let connector = Connector { settings: &self.settings, contract: &self.project.contract, start: self.start };
        connector.connect(&self.chosen, self.credentials.clone())
    }

    /// Runs cases that are shown as examples on the mock of the project.
    pub(crate) fn mock_trial<'a>(&'a self, env: &'a BTreeMap<String, String>) -> MockTrial<'a> {
        MockTrial::new(&self.settings, &self.project.contract, env)
    }

    /// Selects the cases and verifies the requests that need no captured value.
    pub(crate) fn prepare<'a>(&'a self, target: &'a Target, filter: &Filter) -> Result<PreparedRun<'a>, Vec<Problem>> {
        PreparedRun::new(self.inputs(target), filter)
    }

    /// The inputs of a run against `target`.
    pub(crate) fn inputs<'a>(&'a self, target: &'a Target) -> Inputs<'a> {
        let Self { project: Project { contract, suite }, severities, waivers, scope, .. } = self;
        Inputs { contract, suite, target, severities, waivers, scope: scope.clone() }
    }
}

fn resolve(
    mut settings: Settings,
    name: &str,
    start: Start,
    vault: &mut Vault<'_>,
) -> Result<ResolvedRun, Vec<Problem>> {
    let invalid = Some(std::mem::take(&mut settings.file.problems)).filter(|problems| !problems.is_empty());
    let severities = settings.severities();
    let chosen = target::resolve(&settings, name, vault);
    let waiver_file = WaiverFile::load(&settings);
    let (severities, chosen, project, waiver_file) =
        match (invalid, severities, chosen, Project::load(&settings), waiver_file) {
            (None, Ok(severities), Ok(chosen), Ok(project), Ok(file)) => (severities, chosen, project, file),
            (invalid, severities, chosen, project, file) => {
                let mut problems = invalid.unwrap_or_default();
                // The target is read again with its templates expanded: what is wrong in it is reported once.
                let of_target = chosen.err().into_iter().flatten().filter(|problem| !problems.contains(problem));
                let of_target: Vec<_> = of_target.collect();
                problems.extend(severities.err().into_iter().flatten());
                problems.extend(of_target);
                problems.extend(project.err().into_iter().chain(file.err()).flatten());
                return Err(problems);
            }
        };
    let coverage = CoverageSettings::resolve(&settings, &project.contract)?;
    let waivers = waiver_file.applicable(&chosen.name, start.at);
    let mut notes = project.contract.notices();
    notes.extend(waiver_file.warnings(&settings, start.at));
    notes.extend(unknown_targets::in_cases(&project.suite, &settings));
    notes.extend(unused_variables::of_call(&project.suite, &settings));
    notes.extend(target::twin(&settings, &chosen));
    let baseline =
        load_baseline(&settings, &project.contract, &chosen.name, &mut notes).map_err(|problem| vec![problem])?;
    let expired = waiver_file.expired_findings(&chosen.name, start.at);
    let mut credentials = credentials::resolve(&settings, &chosen, &project.contract, &project.suite)?;
    credentials.identities =
        client_certificates::load(&settings, &chosen, &credentials.certificates, start.at, &mut notes)?;
    vault.add(negative_credentials::secrets(&credentials.values));
    let mut scope = Scope::new(start.at, start.seed, "run");
    environment::of_cases(&project.suite, name, vault)?.iter().for_each(|(name, value)| scope.set(name, value));
    Ok(ResolvedRun {
        settings,
        project,
        chosen,
        credentials,
        severities,
        waiver_file,
        waivers,
        coverage,
        baseline,
        expired,
        notes,
        scope,
        start,
    })
}

/// The run to compare with. That an unnamed record cannot be used is added to `notes`.
fn load_baseline(
    settings: &Settings,
    contract: &Contract,
    target: &str,
    notes: &mut Vec<Problem>,
) -> Result<Option<Baseline>, Problem> {
    let baseline = match baseline::load(settings, contract, target) {
        Err(problem) if problem.severity == Severity::Warning => {
            notes.push(problem);
            None
        }
        loaded => loaded?,
    };
    if baseline.is_none() && settings.fail_on().contains(&FailOn::New) {
        let message = "no baseline: there is no record of a complete run of this contract on this target, so every finding is new";
        let help = "accept the findings of a run with --update-baseline, or name a record with --baseline FILE";
        notes.push(Problem::new(message).help(help).as_warning());
    }
    Ok(baseline)
}
