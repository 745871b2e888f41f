//! Checks for each target, offline, whether the cases can be run on it: variables and credentials are set, and every request that
//! needs no captured value violates exactly what its case declares.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Severities, Waivers};
use crate::document::Document;
use crate::expression::Scope;
use crate::problem::Problem;
use crate::record::Secret;
use crate::run::{Filter, Inputs, PreparedRun, Start, Target};

use super::loaded::Project;
use super::secrets::Vault;
use super::settings::Settings;
use super::{credentials, environment, target};

/// The result for one target.
#[derive(Debug)]
pub(crate) struct TargetCheck {
    /// The target's name.
    pub target: String,
    /// Environment variables that are not set; if there are any, the requests were not checked.
    pub missing: BTreeSet<String>,
    /// The problems found.
    pub problems: Vec<Problem>,
}

/// The inputs of the checks.
pub(crate) struct OfflineCheck<'a> {
    /// Paths and configuration.
    pub settings: &'a Settings,
    /// The contract and the cases.
    pub project: &'a Project,
    /// Severity by check.
    pub severities: &'a Severities,
    /// The environment.
    pub env: &'a BTreeMap<String, String>,
    /// Clock and seed.
    pub start: Start,
}

impl OfflineCheck<'_> {
    /// Checks every configured target, or the mock if none is configured. Returns the secrets that problems may contain.
    pub(crate) fn every_target(&self) -> (Vec<TargetCheck>, Vec<Secret>) {
        let configured = self.settings.file.config.targets.keys().map(String::as_str);
        let names: Vec<_> = if configured.len() == 0 { vec![target::MOCK] } else { configured.collect() };
        let mut secrets = Vec::new();
        let checks = names.into_iter().map(|name| self.one_target(name, &mut secrets)).collect();
        (checks, secrets)
    }

    fn one_target(&self, name: &str, secrets: &mut Vec<Secret>) -> TargetCheck {
        let configuration = Scope::new(self.start.at, self.start.seed, "configuration");
        let mut vault = Vault::offline(self.env, &self.settings.file.root, configuration);
        let problems = self.check(name, &mut vault).err().unwrap_or_default();
        let missing = vault.missing().clone();
        secrets.extend(vault.into_secrets());
        TargetCheck { target: name.to_owned(), missing, problems }
    }

    fn check(&self, name: &str, vault: &mut Vault<'_>) -> Result<(), Vec<Problem>> {
        let Self { settings, project, severities, start, .. } = self;
        let chosen = target::resolve(settings, name, vault)?;
        let credentials = credentials::resolve(settings, &chosen, &project.contract, &project.suite)?;
        let mut scope = Scope::new(start.at, start.seed, "run");
        scope.set("env", &environment::of_cases(&project.suite, name, vault)?);
        if !vault.missing().is_empty() {
            // A placeholder may violate a schema that the real value conforms to.
            return Ok(());
        }
        let headers = chosen.headers();
        let target = Target { name: chosen.name, vars: chosen.target.vars, credentials, headers, ..Target::default() };
        let (contract, suite, waivers) = (&*project.contract, &project.suite, &Waivers::default());
        let inputs = Inputs { contract, suite, target: &target, severities, waivers, scope };
        PreparedRun::new(inputs, &Filter::default()).map(drop)
    }
}

/// Takes the problems out of `checks`, each once; one that only some targets have names them.
pub(crate) fn take_problems(checks: &mut [TargetCheck], settings: &Settings) -> Vec<Problem> {
    let checked = checks.iter().filter(|check| check.missing.is_empty()).count();
    let mut found: Vec<(Problem, Vec<String>)> = Vec::new();
    for check in checks {
        for problem in std::mem::take(&mut check.problems) {
            match found.iter_mut().find(|(known, _)| *known == problem) {
                Some((_, targets)) => targets.push(check.target.clone()),
                None => found.push((problem, vec![check.target.clone()])),
            }
        }
    }
    let configuration = settings.file.document.as_ref().map(Document::name);
    let is_configured =
        |problem: &Problem| configuration.is_some() && problem.at.as_ref().map(|at| &at.place.file) == configuration;
    let with_targets = |(problem, targets): (Problem, Vec<String>)| match targets.as_slice() {
        _ if is_configured(&problem) => problem,
        [only] if problem.message.contains(&format!("`{only}`")) => problem,
        some if some.len() < checked => {
            Problem { message: format!("on {}: {}", some.join(", "), problem.message), ..problem }
        }
        _ => problem,
    };
    found.into_iter().map(with_targets).collect()
}
