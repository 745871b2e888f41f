//! `signoff check`: validates document, cases, configuration and mock rules, offline.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::case::{self, Suite};
use crate::contract;
use crate::mock::{self, MockRules};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::severity::Severity;

use crate::project::coverage::CoverageSettings;
use crate::project::loaded::Project;
use crate::project::offline_check::{OfflineCheck, TargetCheck, take_problems};
use crate::project::settings::Settings;
use crate::project::start::start;
use crate::project::waivers::WaiverFile;
use crate::project::{mock_rules, secrets, unknown_targets, unused_variables};
use crate::rules;

use super::args::{Check, ProblemFormat};
use super::clock;
use super::exit::Exit;
use super::mutate_exclusions;
use super::session::{Failure, Session};
use crate::quantity::count;

/// Validates all inputs and prints the problems; only errors make the exit code 2.
pub(super) fn run(args: &Check, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut settings = Settings::read(args.inputs.overrides(&session.global))?;
    let mut problems = std::mem::take(&mut settings.file.problems);
    settings.options.structure = true;
    let (project, is_complete) = load(args, &settings, &mut problems).unzip();
    let is_complete = is_complete.unwrap_or_default();
    let start = start(clock::now(), None, true);
    match WaiverFile::load(&settings) {
        Ok(waivers) => problems.extend(waivers.warnings(&settings, start.at)),
        Err(invalid) => problems.extend(invalid),
    }
    if let Some(project) = &project {
        problems.extend(CoverageSettings::resolve(&settings, &project.contract).err().into_iter().flatten());
        problems.extend(mutate_exclusions::exclusions(&settings, &project.contract).err().into_iter().flatten());
    }
    let mut checks = Vec::new();
    if let Some(project) = project.as_ref().filter(|_| !is_document_only(args)) {
        problems.extend(mock_rules_problems(&settings, project));
        problems.extend(unknown_targets::in_cases(&project.suite, &settings));
        if is_complete {
            problems.extend(unused_variables::of_targets(&project.suite, &settings));
        }
        let severities = settings.severities().map_err(|found| problems.extend(found)).unwrap_or_default();
        if !project.suite.files.is_empty() || args.target.is_some() {
            let check = OfflineCheck { settings: &settings, project, severities: &severities, env: session.env, start };
            session.end_commands_on_signals()?;
            let (found, secrets) = check.targets(args.target.as_deref());
            checks = found;
            session.secrets.extend(secrets);
            problems.extend(take_problems(&mut checks, &settings));
            // Somebody who names a target wants to run the cases on it.
            problems.extend(checks.iter().filter(|_| args.target.is_some()).filter_map(missing));
        }
    }
    once(&mut problems);
    let format = args.format.unwrap_or_default();
    session.print_problems_as(&problems, format)?;
    if problems.iter().any(is_error) {
        return Ok(Exit::InvalidInput);
    }
    if let (Some(project), ProblemFormat::Text, false) = (project, format, session.global.quiet) {
        write!(session.out, "{}", summary(&project, &checks))?;
    }
    Ok(Exit::Passed)
}

/// Whether only the document is checked: --spec without --cases and --target.
fn is_document_only(args: &Check) -> bool {
    args.inputs.spec.is_some() && args.inputs.cases.is_none() && args.target.is_none()
}

/// Loads and lints the document and the cases that are valid; returns also whether all are. A default cases directory that does not exist is no problem.
fn load(args: &Check, settings: &Settings, problems: &mut Vec<Problem>) -> Option<(Project, bool)> {
    let (root, mut is_complete) = (&settings.file.root, true);
    let is_named = args.inputs.cases.is_some() || settings.file.config.cases.is_some();
    let has_cases = !is_document_only(args) && (is_named || settings.absolute(&settings.cases).exists());
    let contract = match settings.contract() {
        Ok(contract) => contract,
        Err(found) => {
            problems.extend(found);
            let unread = if has_cases { case::load::unbound_problems(root, &settings.cases) } else { Vec::new() };
            problems.extend(unread);
            return None;
        }
    };
    problems.extend(contract.errors.iter().cloned());
    problems.extend(contract.fault(usize::MAX));
    let warnings = contract.warnings.iter().cloned();
    let (structure, own): (Vec<_>, Vec<_>) = warnings.partition(|problem| problem.rule == Some(rules::STRUCTURE));
    problems.extend(own.into_iter().chain(contract::lint::lint(&contract)));
    contract::load::join_structure(problems, structure);
    let suite = match has_cases {
        false => Suite::default(),
        true => {
            let (suite, found) = case::load::load_valid(root, &settings.cases, &contract);
            is_complete = found.is_empty();
            problems.extend(found);
            suite
        }
    };
    problems.extend(case::lint::lint(&suite, &contract));
    Some((Project { contract: Arc::new(contract), suite }, is_complete))
}

/// Removes problems that two checks found.
fn once(problems: &mut Vec<Problem>) {
    let mut said = BTreeSet::new();
    problems.retain(|problem| said.insert((problem.rule, problem.to_string())));
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

/// An error if the target lacks variables.
fn missing(check: &TargetCheck) -> Option<Problem> {
    let problem = Problem::new(unset(check)?);
    Some(problem.help("set them, or check the other inputs without --target"))
}

/// The environment variables and commands that a target lacks, and what was not checked therefore; none if it lacks none.
fn unset(TargetCheck { target, missing, not_checked, .. }: &TargetCheck) -> Option<String> {
    let (commands, variables): (Vec<_>, Vec<_>) = missing.iter().partition(|name| name.starts_with(secrets::EXEC));
    let names: Vec<_> = variables.into_iter().map(|name| secrets::shown(name)).collect();
    let unset = match names.len() {
        0 => None,
        1 => Some(format!("environment variable {} is not set", listed(&names))),
        _ => Some(format!("environment variables {} are not set", listed(&names))),
    };
    let commands: Vec<_> = commands.into_iter().map(String::as_str).collect();
    let not_run = (!commands.is_empty()).then(|| format!("{} needs --allow-exec", listed(&commands)));
    let reasons: Vec<_> = unset.into_iter().chain(not_run).collect();
    if reasons.is_empty() {
        return None;
    }
    let cases = match not_checked {
        // Only credentials are missing, which no case depends on.
        0 => "valid, but not ready to run: ".to_owned(),
        number => format!("{} not checked: ", count(*number as u64, "case")),
    };
    Some(format!("{target}: {cases}{}", reasons.join(", ")))
}

/// What was checked, for which targets it is valid, and which targets lack variables.
fn summary(project: &Project, checks: &[TargetCheck]) -> String {
    if project.suite.files.is_empty() {
        let (operations, files) = (project.contract.operations.len(), project.contract.documents.len());
        return format!("{} in {}: no errors\n", count(operations as u64, "operation"), count(files as u64, "file"));
    }
    let cases = project.suite.stories.iter().map(|story| story.every().count());
    let read = format!(
        "{} and {} in {}",
        count(project.contract.operations.len() as u64, "operation"),
        count(cases.sum::<usize>() as u64, "case"),
        count(project.suite.files.len() as u64, "file")
    );
    let is_complete = |check: &&TargetCheck| check.checked > 0 && check.not_checked == 0;
    let complete = || checks.iter().filter(is_complete);
    let valid: Vec<_> = complete().filter(|check| check.missing.is_empty()).map(|check| &*check.target).collect();
    let first = match (valid.is_empty(), complete().next()) {
        (true, None) => format!("{read}: valid, but not completely checked for any target\n"),
        (true, Some(_)) => format!("{read}: valid, but not ready to run on any target\n"),
        (false, _) => format!("{read}: valid for {}\n", listed(&valid)),
    };
    let rest = checks.iter().filter_map(unset).map(|line| line + "\n");
    [first].into_iter().chain(rest).collect()
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn mock_rules_problems(settings: &Settings, project: &Project) -> Vec<Problem> {
    let mocks = settings.file.config.targets.iter().filter_map(|(name, target)| Some((name, target.mock.as_deref()?)));
    let read = mocks.map(|(name, file)| {
        let at = Pointer::root().join("targets").join(name).join("mock");
        mock_rules::load(settings, &project.contract, Path::new(file), Some(&at))
    });
    let found = |read: Result<MockRules, Vec<Problem>>| match read {
        Ok(behaviour) => mock::rules::lint(&behaviour, &project.contract),
        Err(problems) => problems,
    };
    let mut problems: Vec<Problem> = Vec::new();
    for problem in read.flat_map(found) {
        // Two targets may share a file.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}
