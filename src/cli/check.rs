//! `signoff check`: everything that is wrong with document, cases, configuration and behaviours, offline.

use std::io::Write;
use std::path::Path;

use crate::location::{Pointer, Problem, Severity};

use super::args::{Check, Output};
use super::exit::Exit;
use super::problem::counted;
use super::project::Project;
use super::provable::{self, Proof};
use super::reach;
use super::session::{Failure, Session};
use super::settings::Settings;

/// Reads everything and says what is wrong with it; only errors make the exit.
pub fn run(args: &Check, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut settings = Settings::read(&session.global, &args.inputs)?;
    let mut problems = std::mem::take(&mut settings.file.problems);
    let project = Project::load(&settings).map_err(|found| problems.extend(found)).ok();
    let mut proofs = Vec::new();
    if let Some(project) = &project {
        problems.extend(project.contract.warnings.iter().cloned());
        problems.extend(behaviours(&settings, project));
        if !problems.iter().any(is_error) {
            let severities = settings.severities(&Output::default())?;
            proofs = provable::on_every_target(&settings, project, &severities, session);
            problems.extend(provable::problems(&mut proofs, &settings));
        }
    }
    session.tell(&problems)?;
    if problems.iter().any(is_error) {
        return Ok(Exit::Wrong);
    }
    if let (Some(project), false) = (project, session.global.quiet) {
        write!(session.out, "{}", said(&project, &proofs))?;
    }
    Ok(Exit::Kept)
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

/// What was read, on which targets it is sound, and where nobody can tell without more of the environment.
fn said(project: &Project, proofs: &[Proof]) -> String {
    let cases = project.suite.stories.iter().map(|story| story.setup.len() + story.cases.len() + story.teardown.len());
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
        let verb = if names.len() == 1 { "is" } else { "are" };
        format!("not proven on {target}: {} {verb} not set\n", listed(&names))
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
        reach::behaviour(settings, &project.contract, Path::new(file), Some(&at))
    });
    read.filter_map(Result::err).flatten().collect()
}
