//! Everything of a run that is known before anything listens or is sent.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::case::expand::Credentials;
use crate::check::{Severities, Waivers};
use crate::contract::Contract;
use crate::expression::Scope;
use crate::problem::Problem;
use crate::record::{Baseline, Secret};
use crate::run::{Inputs, Start, Target};
use crate::severity::Severity;

use crate::cli::args::Run;
use crate::project::baseline;
use crate::project::connect::{Connection, Connector};
use crate::project::credentials;
use crate::project::environment;
use crate::project::format::FailOn;
use crate::project::loaded::Project;
use crate::project::secrets::Vault;
use crate::project::settings::Settings;
use crate::project::target::{self, Chosen};
use crate::project::unknown_targets;
use crate::project::waivers::WaiverFile;

/// A run that is ready to begin.
pub struct ResolvedRun {
    /// Where everything is.
    pub settings: Settings,
    /// The contract and the cases.
    pub project: Project,
    /// The target that is meant.
    pub chosen: Chosen,
    /// Its credentials.
    pub credentials: Credentials,
    /// Severity by check.
    pub severities: Severities,
    /// Findings that fail nothing, as written.
    pub waiver_file: WaiverFile,
    /// Those of them that hold now, on this target.
    pub waivers: Waivers,
    /// The run to compare with.
    pub baseline: Option<Baseline>,
    /// What is odd about what the run is held to.
    pub notes: Vec<Problem>,
    /// Variables common to all stories.
    pub scope: Scope,
    /// Clock and seed.
    pub start: Start,
}

impl ResolvedRun {
    /// Resolves everything `args` ask for; the secrets are known also when something is wrong.
    pub fn new(
        args: &Run,
        settings: Settings,
        env: &BTreeMap<String, String>,
    ) -> (Result<Self, Vec<Problem>>, Vec<Secret>) {
        let name = target::name(&settings, &args.target, env);
        let start = start(args.pace.seed, target::is_mock(&settings, &name));
        let root = settings.file.root.clone();
        let mut vault = Vault::new(env, &root, Scope::new(start.at, start.seed, "configuration"));
        let ready = resolve(args, settings, &name, start, &mut vault);
        (ready, vault.into_secrets())
    }

    /// What a plan against `target` is made of.
    pub fn inputs<'a>(&'a self, target: &'a Target) -> Inputs<'a> {
        let Self { project: Project { contract, suite }, severities, waivers, scope, .. } = self;
        Inputs { contract, suite, target, severities, waivers, scope: scope.clone() }
    }

    /// Starts the mock when the target is one, and prepares the connection; sends nothing.
    pub fn reach(&self, args: &Run) -> Result<Connection, Vec<Problem>> {
        let means = Connector {
            settings: &self.settings,
            contract: &self.project.contract,
            start: self.start,
            flags: &args.target,
            pace: &args.pace,
        };
        means.reach(&self.chosen, self.credentials.clone())
    }
}

fn resolve(
    args: &Run,
    mut settings: Settings,
    name: &str,
    start: Start,
    vault: &mut Vault<'_>,
) -> Result<ResolvedRun, Vec<Problem>> {
    let wrong = Some(std::mem::take(&mut settings.file.problems)).filter(|problems| !problems.is_empty());
    let severities = settings.severities(&args.output);
    let chosen = target::choose(&settings, name, &args.target, vault);
    let waiver_file = WaiverFile::load(&settings, &args.output);
    let (severities, chosen, project, waiver_file) =
        match (wrong, severities, chosen, Project::load(&settings), waiver_file) {
            (None, Ok(severities), Ok(chosen), Ok(project), Ok(file)) => (severities, chosen, project, file),
            (a, b, c, d, e) => {
                return Err([a, b.err(), c.err(), d.err(), e.err()].into_iter().flatten().flatten().collect());
            }
        };
    let waivers = waiver_file.holding(&chosen.name, start.at);
    let mut notes = waiver_file.odd(&settings, start.at);
    notes.extend(unknown_targets::of_cases(&project.suite, &settings));
    let baseline =
        compared(args, &settings, &project.contract, &chosen.name, &mut notes).map_err(|problem| vec![problem])?;
    let credentials = credentials::resolve(&settings, &chosen, &project.contract, &project.suite)?;
    let mut scope = Scope::new(start.at, start.seed, "run");
    scope.set("env", &environment::of_cases(&project.suite, name, vault)?);
    Ok(ResolvedRun {
        settings,
        project,
        chosen,
        credentials,
        severities,
        waiver_file,
        waivers,
        baseline,
        notes,
        scope,
        start,
    })
}

/// The run to compare with; what keeps one from being compared with that nobody named is noted.
fn compared(
    args: &Run,
    settings: &Settings,
    contract: &Contract,
    target: &str,
    notes: &mut Vec<Problem>,
) -> Result<Option<Baseline>, Problem> {
    let baseline = match baseline::load(settings, &args.output, contract, target) {
        Err(problem) if problem.severity == Severity::Warning => {
            notes.push(problem);
            None
        }
        loaded => loaded?,
    };
    if baseline.is_none() && settings.fail_on(&args.output).contains(&FailOn::New) {
        let message =
            "there is no whole run of this contract on this target to compare with: every finding counts as new";
        let help = "the last run was another one, or of a part: keep the record of a whole one and name it with --baseline FILE";
        notes.push(Problem::new(message).help(help).as_warning());
    }
    Ok(baseline)
}

/// When a run starts, and what its randomness derives from: the same on every mock, fresh elsewhere.
pub fn start(seed: Option<u64>, is_mock: bool) -> Start {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Short enough to be typed again.
    let fresh = || RandomState::new().build_hasher().finish() >> 40;
    let seed = seed.unwrap_or_else(|| if is_mock { 1 } else { fresh() });
    Start { at: i64::try_from(since.as_micros()).unwrap_or(i64::MAX), seed }
}
