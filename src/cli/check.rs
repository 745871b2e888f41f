//! `signoff check`: everything that is wrong with document, cases, configuration and behaviours, offline.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::case::{self, Suite};
use crate::contract;
use crate::mock::{self, MockRules};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::severity::Severity;

use crate::cli::args::{Check, Notation, Output};
use crate::cli::exit::Exit;
use crate::cli::output::problems::counted;
use crate::cli::session::{Failure, Session};
use crate::project::connect;
use crate::project::loaded::Project;
use crate::project::offline_check::{self, Proof};
use crate::project::resolved_run;
use crate::project::settings::Settings;
use crate::project::unknown_targets;
use crate::project::waivers::WaiverFile;

/// Reads everything and says what is wrong with it; only errors make the exit.
pub fn run(args: &Check, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut settings = Settings::read(&session.global, &args.inputs)?;
    let mut problems = std::mem::take(&mut settings.file.problems);
    settings.options.structure = true;
    let project = load(args, &settings, &mut problems);
    match WaiverFile::load(&settings, &Output::default()) {
        Ok(waivers) => problems.extend(waivers.odd(&settings, resolved_run::start(None, true).at)),
        Err(wrong) => problems.extend(wrong),
    }
    let mut proofs = Vec::new();
    if let Some(project) = project.as_ref().filter(|_| !is_alone(args)) {
        problems.extend(behaviours(&settings, project));
        problems.extend(unknown_targets::of_cases(&project.suite, &settings));
        if !problems.iter().any(is_error) && !project.suite.files.is_empty() {
            let severities = settings.severities(&Output::default())?;
            proofs = offline_check::on_every_target(&settings, project, &severities, session);
            problems.extend(offline_check::problems(&mut proofs, &settings));
        }
    }
    session.show(&problems, args.format.unwrap_or_default())?;
    if problems.iter().any(is_error) {
        return Ok(Exit::Wrong);
    }
    let is_text = args.format.unwrap_or_default() == Notation::Text;
    if let (Some(project), true) = (project, is_text && !session.global.quiet) {
        write!(session.out, "{}", said(&project, &proofs))?;
    }
    Ok(Exit::Kept)
}

/// Whether only the document is meant: one was typed, and no cases with it.
fn is_alone(args: &Check) -> bool {
    args.inputs.spec.is_some() && args.inputs.cases.is_none()
}

/// The document and its cases, and what is odd about them; without cases where there are none that anybody named.
fn load(args: &Check, settings: &Settings, problems: &mut Vec<Problem>) -> Option<Project> {
    let root = &settings.file.root;
    let contract = settings.contract().map_err(|found| problems.extend(found)).ok()?;
    let warnings = contract.warnings.iter().cloned();
    let (structure, own): (Vec<_>, Vec<_>) = warnings.partition(|problem| problem.rule == Some("structure"));
    problems.extend(own.into_iter().chain(contract::lint::lint(&contract)));
    contract::load::join_structure(problems, structure);
    let is_named = args.inputs.cases.is_some() || settings.file.config.cases.is_some();
    let suite = match is_alone(args) || !is_named && !settings.absolute(&settings.cases).exists() {
        true => Suite::default(),
        false => case::load::load(root, &settings.cases, &contract).map_err(|found| problems.extend(found)).ok()?,
    };
    problems.extend(case::lint::lint(&suite, &contract));
    Some(Project { contract: Arc::new(contract), suite })
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

/// What was read, on which targets it is sound, and where nobody can tell without more of the environment.
fn said(project: &Project, proofs: &[Proof]) -> String {
    if project.suite.files.is_empty() {
        let (operations, files) = (project.contract.operations.len(), project.contract.documents.len());
        return format!("{} in {}: no errors\n", counted(operations, "operation"), counted(files, "file"));
    }
    let cases = project.suite.stories.iter().map(|story| story.every().count());
    let read = format!(
        "{} and {} in {}",
        counted(project.contract.operations.len(), "operation"),
        counted(cases.sum(), "case"),
        counted(project.suite.files.len(), "file")
    );
    let sound: Vec<_> = proofs.iter().filter(|proof| proof.missing.is_empty()).map(|proof| &*proof.target).collect();
    let first = match sound.is_empty() {
        true => format!("{read}: read, but proven on no target\n"),
        false => format!("{read}: sound on {}\n", listed(&sound)),
    };
    let rest = proofs.iter().filter(|proof| !proof.missing.is_empty()).map(|Proof { target, missing, .. }| {
        let names: Vec<_> = missing.iter().map(String::as_str).collect();
        let (noun, verb) = if names.len() == 1 { ("variable", "is") } else { ("variables", "are") };
        format!("not proven on {target}: the environment {noun} {} {verb} not set\n", listed(&names))
    });
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

fn behaviours(settings: &Settings, project: &Project) -> Vec<Problem> {
    let mocks = settings.file.config.targets.iter().filter_map(|(name, target)| Some((name, target.mock.as_deref()?)));
    let read = mocks.map(|(name, file)| {
        let at = Pointer::root().join("targets").join(name).join("mock");
        connect::behaviour(settings, &project.contract, Path::new(file), Some(&at))
    });
    let told = |read: Result<MockRules, Vec<Problem>>| match read {
        Ok(behaviour) => mock::rules::lint(&behaviour, &project.contract),
        Err(problems) => problems,
    };
    let mut problems: Vec<Problem> = Vec::new();
    for problem in read.flat_map(told) {
        // A file that two targets share is told of once.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}
