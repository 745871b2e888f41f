//! Checks for each target, offline, whether the cases can be run on it: variables and credentials are set, and every request that
//! needs no captured value violates exactly what its case declares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::case::Story;
use crate::check::{Severities, Waivers};
use crate::document::Document;
use crate::expression::{Scope, Tree};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::record::Secret;
use crate::run::{Inputs, PreparedRun, Selection, Start, Target};

use super::connect::Connector;
use super::credentials::TargetCredentials;
use super::loaded::Project;
use super::secrets::Vault;
use super::settings::Settings;
use super::{client_certificates, credentials, environment, secrets, target};

/// Base URL for signatures that are not sent.
const OFFLINE_URL: &str = "http://127.0.0.1";

/// The result for one target.
#[derive(Debug, Default)]
pub(crate) struct TargetCheck {
    /// The target's name.
    pub target: String,
    /// Environment variables that are not set, and `exec.NAME` for commands that may not run.
    pub missing: BTreeSet<String>,
    /// Number of cases that were not checked because they need one of these variables.
    pub not_checked: usize,
    /// Number of cases that were checked.
    pub checked: usize,
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
    /// Checks the target `only`, else every configured one, or the mock if none is configured. Returns the secrets that problems may contain.
    pub(crate) fn targets(&self, only: Option<&str>) -> (Vec<TargetCheck>, Vec<Secret>) {
        let configured = self.settings.file.config.targets.keys().map(String::as_str);
        let names: Vec<_> = match only {
            Some(only) => vec![only],
            None if configured.len() == 0 => vec![target::MOCK],
            None => configured.collect(),
        };
        let mut secrets = Vec::new();
        let checks = names.into_iter().map(|name| self.one_target(name, &mut secrets)).collect();
        (checks, secrets)
    }

    fn one_target(&self, name: &str, secrets: &mut Vec<Secret>) -> TargetCheck {
        let configuration = Scope::new(self.start.at, self.start.seed, "configuration");
        let mut vault = Vault::offline(self.env, &self.settings.file.root, configuration).with_commands(
            &self.settings.overrides.commands,
            &self.settings.file.config.exec,
            name,
        );
        let mut check = TargetCheck { target: name.to_owned(), ..TargetCheck::default() };
        let problems = self.check(&mut check, &mut vault).err().unwrap_or_default();
        check.problems.extend(problems);
        check.missing.clone_from(vault.missing());
        secrets.extend(vault.into_secrets());
        check
    }

    fn check(&self, check: &mut TargetCheck, vault: &mut Vault<'_>) -> Result<(), Vec<Problem>> {
        let Self { settings, project, severities, start, .. } = self;
        let name = &*check.target;
        let chosen = target::resolve(settings, name, vault)?;
        let TargetCredentials { values: mut credentials, tokens, mut certificates, .. } =
            credentials::resolve(settings, &chosen, &project.contract, &project.suite)?;
        let mut scope = Scope::new(start.at, start.seed, "run");
        environment::of_cases(&project.suite, name, vault)?.iter().for_each(|(name, value)| scope.set(name, value));
        let unset = Unset { configuration: &settings.file.value, target: name, names: vault.missing() };
        credentials::replace(&mut credentials, &project.contract, |path, _| unset.is_needed_at(path));
        let connection = ["url", "proxy", "ca_file", "rate", "max_body", "timeout", "allow"];
        let connector = Connector { settings, contract: &project.contract, start: *start };
        let verified = match connection.iter().any(|key| unset.is_needed_at(&[key])) {
            true => Ok(()),
            false => connector.verify(&chosen, &tokens),
        };
        certificates.retain(|source| !unset.is_needed_at(&source.path.iter().map(String::as_str).collect::<Vec<_>>()));
        let pair = ["client_cert", "client_key", "client_key_password"];
        let verified = match pair.iter().any(|key| unset.is_needed_at(&[key])) {
            true => verified,
            false => {
                let notes = &mut check.problems;
                let read = client_certificates::load(settings, &chosen, &certificates, start.at, notes);
                verified.and(read.map(drop))
            }
        };
        let selection = Selection::new(self.checkable(&unset));
        check.checked = selection.cases(&project.suite).count();
        check.not_checked = selection.deselected(&project.suite).count();
        let headers = chosen.headers();
        let signer = connector.signer(&chosen, OFFLINE_URL)?;
        let target =
            Target { name: chosen.name, signer, vars: chosen.target.vars, credentials, headers, ..Target::default() };
        let (contract, suite, waivers) = (&*project.contract, &project.suite, &Waivers::default());
        let inputs = Inputs { contract, suite, target: &target, severities, waivers, scope };
        // What is wrong with the connection hides nothing that is wrong with the cases.
        match (verified, PreparedRun::verified(inputs, selection).map(drop)) {
            (Err(one), Err(other)) => Err([one, other].concat()),
            (one, other) => one.and(other),
        }
    }

    /// The cases, by story, that need none of the variables in `unset`. A placeholder may violate a schema that the real value
    /// conforms to.
    fn checkable(&self, unset: &Unset<'_>) -> Vec<Vec<bool>> {
        let is_everything_affected = unset.keys("headers").next().is_some();
        let vars: BTreeSet<&str> = unset.keys("vars").collect();
        let files = environment::files_using(&self.project.suite, unset.target, unset.names);
        let is_affected = |story: &Story| {
            let is_used = |file| files.iter().any(|used| Arc::ptr_eq(used, file));
            is_used(&story.file)
                || story.every().any(|case| is_used(case.file(story)))
                || story.vars.iter().any(|(name, _)| vars.contains(&**name) && !story.row.contains_key(name))
        };
        let is_checkable = |story| !is_everything_affected && !is_affected(story);
        self.project.suite.stories.iter().map(|story| vec![is_checkable(story); story.cases.len()]).collect()
    }
}

/// Environment variables that the configuration of a target uses, but that are not set.
struct Unset<'a> {
    configuration: &'a Value,
    target: &'a str,
    names: &'a BTreeSet<String>,
}

impl<'a> Unset<'a> {
    /// The keys of the object at `key` of the target whose values need one of the variables.
    fn keys(&self, key: &str) -> impl Iterator<Item = &'a str> {
        let at = Pointer::root().join("targets").join(self.target).join(key);
        let members = self.configuration.pointer(at.as_str()).and_then(Value::as_object);
        members.into_iter().flatten().filter(|(_, value)| self.is_needed_by(value)).map(|(name, _)| name.as_str())
    }

    /// Whether the value at `path` of the target needs one of the variables.
    fn is_needed_at(&self, path: &[&str]) -> bool {
        let target = Pointer::root().join("targets").join(self.target);
        let at = path.iter().fold(target, |at, token| at.join(token));
        self.configuration.pointer(at.as_str()).is_some_and(|value| self.is_needed_by(value))
    }

    fn is_needed_by(&self, value: &Value) -> bool {
        // The vault reports a template that cannot be parsed.
        Tree::parse(value)
            .is_ok_and(|tree| tree.names().iter().any(|(_, name)| secrets::is_missing(&name.path, self.names)))
    }
}

/// Takes the problems out of `checks`, each once; one that only some targets have names them.
pub(crate) fn take_problems(checks: &mut [TargetCheck], settings: &Settings) -> Vec<Problem> {
    let complete = checks.iter().filter(|check| check.not_checked == 0).map(|check| check.target.clone());
    let complete: Vec<_> = complete.collect();
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
        some if complete.iter().any(|target| !some.contains(target)) => {
            Problem { message: format!("on {}: {}", some.join(", "), problem.message), ..problem }
        }
        _ => problem,
    };
    found.into_iter().map(with_targets).collect()
}
