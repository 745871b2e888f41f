//! `signoff run --watch`: runs the cases again when a file changes.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use crate::case::Suite;
use crate::project::resolved_run::ResolvedRun;
use crate::quantity::count;
use crate::run::{Stop, StopPhase};

use super::args::Run;
use super::exit::Exit;
use super::run::run_resolved;
use super::session::{Failure, Session};
use super::watch::Watched;

/// Runs all cases, then those of changed files, until a signal. Returns the exit code of the last run.
pub(super) fn run(args: &Run, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut watched: Option<Watched> = None;
    // Files that changed since the last run.
    let mut changed = Vec::new();
    loop {
        let ended = again(args, &changed, &mut watched, session);
        let exit = match (ended, &watched) {
            (Ok(exit @ (Exit::Interrupted | Exit::Terminated)), _) => return Ok(exit),
            (Ok(exit), _) => {
                changed.clear();
                exit
            }
            // Files that were never valid are not known.
            (Err(Failure::Problems(problems)), Some(_)) => session.print_failure(&Failure::Problems(problems)),
            (Err(failure), _) => return Err(failure),
        };
        let Some(watched) = &mut watched else { return Ok(exit) };
        let stop = Stop::default();
        let _watch = session.watch(&stop)?;
        if !session.global.quiet {
            writeln!(session.err, "\nwaiting for changes of {} (Ctrl-C ends)", count(watched.len() as u64, "file"))?;
        }
        let next = runtime.block_on(async {
            tokio::select! {
                files = watched.changed() => Some(files),
                () = stop.reached(StopPhase::Draining) => None,
            }
        });
        let Some(files) = next else { return Ok(exit) };
        changed.extend(files);
    }
}

/// Loads all files again and runs what the changed ones touch: all cases if one of them is not a case file.
fn again(
    args: &Run,
    changed: &[PathBuf],
    watched: &mut Option<Watched>,
    session: &mut Session<'_>,
) -> Result<Exit, Failure> {
    let resolved = session.resolve(args.overrides(&session.global))?;
    *watched = Some(Watched::new(files(&resolved)));
    let mut filter = args.selection.filter();
    filter.ids = cases_of(&resolved.project.suite, &resolved, changed);
    run_resolved(args, &resolved, filter, session)
}

/// The files of a run, and the directories in which case files may appear.
fn files(resolved: &ResolvedRun) -> Vec<PathBuf> {
    let ResolvedRun { settings, project, chosen, .. } = resolved;
    let documents = project.contract.documents.iter().chain(&settings.file.document);
    let documents = documents.map(|document| PathBuf::from(&**document.name()));
    let cases: Vec<_> = project.suite.files.iter().map(|file| PathBuf::from(&*file.name)).collect();
    let directories: BTreeSet<_> = cases.iter().filter_map(|file| file.parent()).map(PathBuf::from).collect();
    let rules = chosen.target.mock.iter().filter(|file| !file.is_empty()).map(PathBuf::from);
    let all = documents.chain(settings.options.overlays.clone()).chain(rules).chain(directories).chain(cases);
    all.map(|file| settings.absolute(file)).collect()
}

/// The ids of the cases in the changed files; `None` if another file changed, or none.
fn cases_of(suite: &Suite, resolved: &ResolvedRun, changed: &[PathBuf]) -> Option<BTreeSet<String>> {
    let own = |file: &PathBuf| {
        let stories = suite.stories.iter().filter(|story| resolved.settings.absolute(&*story.file.name) == *file);
        let ids: Vec<_> = stories.flat_map(|story| &story.cases).map(|case| case.id.clone()).collect();
        (!ids.is_empty()).then_some(ids)
    };
    // A directory changes whenever an editor replaces a file in it.
    let files: Vec<_> = changed.iter().filter(|file| !file.is_dir()).collect();
    let ids: Option<Vec<_>> = files.iter().map(|file| own(file)).collect();
    ids.filter(|ids| !ids.is_empty()).map(|ids| ids.into_iter().flatten().collect())
}
