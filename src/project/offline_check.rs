//! Whether the cases can be run on each target: its variables and credentials are there, and every request that needs no
//! captured value is what its case says.

use std::collections::BTreeSet;

use crate::check::{Severities, Waivers};
use crate::document::Document;
use crate::expression::Scope;
use crate::problem::Problem;
use crate::run::{Filter, Inputs, PreparedRun, Start, Target};

use crate::cli::args;
use crate::cli::session::Session;
use crate::project::credentials;
use crate::project::environment;
use crate::project::loaded::Project;
use crate::project::resolved_run;
use crate::project::secrets::Vault;
use crate::project::settings::Settings;
use crate::project::target;

/// What is known of the cases on one target.
#[derive(Debug)]
pub struct Proof {
    /// The target's name.
    pub target: String,
    /// The variables of the environment without which nothing can be proven.
    pub missing: BTreeSet<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// A proof for every target of the configuration; for the mock, where it has none. Nothing is sent.
pub fn on_every_target(
    settings: &Settings,
    project: &Project,
    severities: &Severities,
    session: &mut Session<'_>,
) -> Vec<Proof> {
    let configured = settings.file.config.targets.keys().map(String::as_str);
    let names: Vec<_> = if configured.len() == 0 { vec!["mock"] } else { configured.collect() };
    let given = Given { settings, project, severities, start: resolved_run::start(None, true) };
    names.into_iter().map(|name| given.on(name, session)).collect()
}

/// The problems of all proofs, each once; one of a case file that only some targets have says on which.
pub fn problems(proofs: &mut [Proof], settings: &Settings) -> Vec<Problem> {
    let proven = proofs.iter().filter(|proof| proof.missing.is_empty()).count();
    let mut found: Vec<(Problem, Vec<String>)> = Vec::new();
    for proof in proofs {
        for problem in std::mem::take(&mut proof.problems) {
            match found.iter_mut().find(|(held, _)| *held == problem) {
                Some((_, targets)) => targets.push(proof.target.clone()),
                None => found.push((problem, vec![proof.target.clone()])),
            }
        }
    }
    let configuration = settings.file.document.as_ref().map(Document::name);
    let is_configured =
        |problem: &Problem| configuration.is_some() && problem.at.as_ref().map(|at| &at.place.file) == configuration;
    let told = |(problem, targets): (Problem, Vec<String>)| match targets.as_slice() {
        _ if is_configured(&problem) => problem,
        [only] if problem.message.contains(&format!("`{only}`")) => problem,
        some if some.len() < proven => {
            Problem { message: format!("on {}: {}", some.join(", "), problem.message), ..problem }
        }
        _ => problem,
    };
    found.into_iter().map(told).collect()
}

/// What every proof is made of.
struct Given<'a> {
    settings: &'a Settings,
    project: &'a Project,
    severities: &'a Severities,
    start: Start,
}

impl Given<'_> {
    fn on(&self, name: &str, session: &mut Session<'_>) -> Proof {
        let configuration = Scope::new(self.start.at, self.start.seed, "configuration");
        let mut vault = Vault::offline(session.env, &self.settings.file.root, configuration);
        let problems = self.prove(name, &mut vault).err().unwrap_or_default();
        let missing = vault.missing().clone();
        session.secrets.extend(vault.into_secrets());
        Proof { target: name.to_owned(), missing, problems }
    }

    fn prove(&self, name: &str, vault: &mut Vault<'_>) -> Result<(), Vec<Problem>> {
        let Self { settings, project, severities, start } = self;
        let chosen = target::choose(settings, name, &args::Target::default(), vault)?;
        let credentials = credentials::resolve(settings, &chosen, &project.contract, &project.suite)?;
        let mut scope = Scope::new(start.at, start.seed, "run");
        scope.set("env", &environment::of_cases(&project.suite, name, vault)?);
        if !vault.missing().is_empty() {
            // A placeholder may break a rule that the real value keeps.
            return Ok(());
        }
        let target = Target { name: chosen.name, vars: chosen.target.vars, credentials, ..Target::default() };
        let waivers = &Waivers::default();
        let inputs =
            Inputs { contract: &project.contract, suite: &project.suite, target: &target, severities, waivers, scope };
        PreparedRun::new(inputs, &Filter::default()).map(drop)
    }
}
