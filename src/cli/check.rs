//! `signoff check`: everything that is wrong with document, cases, configuration and behaviours, offline.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use crate::location::{Pointer, Problem, Severity};
use crate::run::{Filter, Plan, Target};

use super::args::{Check, Output, Run};
use super::exit::Exit;
use super::problem::counted;
use super::project::Project;
use super::ready::Ready;
use super::session::{Failure, Session};
use super::settings::Settings;
use super::{quantity, reach};

/// Reads everything and says what is wrong with it; only errors make the exit.
pub fn run(args: &Check, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let settings = Settings::load(&session.global, &args.inputs)?;
    let mut problems = settings.severities(&Output::default()).err().unwrap_or_default();
    problems.extend(targets(&settings));
    let project = Project::load(&settings).map_err(|found| problems.extend(found)).ok();
    if let Some(project) = &project {
        problems.extend(project.contract.warnings.iter().cloned());
        problems.extend(behaviours(&settings, project));
    }
    let is_error = |problem: &Problem| problem.severity == Severity::Error;
    if !problems.iter().any(is_error) {
        problems.extend(intents(args, session)?);
    }
    session.tell(&problems)?;
    if problems.iter().any(is_error) {
        return Ok(Exit::Wrong);
    }
    if let (Some(project), false) = (project, session.global.quiet) {
        writeln!(session.out, "{}", said(&project))?;
    }
    Ok(Exit::Kept)
}

fn said(project: &Project) -> String {
    let cases = project.suite.stories.iter().map(|story| story.setup.len() + story.cases.len() + story.teardown.len());
    format!(
        "{} and {} in {}: sound",
        counted(project.contract.operations.len(), "operation"),
        counted(cases.sum(), "case"),
        counted(project.suite.files.len(), "file")
    )
}

/// Quantities that are written without `${…}`; the others are known only when the target is chosen.
fn targets(settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, target) in &settings.file.config.targets {
        let at = Pointer::root().join("targets").join(name);
        let mut check = |path: &[&str], text: &Option<String>, read: fn(&str) -> Option<String>| {
            let fixed = text.as_deref().filter(|text| !text.contains("${"));
            if let Some(message) = fixed.and_then(read) {
                let at = path.iter().fold(at.clone(), |at, token| at.join(token));
                problems.push(settings.file.placed(&at, Problem::new(message)));
            }
        };
        check(&["rate"], &target.rate, |text| quantity::rate(text).err());
        check(&["max_body"], &target.max_body, |text| quantity::size(text).err());
        check(&["timeout", "connect"], &target.timeout.connect, |text| quantity::duration(text).err());
        check(&["timeout", "first_byte"], &target.timeout.first_byte, |text| quantity::duration(text).err());
        check(&["timeout", "total"], &target.timeout.total, |text| quantity::duration(text).err());
        check(&["url"], &target.url, |text| reach::base_url(text).err());
    }
    problems
}

fn behaviours(settings: &Settings, project: &Project) -> Vec<Problem> {
    let files = settings.file.config.targets.values().filter_map(|target| target.mock.as_deref());
    let read = files.map(|file| reach::behaviour(settings, &project.contract, Path::new(file)));
    read.filter_map(Result::err).flatten().collect()
}

/// Proves the cases' requests as a run on the mock would; what only an environment can give is a warning.
fn intents(args: &Check, session: &mut Session<'_>) -> Result<Vec<Problem>, Failure> {
    let mut run = Run { inputs: args.inputs.clone(), ..Run::default() };
    run.target.name = Some("mock".to_owned());
    let (ready, secrets) = Ready::new(&run, Settings::load(&session.global, &args.inputs)?, session.env);
    session.secrets = secrets;
    let ready = match ready {
        Ok(ready) => ready,
        Err(problems) => return Ok(problems.into_iter().map(Problem::as_warning).collect()),
    };
    let target = Target {
        name: ready.chosen.name.clone(),
        vars: BTreeMap::clone(&ready.chosen.target.vars),
        credentials: ready.credentials.clone(),
        ..Target::default()
    };
    let plan = Plan::new(ready.inputs(&target), &Filter::default());
    Ok(plan.err().unwrap_or_default())
}
